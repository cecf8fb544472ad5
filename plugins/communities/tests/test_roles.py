"""Who may do what: each role may do what those below it may."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from muniment.api import ANONYMOUS
from muniment_communities.roles import ACTIONS, ROLES, at_least, highest, label, labels_of, may_give, permissions


def test_each_role_may_do_more_than_the_one_below_it() -> None:
    for lower, higher in pairwise(ROLES):
        assert labels_of("c", lower) < labels_of("c", higher)
        assert at_least(higher, lower)
        assert not at_least(lower, higher)
    assert labels_of("c", "owner") == {label("c", action) for action in ACTIONS}


@pytest.mark.parametrize("role", ["", "admin", "Owner"])
def test_no_role_and_unknown_ones_may_nothing(role: str) -> None:
    assert labels_of("c", role) == frozenset()
    assert not at_least(role, "reader")
    assert not any(may_give(role, other) for other in ROLES)


def test_labels_of_one_community_are_none_of_another() -> None:
    assert not labels_of("a", "owner") & labels_of("b", "owner")


def test_nobody_gives_more_than_they_hold() -> None:
    given = {own: {role for role in ROLES if may_give(own, role)} for own in ROLES}
    assert given == {"reader": set(), "curator": set(), "manager": set(ROLES) - {"owner"}, "owner": set(ROLES)}


def test_the_highest_of_roles_counts() -> None:
    assert highest(["reader", "manager", "curator"]) == "manager"
    assert highest(["", "reader"]) == "reader"


@pytest.mark.plugins("communities", "requests")
def test_the_json_says_what_each_may(polar: Any, ada: Any) -> None:
    def allowed(role: str) -> set[str]:
        found = permissions({polar.id: role}, ada.actor, polar)
        return {name.removeprefix("can_") for name, may in found.items() if may}

    assert allowed("reader") == set()
    assert allowed("curator") == {"include_directly", "search_requests"}
    assert allowed("manager") == allowed("curator") | {"search_invitations", "members_manage"}
    assert allowed("owner") == allowed("manager") | {"update", "rename", "delete", "manage_access"}
    assert not any(permissions({}, ANONYMOUS, polar).values())
