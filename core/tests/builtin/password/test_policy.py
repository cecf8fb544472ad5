"""Which passwords are accepted."""

from __future__ import annotations

import pytest

from muniment.builtin.password.policy import common_passwords, normalize, problem_with


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "zwölf Boxkämpfer",
        "   spaces are fine   ",
        "x7#k!" * 2,
        "深海生物研究所二号",
        "a" * 64 + "b",
    ],
)
def test_long_enough_passwords_of_any_characters_are_accepted(password: str) -> None:
    assert problem_with(password) is None


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("", "required"),
        (None, "required"),
        (12345678, "required"),
        ("short7!", "too_short"),
        ("x" * 40 + "y" * 89, "too_long"),
        ("password", "too_common"),
        ("PassWord1", "too_common"),
        ("1qaz2wsx", "too_common"),
        ("aaaaaaaaaaaa", "too_common"),
        ("with\x00control", "invalid"),
        ("lone \ud800 surrogate", "invalid"),
    ],
)
def test_what_is_refused_says_why(password: object, code: str) -> None:
    problem = problem_with(password, field="new_password")
    assert problem is not None
    assert (problem.field, problem.code) == ("new_password", code)


@pytest.mark.parametrize("password", ["ada.lovelace", "Ada.Lovelace@example.org", "adalovelace", "ADA LOVELACE"])
def test_ones_own_name_or_address_is_refused(password: str) -> None:
    assert problem_with(password, own=["ada.lovelace@example.org", "Ada Lovelace"]) is not None


def test_the_length_counts_composed_characters() -> None:
    decomposed = "e\u0301" * 7
    assert len(normalize(decomposed)) == 7
    assert problem_with(decomposed) is not None


def test_the_list_holds_the_three_thousand_most_common_ones() -> None:
    found = common_passwords()
    assert len(found) >= 3000
    assert all(len(password) >= 8 and password == password.casefold() for password in found)
