"""The feed says what the records are, in the transaction that changes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import SYSTEM, AccessState, RecordItem
from muniment_oaipmh.lists import Lists, Span

pytestmark = pytest.mark.plugins("oaipmh")

Harvest = Callable[..., list[tuple[str, bool]]]


@pytest.mark.hook("records_written")
def test_what_is_published_can_be_harvested_at_once(make_record: Callable[..., RecordItem], harvest: Harvest) -> None:
    first, second = make_record().id, make_record().id
    assert harvest() == [(first, False), (second, False)]


def test_what_is_deleted_is_told_as_deleted_and_comes_back(
    repository: Any, make_record: Callable[..., RecordItem], harvest: Harvest, administrator: Any
) -> None:
    number = make_record().id
    repository.records.delete(administrator.actor, number)
    assert harvest() == [(number, True)]
    assert harvest("ListRecords") == [(number, True)]
    repository.records.restore(administrator.actor, number)
    assert harvest() == [(number, False)]


def test_what_becomes_restricted_is_told_as_deleted(
    repository: Any, make_record: Callable[..., RecordItem], harvest: Harvest, ada: Any
) -> None:
    number = make_record().id
    repository.records.change_access(
        ada.actor, number, lambda state: AccessState("restricted", "restricted", state.parts)
    )
    assert harvest() == [(number, True)]
    repository.records.change_access(ada.actor, number, lambda state: AccessState("public", "public", state.parts))
    assert harvest() == [(number, False)]


def test_what_was_never_public_is_not_told_of(make_record: Callable[..., RecordItem], harvest: Harvest) -> None:
    make_record(record_access="restricted", files_access="restricted")
    assert harvest() == []


def test_sets_of_plugins_come_with_the_record_itself(
    repository: Any, fake_plugin: Any, make_draft: Callable[..., Any], ada: Any
) -> None:
    """So that a harvester does not fetch each record twice."""

    def fails(items: Any) -> set[str]:
        raise RuntimeError(len(items))

    offered = [
        {"spec": "a:b", "name": "All", "description": "", "members": lambda items: {item.id for item in items}},
        {"spec": "broken", "name": "Broken", "description": "", "members": fails},
    ]
    fake_plugin("probe", {"uses": ["oaipmh"]}, oaipmh_sets=offered)
    repository.plugins.enable("probe", SYSTEM)
    after = repository.successor()
    number = make_draft().id
    after.records.publish(ada.actor, number)
    for spec in ("a", "a:b"):
        (entry,) = Lists(after).page(Span(spec), None, 10)
        assert entry.specs == {"a:b"}
    assert Lists(after).page(Span("broken"), None, 10) == []


def test_publishing_asks_the_feed_once(
    repository: Any, make_draft: Callable[..., Any], ada: Any, sql_statements: list[str]
) -> None:
    """Whoever publishes waits for it: one look, one row, and nothing about sets that there are not."""
    number = make_draft().id
    sql_statements.clear()
    repository.records.publish(ada.actor, number)
    said = [text for text in sql_statements if "oaipmh_" in text]
    assert [text.split()[0] for text in said] == ["SELECT", "INSERT"]
