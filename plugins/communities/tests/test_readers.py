"""What members may see and do, as labels of who makes a request."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, labels_given
from muniment_communities import readers
from muniment_communities.roles import label

pytestmark = pytest.mark.plugins("communities", "requests")


def test_visitors_cost_nothing(communities: Any, polar: Any, sql_statements: list[str]) -> None:
    assert polar.is_public
    sql_statements.clear()
    assert readers.labels(communities, ANONYMOUS, "/records/1") == []
    assert sql_statements == []


def test_who_is_no_member_costs_one_statement(
    communities: Any, polar: Any, grace: Any, put: Any, make_record: Any, sql_statements: list[str]
) -> None:
    record = make_record("Tides")
    put(record, polar)
    sql_statements.clear()
    assert readers.labels(communities, grace.actor, f"/records/{record.id}") == []
    assert len([one for one in sql_statements if one.startswith("SELECT")]) == 1


@pytest.mark.parametrize(("role", "level"), [("reader", "view"), ("curator", "edit"), ("owner", "edit")])
def test_members_hold_what_their_role_gives_on_the_record_that_is_asked_for(
    communities: Any, polar: Any, grace: Any, join: Any, put: Any, make_record: Any, role: str, level: str
) -> None:
    inside, outside = make_record("Tides"), make_record("Dunes")
    put(inside, polar)
    join(polar, grace, role)
    parent = communities.repository.records.parent_number_of(inside.id)
    given = labels_given(parent, level, listed=False)
    for path in (f"/records/{inside.id}", f"/api/records/{inside.id}/draft", f"/uploads/{inside.id}"):
        assert given <= set(readers.labels(communities, grace.actor, path)), path
    for path in (f"/records/{outside.id}", "/records/none", "/search", "/", f"/xrecords/{inside.id}"):
        assert not given & set(readers.labels(communities, grace.actor, path)), path
    assert label(polar.id, "view") in readers.labels(communities, grace.actor, "/")


def test_works_show_themselves_to_members_of_all_their_communities(
    communities: Any, found: Any, put: Any, make_record: Any
) -> None:
    record, alone = make_record("Tides"), make_record("Dunes")
    first, second = found("a"), found("b")
    put(record, first)
    put(record, second)
    parents = [communities.repository.records.parent_number_of(one.id) for one in (record, alone)]
    told = {(one.parent, one.label, one.level) for one in readers.of_works(communities, parents)}
    assert told == {
        (parents[0], label(community.id, action), level)
        for community in (first, second)
        for action, level in (("view", "view"), ("curate", "edit"))
    }
