"""Actors: what labels, roles, permissions and scopes let somebody do."""

from __future__ import annotations

import dataclasses

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor, person
from muniment.errors import PermissionDenied


def test_a_visitor_holds_the_public_label_only() -> None:
    assert ANONYMOUS.labels == {"public"}
    assert not ANONYMOUS.is_authenticated
    assert not ANONYMOUS.is_administrator
    assert not ANONYMOUS.can("moderation")


def test_a_person_holds_labels_of_their_subject_and_roles() -> None:
    actor = person(7, frozenset({"moderator"}), via="session")
    assert actor.labels == {"public", "authenticated", "subject:7", "role:moderator"}
    assert actor.is_authenticated
    assert not actor.is_administrator
    assert actor.via == "session"


def test_permissions_are_held_one_by_one_and_all_by_administrators() -> None:
    assert person(7, permissions=frozenset({"moderation"})).can("moderation")
    assert not person(7, permissions=frozenset({"moderation"})).can("administration")
    assert person(7, frozenset({"administrator"})).can("anything")
    assert SYSTEM.can("anything")


def test_the_system_is_nobody_and_may_everything() -> None:
    assert SYSTEM.is_system
    assert SYSTEM.is_administrator
    assert not SYSTEM.is_authenticated
    assert SYSTEM.subject is None


def test_without_scopes_nothing_is_limited() -> None:
    person(7).require_scope("deposit:write")
    ANONYMOUS.require_scope("deposit:write")


@pytest.mark.parametrize("scopes", [frozenset(), frozenset({"deposit:actions"})])
def test_a_scope_that_a_token_lacks_is_refused_by_name(scopes: frozenset[str]) -> None:
    with pytest.raises(PermissionDenied, match="scope 'deposit:write'"):
        person(7, frozenset({"administrator"}), scopes=scopes).require_scope("deposit:write")


def test_labels_meet_or_do_not() -> None:
    actor = person(7)
    assert actor.holds_any({"subject:7", "role:administrator"})
    assert not actor.holds_any(frozenset({"subject:77"}))
    assert not actor.holds_any(frozenset())


def test_an_actor_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        ANONYMOUS.labels = frozenset({"role:administrator"})  # type: ignore[misc]


def test_the_language_makes_no_other_actor() -> None:
    assert Actor(subject=1, locale="de") == Actor(subject=1, locale="en")
