"""Labels: who may do what with records and drafts, for every combination of owner, visibility and action."""

from __future__ import annotations

import itertools
from typing import get_args

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM, person
from muniment.access.labels import Action, draft_labels, record_labels

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
