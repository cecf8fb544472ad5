"""Identifiers, related works, references, rights and funding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Outcome = Callable[..., tuple[dict[str, Any], dict[str, list[str]]]]
REQUIRED = ["Missing data for required field."]


def test_identifiers_of_the_record(outcome: Outcome) -> None:
    stored, messages = outcome(
        identifiers=[
            {"identifier": "1924MNRAS..84..308E", "scheme": "bibcode"},
            {"identifier": "https://doi.org/10.1234/x"},
        ]
    )
    assert messages == {}
    assert stored["identifiers"] == [
        {"identifier": "1924MNRAS..84..308E", "scheme": "ads"},
        {"identifier": "10.1234/x", "scheme": "doi"},
    ]


def test_an_identifier_is_given_once(outcome: Outcome) -> None:
    stored, messages = outcome(
        identifiers=[{"identifier": "10.1234/x"}, {"identifier": "10.1234/y"}, {"identifier": "doi:10.1234/x"}]
    )
    assert messages == {"identifiers.2": ["Duplicated identifier entry is not allowed."]}
    assert [item["identifier"] for item in stored["identifiers"]] == ["10.1234/x", "10.1234/y"]


def test_an_identifier_of_an_unknown_scheme_is_not_taken_for_another(outcome: Outcome) -> None:
    given = [{"identifier": "20285", "scheme": "ourrepository"}]
    stored, messages = outcome(identifiers=given)
    assert messages == {"identifiers.0.scheme": ["Invalid scheme."]}
    assert stored["identifiers"] == given


def test_related_works(outcome: Outcome) -> None:
    stored, messages = outcome(
        related_identifiers=[
            {"identifier": "10.1234/x", "relation_type": {"id": "cites"}, "resource_type": {"id": "dataset"}},
            {"identifier": "10.1234/y"},
            {"identifier": "10.1234/y", "relation_type": {"id": "hates"}},
            {"relation_type": {"id": "cites"}},
        ]
    )
    assert stored["related_identifiers"] == [
        {
            "identifier": "10.1234/x",
            "scheme": "doi",
            "relation_type": {"id": "cites"},
            "resource_type": {"id": "dataset"},
        },
        {"identifier": "10.1234/y", "scheme": "doi"},
        {"identifier": "10.1234/y", "scheme": "doi"},
        {"relation_type": {"id": "cites"}},
    ]
    assert messages == {
        "related_identifiers.1.relation_type": REQUIRED,
        "related_identifiers.2.relation_type.id": ["Invalid value hates."],
        "related_identifiers.3.identifier": REQUIRED,
    }


def test_references(outcome: Outcome) -> None:
    stored, messages = outcome(
        references=[
            {"reference": "Curie 1903"},
            {"reference": "Curie 1904", "identifier": "https://doi.org/10.1234/x"},
            {"reference": "Curie 1905", "identifier": "", "scheme": ""},
            {"identifier": "10.1234/x"},
        ]
    )
    assert stored["references"] == [
        {"reference": "Curie 1903"},
        {"reference": "Curie 1904", "identifier": "10.1234/x", "scheme": "doi"},
        {"reference": "Curie 1905"},
        {"identifier": "10.1234/x", "scheme": "doi"},
    ]
    assert messages == {"references.3.reference": REQUIRED}


def test_additional_titles_and_descriptions(outcome: Outcome) -> None:
    stored, messages = outcome(
        additional_titles=[
            {"title": "Untertitel", "type": {"id": "subtitle"}, "lang": {"id": "deu"}},
            {"title": "ab", "type": {"id": "subtitle"}},
            {"title": "Without type", "lang": {"id": "xyz"}},
        ],
        additional_descriptions=[
            {"description": "<p onclick='x'>How</p>", "type": {"id": "methods"}},
            {"description": "What", "type": {"id": "poem"}},
        ],
    )
    assert stored["additional_titles"] == [
        {"title": "Untertitel", "type": {"id": "subtitle"}, "lang": {"id": "deu"}},
        {"type": {"id": "subtitle"}},
        {"title": "Without type"},
    ]
    assert stored["additional_descriptions"] == [
        {"description": "<p>How</p>", "type": {"id": "methods"}},
        {"description": "What"},
    ]
    assert messages == {
        "additional_titles.1.title": ["Shorter than minimum length 3."],
        "additional_titles.2.type": REQUIRED,
        "additional_titles.2.lang.id": ["Invalid value xyz."],
        "additional_descriptions.1.type.id": ["Invalid value poem."],
    }


BOTH = "Only an existing id or free text title/description/link is accepted, but not both cases at the same time"


@pytest.mark.parametrize(
    ("given", "stored", "messages"),
    [
        ({"id": "cc-by-4.0"}, {"id": "cc-by-4.0"}, {}),
        ({"id": "CC-BY-4.0"}, {"id": "cc-by-4.0"}, {}),
        (
            {"title": {"en": "Mine"}, "description": {"en": "Ask me"}, "link": "https://e.org/l"},
            {"title": {"en": "Mine"}, "description": {"en": "Ask me"}, "link": "https://e.org/l"},
            {},
        ),
        (
            {"id": "cc-by-4.0", "title": {"en": "CC BY"}, "icon": "x", "props": {"url": "https://e.org"}},
            {"id": "cc-by-4.0"},
            {},
        ),
        ({"id": "cc-by-4.0", "link": "https://e.org/l"}, {"id": "cc-by-4.0"}, {"rights.0": [BOTH]}),
        ({"id": "cc-by-4.0", "title": {"en": "Mine"}}, {"id": "cc-by-4.0"}, {"rights.0": [BOTH]}),
        ({"id": "mine-1.0"}, None, {"rights.0.id": ["Invalid value mine-1.0."]}),
        (
            {"id": "mine-1.0", "title": {"en": "Mine"}, "icon": "x"},
            {"title": {"en": "Mine"}},
            {"rights.0.id": ["Invalid value mine-1.0."]},
        ),
        (
            {"description": {"en": "x"}},
            {"description": {"en": "x"}},
            {"rights.0": ["An existing id or a free text title must be present"]},
        ),
        (
            {"title": {"en": "Mine"}, "link": "e.org"},
            {"title": {"en": "Mine"}},
            {"rights.0.link": ["Not a valid URL."]},
        ),
        (
            {"title": {"en": "Mine"}, "link": "javascript:x"},
            {"title": {"en": "Mine"}},
            {"rights.0.link": ["Not a valid URL."]},
        ),
        (
            {"title": {"English": "Mine", "en": "M"}},
            {"title": {"en": "M"}},
            {"rights.0.title": ["Not a valid locale."]},
        ),
        ({"title": {"en": 5}}, None, {"rights.0.title.en": ["Not a valid string."]}),
        ({"title": "Mine"}, None, {"rights.0.title": ["Not a valid mapping type."]}),
    ],
)
def test_rights(outcome: Outcome, given: Any, stored: Any, messages: dict[str, list[str]]) -> None:
    metadata, found = outcome(rights=[given])
    assert found == messages
    assert metadata.get("rights") == (None if stored is None else [stored])


def test_funding(outcome: Outcome) -> None:
    stored, messages = outcome(
        funding=[
            {"funder": {"id": "00k4n6c32", "name": "European Commission"}, "award": {"id": "00k4n6c32::246686"}},
            {
                "funder": {"name": "My aunt"},
                "award": {"title": {"en": "Gift"}, "number": "1", "identifiers": [{"identifier": "https://e.org/1"}]},
            },
            {"funder": {"name": "My uncle"}, "award": {"title": {}}},
            {"award": {"number": "2"}},
            {"funder": {"name": "X"}, "award": {"id": "none"}},
            {"funder": {"name": "X"}, "award": {"acronym": "A"}},
            {"funder": {"name": ""}},
            {"funder": {"id": "10.13039/501100000780", "name": "EC"}},
        ]
    )
    assert stored["funding"] == [
        {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::246686"}},
        {
            "funder": {"name": "My aunt"},
            "award": {
                "title": {"en": "Gift"},
                "number": "1",
                "identifiers": [{"identifier": "https://e.org/1", "scheme": "url"}],
            },
        },
        {"funder": {"name": "My uncle"}},
        {"award": {"number": "2"}},
        {"funder": {"name": "X"}},
        {"funder": {"name": "X"}, "award": {"acronym": "A"}},
        {"funder": {"id": "10.13039/501100000780", "name": "EC"}},
    ]
    assert messages == {
        "funding.3.funder": REQUIRED,
        "funding.4.award.id": ["Invalid value none."],
        "funding.5.award": ["An existing id or either number or title must be present."],
        "funding.6.funder": REQUIRED,
    }
