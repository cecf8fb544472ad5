"""Records from before the plugin, what happened while it was off, new sets: entered in steps that can be cut."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.api import SYSTEM, AccessState, RecordItem, Repository
from muniment_oaipmh import catching_up
from muniment_oaipmh.lists import Lists, Span
from muniment_oaipmh.sets import SetInput


def plugin_of(repository: Repository) -> Any:
    return next(loaded.plugin for loaded in repository.generation.plugins if loaded.name == "oaipmh")


def known(repository: Repository) -> dict[str, bool]:
    """What harvesters are told of, and whether it is gone."""
    return {str(entry.record_id): entry.deleted for entry in Lists(repository).page(Span(), None, 1000)}


def enabled(repository: Repository) -> Repository:
    repository.plugins.enable("oaipmh", SYSTEM)
    return repository.successor()


@pytest.mark.hook("register_event_handlers")
def test_records_from_before_are_entered(repository: Repository, make_record: Callable[..., RecordItem]) -> None:
    numbers = [make_record().id for _ in range(3)]
    make_record(record_access="restricted", files_access="restricted")
    after = enabled(repository)
    assert known(after) == {}
    assert after.deliveries.run_until_idle() > 0
    assert known(after) == dict.fromkeys(numbers, False)
    assert plugin_of(after).engine.is_filled


def test_entering_can_be_cut_and_goes_on(
    repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = [make_record().id for _ in range(5)]
    monkeypatch.setattr(catching_up, "STEP", 2)
    after = enabled(repository)
    engine = plugin_of(after).engine
    look, seen = engine.looking.look_at, []

    def cut(these: list[int], **more: Any) -> int:
        seen.append(these)
        if len(seen) == 2:
            raise KeyboardInterrupt
        found: int = look(these, **more)
        return found

    monkeypatch.setattr(engine.looking, "look_at", cut)
    with pytest.raises(KeyboardInterrupt):
        engine.run()
    assert not engine.is_filled
    monkeypatch.setattr(engine.looking, "look_at", lambda these, **more: seen.append(these) or look(these, **more))
    engine.run()
    assert engine.is_filled
    assert known(after) == dict.fromkeys(numbers, False)
    assert [int(number) for number in numbers[:2]] not in seen[2:]


@pytest.mark.hook("register_jobs")
def test_what_happened_while_it_was_off_is_caught_up(
    repository: Repository,
    make_draft: Callable[..., Any],
    make_record: Callable[..., RecordItem],
    administrator: Any,
    ada: Any,
) -> None:
    stays, goes, closes = (make_record().id for _ in range(3))
    on = enabled(repository)
    on.deliveries.run_until_idle()
    on.plugins.disable("oaipmh", SYSTEM)
    off = on.successor()
    new = make_draft().id
    off.records.publish(ada.actor, new)
    off.records.delete(administrator.actor, goes)
    off.records.change_access(ada.actor, closes, lambda state: AccessState("restricted", "restricted", state.parts))
    off.deliveries.run_until_idle()
    again = enabled(off)
    assert known(again) == {stays: False, goes: False, closes: False}
    again.jobs.run_now("oaipmh.catch_up")
    assert known(again) == {stays: False, goes: True, closes: True, new: False}
    assert again.jobs.run_now("oaipmh.catch_up").startswith("0 caught up, 0 entered")


def test_after_a_long_time_everything_is_looked_at(
    repository: Repository, make_record: Callable[..., RecordItem], administrator: Any
) -> None:
    number = make_record().id
    on = enabled(repository)
    on.deliveries.run_until_idle()
    on.plugins.disable("oaipmh", SYSTEM)
    off = on.successor()
    off.records.delete(administrator.actor, number)
    later = off.now() + timedelta(days=40)
    off.database.now = lambda: later
    again = enabled(off)
    again.jobs.run_now("oaipmh.catch_up")
    assert known(again) == {number: True}


def members(repository: Repository, spec: str) -> set[str]:
    return {str(entry.record_id) for entry in Lists(repository).page(Span(spec), None, 1000)}


def test_a_set_follows_its_records_and_its_search(
    repository: Repository, make_record: Callable[..., RecordItem], ada: Any, administrator: Any
) -> None:
    on = enabled(repository)
    walrus, other = make_record("Walrus").id, make_record("Seal").id
    sets = plugin_of(on).sets
    made = sets.create(administrator.actor, SetInput("animals:large", "Large", "walrus"))
    on.deliveries.run_until_idle()
    assert members(on, "animals:large") == members(on, "animals") == {walrus}
    assert sets.get(made.id).filled is None

    draft = on.records.edit(ada.actor, other)
    data = {**draft.data, "metadata": {**draft.data["metadata"], "title": "A walrus, not a seal"}}
    on.records.update_draft(ada.actor, other, data)
    on.records.publish(ada.actor, other)
    on.deliveries.run_until_idle()
    assert members(on, "animals:large") == {walrus, other}

    sets.update(administrator.actor, made.id, SetInput("", "Large", "seal"))
    on.deliveries.run_until_idle()
    assert members(on, "animals:large") == {other}

    before = {entry.record_id: entry.datestamp for entry in Lists(on).page(Span(), None, 10)}
    on.database.now = lambda now=on.database.now: now() + timedelta(minutes=1)
    sets.delete(administrator.actor, made.id)
    on.deliveries.run_until_idle()
    assert members(on, "animals:large") == members(on, "animals") == set()
    after = {entry.record_id: entry.datestamp for entry in Lists(on).page(Span(), None, 10)}
    if on.database.is_sqlite:  # PostgreSQL stamps by its own clock
        assert after[int(other)] > before[int(other)]
        assert after[int(walrus)] == before[int(walrus)]


@pytest.mark.hook("oaipmh_sets")
def test_plugins_offer_sets(repository: Repository, fake_plugin: Any, make_record: Callable[..., RecordItem]) -> None:
    number, other = make_record("Even").id, make_record("Odd").id
    on = enabled(repository)
    on.deliveries.run_until_idle()

    def even(items: Any) -> set[str]:
        return {item.id for item in items if item.data["metadata"]["title"] == "Even"}

    offered = [
        {"spec": "even", "name": "Even", "description": "", "members": even},
        {"spec": "not a spec", "name": "Wrong", "description": "", "members": even},
    ]
    fake_plugin("probe", {"uses": ["oaipmh"]}, oaipmh_sets=offered)
    on.plugins.enable("probe", SYSTEM)
    after = on.successor()
    after.deliveries.run_until_idle()
    assert [one.spec for one in plugin_of(after).sets.all()] == ["even"]
    assert members(after, "even") == {number}
    assert plugin_of(after).provider.lists.entry(int(other)).specs == frozenset()
