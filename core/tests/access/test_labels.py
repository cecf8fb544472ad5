"""Labels: who may do what with records and drafts, for every combination of owner, visibility and action."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from muniment.access.actor import ANONYMOUS, PUBLIC, SYSTEM, Actor, person
from muniment.access.labels import (
    Action,
    draft_labels,
    labels_given,
    labels_given_blindly,
    record_labels,
    seeing,
    shared_parents,
)

ACTIONS = get_args(Action)
OWNER = 7
PEOPLE = {
    "visitor": ANONYMOUS,
    "stranger": person(8),
    "owner": person(OWNER),
    "moderator": person(9, frozenset({"moderator"})),
    "administrator": person(10, frozenset({"administrator"})),
    "system": SYSTEM,
}
#: Who may do what with something that is not public.
CLOSED = {
    "view": {"owner", "moderator", "administrator", "system"},
    "read_files": {"owner", "moderator", "administrator", "system"},
    "preview": {"owner", "moderator", "administrator", "system"},
    "review": {"owner", "administrator", "system"},
    "edit": {"owner", "administrator", "system"},
    "manage": {"owner", "administrator", "system"},
    "moderate": {"moderator", "administrator", "system"},
}


def allowed(labels: frozenset[str]) -> set[str]:
    return {name for name, actor in PEOPLE.items() if actor.holds_any(labels)}


@pytest.mark.parametrize("action", ACTIONS)
def test_drafts(action: str) -> None:
    assert allowed(draft_labels(action, OWNER)) == CLOSED[action]


@pytest.mark.parametrize(
    ("action", "record", "files"),
    list(itertools.product(ACTIONS, ("public", "restricted"), ("public", "restricted"))),
)
def test_records(action: str, record: str, files: str) -> None:
    everybody = (action == "view" and record == "public") or (
        action == "read_files" and record == "public" and files == "public"
    )
    assert allowed(record_labels(action, OWNER, record, files)) == (set(PEOPLE) if everybody else CLOSED[action])


@pytest.mark.parametrize("action", ACTIONS)
def test_what_nobody_owns_is_nobodys(action: str) -> None:
    assert allowed(draft_labels(action, None)) == CLOSED[action] - {"owner"}


def test_an_unknown_visibility_is_closed() -> None:
    assert allowed(record_labels("view", OWNER, "embargoed", "public")) == CLOSED["view"]
    assert allowed(record_labels("read_files", OWNER, "public", "")) == CLOSED["read_files"]


#: What each level allows on what is not public.
GIVEN = {
    "view": {"view", "read_files"},
    "preview": {"view", "read_files", "preview"},
    "edit": {"view", "read_files", "preview", "review", "edit"},
    "manage": {"view", "read_files", "preview", "review", "edit", "manage"},
}


@pytest.mark.parametrize("level", GIVEN)
def test_what_was_given_on_a_parent_is_for_that_parent_alone(level: str) -> None:
    reader = Actor(labels=frozenset({PUBLIC}) | labels_given(12, level))
    assert {action for action in ACTIONS if reader.holds_any(draft_labels(action, OWNER, 12))} == GIVEN[level]
    assert not any(reader.holds_any(draft_labels(action, OWNER, 13)) for action in ACTIONS)
    assert not any(reader.holds_any(draft_labels(action, OWNER)) for action in ACTIONS)


def test_blind_readers_see_and_preview_but_are_not_indexed() -> None:
    reader = Actor(labels=frozenset({PUBLIC}) | labels_given_blindly(12))
    assert {action for action in ACTIONS if reader.holds_any(draft_labels(action, OWNER, 12))} == GIVEN["preview"]
    indexed = seeing(record_labels("view", OWNER, "restricted", "restricted", 12), 12)
    assert not reader.holds_any(indexed)
    assert Actor(labels=labels_given(12, "view")).holds_any(indexed)


def test_what_is_public_names_no_parent() -> None:
    assert record_labels("view", OWNER, "public", "restricted", 12) == {PUBLIC}


def test_only_what_is_listed_counts_as_shared() -> None:
    labels = labels_given(12, "edit") | labels_given(13, "view", listed=False) | labels_given_blindly(14)
    assert shared_parents(labels) == [12]
