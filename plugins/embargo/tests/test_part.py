"""What clients may send as `access.embargo`, and what is made of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from muniment_embargo.embargo import Embargo, months_later
from muniment_embargo.part import NO_DATE, NO_OBJECT, load, on_new_version

TODAY = date(2027, 3, 1)
STORED = {"active": True, "until": "2027-03-03", "reason": "Thesis"}
NOTHING = {"active": False, "until": None, "reason": None}


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (None, None),
        ({}, None),
        (NOTHING, None),
        ({"active": None, "until": None, "reason": ""}, None),
        (STORED, STORED),
        ({"active": True, "until": "2027-03-03"}, {**STORED, "reason": None}),
        ({"until": "2027-03-03"}, {**STORED, "reason": None}),
        ({"until": "2026-03-03"}, {"active": False, "until": "2026-03-03", "reason": None}),
        ({"active": "true", "until": " 2027-03-03 ", "reason": " Thesis\n"}, STORED),
        ({**STORED, "more": 1}, STORED),
        ({"form": "1", "until": "2027-03-03", "reason": "Thesis"}, STORED),
        ({"form": "1", "until": None, "reason": None}, None),
        ({"form": "1", "until": None, "reason": "Thesis"}, {"active": True, "until": None, "reason": "Thesis"}),
    ],
)
def test_what_is_sent_becomes_what_is_stored(sent: Any, stored: Any) -> None:
    assert load(sent, None, TODAY) == (stored, [])


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ("2027-03-03", "access.embargo", NO_OBJECT),
        ([], "access.embargo", NO_OBJECT),
        ({"active": True, "until": "3 March 2027"}, "access.embargo.until", NO_DATE),
        ({"active": True, "until": "2027-3-3"}, "access.embargo.until", NO_DATE),
        ({"active": True, "until": "2027-02-30"}, "access.embargo.until", NO_DATE),
        ({"active": True, "until": 20270303}, "access.embargo.until", NO_DATE),
        ({"active": "perhaps", "until": "2027-03-03"}, "access.embargo.active", "Not a valid boolean."),
        ({"until": "2027-03-03", "reason": 5}, "access.embargo.reason", "Not a valid string."),
        ({"until": "2027-03-03", "reason": "x" * 1001}, "access.embargo.reason", "Longer than maximum length 1000."),
    ],
)
def test_what_is_malformed_is_told_at_its_field(sent: Any, field: str, message: str) -> None:
    _, problems = load(sent, None, TODAY)
    assert [(problem.field, problem.message) for problem in problems] == [(field, message)]


def test_nothing_opens_by_what_is_malformed() -> None:
    for sent in ("x", {"active": "perhaps"}, {"until": "soon"}):
        stored, problems = load(sent, STORED, TODAY)
        assert problems
        assert Embargo.of(stored).active


def test_a_reason_holds_no_characters_that_links_are_marked_with() -> None:
    _, problems = load({"until": "2027-03-03", "reason": "\x01/api"}, None, TODAY)
    assert [problem.field for problem in problems] == ["access.embargo.reason"]


def test_a_form_without_a_day_ends_an_embargo_but_forgets_none_that_is_over() -> None:
    empty = {"form": "1", "until": None, "reason": None}
    over = {**STORED, "active": False}
    assert load(empty, STORED, TODAY) == (None, [])
    assert load(empty, over, TODAY) == (over, [])


def test_a_new_version_is_under_embargo_while_the_one_before_is() -> None:
    assert on_new_version(STORED) == STORED
    assert on_new_version({**STORED, "active": False}) is None


def test_what_ends_early_was_until_today() -> None:
    assert Embargo.of(STORED).ended(TODAY) == Embargo(False, TODAY, "Thesis")
    assert Embargo.of(STORED).ended(date(2027, 4, 1)) == Embargo(False, date(2027, 3, 3), "Thesis")


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2027, 11, 30), 2, date(2028, 1, 30)),
        (date(2027, 3, 1), 0, date(2027, 3, 1)),
        (date(9999, 3, 1), 1200, date.max),
    ],
)
def test_months_end_within_their_month(day: date, months: int, later: date) -> None:
    assert months_later(day, months) == later
