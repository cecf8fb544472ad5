"""Terms choose their texts by language and write the API's JSON."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from muniment.vocabularies.term import Term

MOMENT = datetime(2026, 5, 14, 8, 30, 0, 123456, tzinfo=UTC)


def make(**changes: object) -> Term:
    values = {
        "id": "deu",
        "type": "languages",
        "title": {"en": "German", "de": "Deutsch", "pt-BR": "Alemão"},
        "revision": 3,
        "created": MOMENT,
        "updated": MOMENT,
    }
    return Term(**{**values, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("de", "Deutsch"),
        ("de-AT", "Deutsch"),
        ("de_CH", "Deutsch"),
        ("pt-BR", "Alemão"),
        ("fr", "German"),
        (None, "German"),
    ],
)
def test_the_title_is_in_the_language_of_the_reader_or_else_in_english(locale: str | None, title: str) -> None:
    assert make().title_for(locale) == title


def test_without_english_any_title_is_better_than_none() -> None:
    assert make(title={"fr": "allemand"}).title_for("de") == "allemand"
    assert make(title={}).title_for("de") == "deu"


def test_a_description_that_does_not_exist_is_empty() -> None:
    assert make().description_for("de") == ""
    assert make(description={"en": "A language."}).description_for("de") == "A language."


def test_the_json_is_that_of_the_api() -> None:
    term = make(id="c++ & co", icon="code", description={"en": "…"}, props={"alpha_2": "de"}, tags=("living",))
    assert term.to_dict("https://repo.example") == {
        "id": "c++ & co",
        "type": "languages",
        "title": {"en": "German", "de": "Deutsch", "pt-BR": "Alemão"},
        "description": {"en": "…"},
        "icon": "code",
        "props": {"alpha_2": "de"},
        "tags": ["living"],
        "created": MOMENT,
        "updated": MOMENT,
        "revision_id": 3,
        "links": {"self": "https://repo.example/api/vocabularies/languages/c%2B%2B%20%26%20co"},
    }


def test_what_a_term_does_not_have_is_left_out_as_invenio_does() -> None:
    assert {"icon", "description"}.isdisjoint(make().to_dict())
