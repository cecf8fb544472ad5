"""The metadata schema: what is stored, and which messages name which field."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest

Outcome = Callable[..., tuple[dict[str, Any], dict[str, list[str]]]]
REQUIRED = ["Missing data for required field."]


def personal(**more: Any) -> dict[str, Any]:
    return {"person_or_org": {"type": "personal", "family_name": "Curie", "given_name": "Marie"}, **more}


def test_required_fields(outcome: Outcome) -> None:
    stored, messages = outcome(resource_type=None, creators=[], title=None, publication_date=None)
    assert stored == {}
    assert messages == dict.fromkeys(["resource_type", "title", "publication_date", "creators"], REQUIRED)


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("title", "ab", "Shorter than minimum length 3."),
        ("title", "", "Shorter than minimum length 3."),
        ("title", 5, "Not a valid string."),
        ("title", "a\x00bc", "The text contains the control character (U+0000) at position 2. Please remove it."),
        ("title", "a" * 10_001, "Longer than maximum length 10000."),
        ("publication_date", "yesterday", "Please provide a valid date or interval."),
        ("publication_date", "2020/2019", "Please provide a valid date or interval."),
        ("resource_type", "dataset", "Invalid input type."),
        ("version", "v" * 192, "Longer than maximum length 191."),
        ("description", "<b>", "Shorter than minimum length 3."),
        ("copyright", " ", "Shorter than minimum length 1."),
        ("creators", "Marie Curie", "Not a valid list."),
        ("languages", "eng", "Not a valid list."),
        ("locations", [], "Invalid input type."),
    ],
)
def test_what_is_invalid_is_reported_and_left_out(outcome: Outcome, field: str, value: Any, message: str) -> None:
    stored, messages = outcome(**{field: value})
    if (field, value) == ("description", "<b>"):
        # An empty element is kept by the cleaner.
        assert stored[field] == "<b></b>"
        return
    assert messages[field] == [message]
    assert field not in stored
    assert set(messages) == {field}


def test_plain_fields(outcome: Outcome) -> None:
    given = {
        "title": " Zu\u0308rich\nin summer ",
        "publisher": "Zenodo",
        "publication_date": "2018/2020-09",
        "version": "v1.0",
        "sizes": ["11 pages", "1 kB"],
        "formats": ["application/pdf"],
        "description": "<h1>Title</h1><script>x</script>",
        "copyright": "© <b>2020</b>",
        "languages": [{"id": "eng", "title": {"en": "English"}}, {"id": "deu"}],
        "dates": [{"date": "1939/1945", "type": {"id": "other"}, "description": "A date"}],
        "subjects": [{"subject": "history"}],
    }
    stored, messages = outcome(**given)
    assert messages == {}
    assert stored["title"] == "Zürich in summer"
    assert stored["description"] == "<h1>Title</h1>"
    assert stored["languages"] == [{"id": "eng"}, {"id": "deu"}]
    for key in ("publisher", "publication_date", "version", "sizes", "formats", "copyright", "dates", "subjects"):
        assert stored[key] == given[key]


def test_lists_keep_what_is_right_and_name_what_is_wrong(outcome: Outcome) -> None:
    stored, messages = outcome(
        sizes=["1 kB", " ", 5],
        formats=["", "text/csv"],
        dates=[{"date": "x", "type": {"id": "other"}}, "2020", {"date": "2020", "type": {"id": "other"}}],
    )
    assert stored["sizes"] == ["1 kB"]
    assert stored["formats"] == ["text/csv"]
    assert stored["dates"] == [{"type": {"id": "other"}}, {"date": "2020", "type": {"id": "other"}}]
    assert messages == {
        "sizes.1": ["Size cannot be a blank string."],
        "sizes.2": ["Not a valid string."],
        "formats.0": ["Format cannot be a blank string."],
        "dates.0.date": ["Please provide a valid date or interval."],
        "dates.1": ["Invalid input type."],
    }


def test_very_long_lists_are_refused(outcome: Outcome) -> None:
    stored, messages = outcome(sizes=["1"] * 20_001)
    assert messages == {"sizes": ["Longer than maximum length 20000."]}
    assert "sizes" not in stored


def test_unknown_keys_are_dropped(outcome: Outcome) -> None:
    stored, messages = outcome(
        titel="x", creators=[personal(foo=1)], dates=[{"date": "2020", "type": {"id": "other"}, "x": 1}]
    )
    assert messages == {}
    assert "titel" not in stored
    assert "foo" not in stored["creators"][0]
    assert stored["dates"] == [{"date": "2020", "type": {"id": "other"}}]


def test_empty_values_count_as_absent(outcome: Outcome) -> None:
    plain, _ = outcome()
    stored, messages = outcome(
        locations={},
        contributors=[],
        references=[],
        dates=[],
        subjects=None,
        rights=[None],
        description=None,
        funding={},
        additional_titles=[],
        version=None,
        languages=[],
    )
    assert messages == {}
    assert stored == plain


def test_a_single_object_counts_as_a_list_of_one(outcome: Outcome) -> None:
    stored, messages = outcome(dates={"date": "2020", "type": {"id": "other"}}, creators=personal())
    assert messages == {}
    assert stored["dates"] == [{"date": "2020", "type": {"id": "other"}}]
    assert len(stored["creators"]) == 1


def test_loading_takes_about_a_millisecond(outcome: Outcome) -> None:
    """The bound is loose, since machines differ; building the schemas anew for each record would exceed it."""
    creators = [personal(affiliations=[{"name": "Sorbonne"}]) for _ in range(10)]
    metadata = {"creators": creators, "rights": [{"id": "cc-by-4.0"}], "description": "<p>About <i>radium</i></p>" * 20}
    outcome(**metadata)
    started = time.process_time()
    for _ in range(20):
        outcome(**metadata)
    assert (time.process_time() - started) / 20 < 0.02
