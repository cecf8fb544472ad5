"""What a profile may hold."""

from __future__ import annotations

import pytest

from muniment.users.profile_fields import check_profile, search_text

LANGUAGES = ("en", "de")


def test_known_fields_are_cleaned_and_others_ignored_cve_2022_43685() -> None:
    data = {
        "full_name": "  Ada \t Lovelace ",
        "id": 1,
        "roles": ["administrator"],
        "confirmed_at": "now",
        "active": True,
    }
    values, problems = check_profile(data, LANGUAGES)
    assert values == {"full_name": "Ada Lovelace"}
    assert problems == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("username", "ab"),
        ("username", "1ada"),
        ("username", "ada lovelace"),
        ("username", "Admin"),
        ("username", 7),
        ("full_name", "x" * 201),
        ("full_name", "a\x1bb"),
        ("full_name", ["Ada"]),
        ("affiliations", "x" * 401),
        ("visibility", "everybody"),
        ("visibility", ["public"]),
        ("email_visibility", None),
        ("locale", "xx"),
        ("locale", {"en": 1}),
        ("timezone", "Europe/Atlantis"),
        ("timezone", "../../etc/passwd"),
    ],
)
def test_a_wrong_value_is_named_and_not_stored(field: str, value: object) -> None:
    values, problems = check_profile({field: value}, LANGUAGES)
    assert field not in values
    assert [problem.field for problem in problems] == [field]


def test_empty_choices_mean_the_default_of_the_site() -> None:
    values, problems = check_profile({"username": "", "locale": "", "timezone": None}, LANGUAGES)
    assert (values, problems) == ({"username": None, "locale": "", "timezone": ""}, [])


def test_names_are_looked_up_without_case_and_accents() -> None:
    assert search_text("Zoë Čapek", None, "Universität Zürich") == "zoe capek universitat zurich"
