"""Loading whole drafts: lenient for any input, strict at publishing, one question to the vocabularies."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from muniment.errors import Problem
from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import LoadResult, MetadataFields, check_publishable

Load = Callable[[Any], LoadResult]

EMPTY: dict[str, Any] = {
    "metadata": {},
    "access": {"record": "public", "files": "public"},
    "files": {"enabled": True, "order": []},
    "custom_fields": {},
    "pids": {},
}


def fields_of(problems: list[Problem]) -> list[str]:
    return [problem.field for problem in problems]


def test_an_empty_draft_is_fine(load: Load) -> None:
    assert load({}) == LoadResult(EMPTY, [])


def test_required_fields_are_asked_for_when_there_is_metadata(load: Load) -> None:
    result = load({"metadata": {}})
    assert result.data == EMPTY
    assert set(fields_of(result.problems)) == {
        "metadata.resource_type",
        "metadata.creators",
        "metadata.title",
        "metadata.publication_date",
    }
    assert {problem.code for problem in result.problems} == {"required"}


@pytest.mark.parametrize("value", [None, 1, "x", [], [{}], True])
def test_what_is_no_object_loads_as_nothing(load: Load, value: Any) -> None:
    assert load(value) == LoadResult(EMPTY, [Problem("", "Invalid input type.")])


def test_parts_of_the_wrong_type_are_named(load: Load) -> None:
    result = load(dict.fromkeys(EMPTY, "x"))
    assert set(fields_of(result.problems)) == set(EMPTY)
    assert result.data == {**EMPTY, "access": {"record": "restricted", "files": "restricted"}}


def test_what_was_sent_is_not_changed(load: Load, minimal: dict[str, Any]) -> None:
    minimal["metadata"]["rights"] = [{"id": "CC-BY-4.0", "title": {"en": "x"}}]
    minimal["metadata"]["languages"] = [{"id": "xxx"}]
    before = copy.deepcopy(minimal)
    load(minimal)
    assert minimal == before


# Access, files, identifiers -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "stored", "wrong"),
    [
        ({}, ("public", "public"), []),
        ({"record": "restricted"}, ("restricted", "restricted"), []),
        ({"record": "public", "files": "restricted", "embargo": {"active": True}}, ("public", "restricted"), []),
        ({"record": "Public", "files": "public"}, ("restricted", "public"), ["access.record"]),
        ({"record": None, "files": ["public"]}, ("restricted", "restricted"), ["access.record", "access.files"]),
        ({"files": "closed"}, ("public", "restricted"), ["access.files"]),
    ],
)
def test_access(load: Load, sent: Any, stored: tuple[str, str], wrong: list[str]) -> None:
    result = load({"access": sent})
    assert result.data["access"] == {"record": stored[0], "files": stored[1]}
    assert fields_of(result.problems) == wrong
    for problem in result.problems:
        name = problem.field.removeprefix("access.")
        assert problem.message == f"'{name}' must be either 'public' or 'restricted'"


@pytest.mark.parametrize(
    ("sent", "stored", "wrong"),
    [
        ({"enabled": False}, {"enabled": False, "order": []}, []),
        (
            {"default_preview": "a.pdf", "order": ["a.pdf", "data/b.csv"], "entries": {}, "count": 3},
            {"enabled": True, "default_preview": "a.pdf", "order": ["a.pdf", "data/b.csv"]},
            [],
        ),
        ({"default_preview": None, "order": None}, {"enabled": True, "order": []}, []),
        ({"default_preview": ""}, {"enabled": True, "order": []}, []),
        (
            {"enabled": "maybe", "order": ["a", 5]},
            {"enabled": True, "order": ["a"]},
            ["files.enabled", "files.order.1"],
        ),
        ({"default_preview": 5}, {"enabled": True, "order": []}, ["files.default_preview"]),
    ],
)
def test_files(load: Load, sent: Any, stored: Any, wrong: list[str]) -> None:
    result = load({"files": sent})
    assert result.data["files"] == stored
    assert fields_of(result.problems) == wrong


@pytest.mark.parametrize(
    ("sent", "stored", "wrong"),
    [
        (
            {"doi": {"identifier": "https://doi.org/10.1234/AB", "provider": "external", "client": ""}},
            {"doi": {"identifier": "10.1234/AB", "provider": "external", "client": ""}},
            {},
        ),
        (
            {
                "doi": {"identifier": "10.5072/1", "provider": "datacite", "client": "datacite"},
                "oai": {"identifier": "oai:x:1", "provider": "oai"},
            },
            {
                "doi": {"identifier": "10.5072/1", "provider": "datacite", "client": "datacite"},
                "oai": {"identifier": "oai:x:1", "provider": "oai"},
            },
            {},
        ),
        ({"doi": {}, "oai": None}, {}, {}),
        (
            {"doi": {"identifier": "no doi", "provider": "external"}},
            {},
            {"pids.doi.identifier": "Invalid DOI identifier."},
        ),
        (
            {"doi": {"identifier": "10.1234/a b", "provider": "external"}},
            {},
            {"pids.doi.identifier": "Invalid DOI identifier."},
        ),
        (
            {"doi": {"identifier": "", "provider": "external"}},
            {},
            {"pids.doi.identifier": "Shorter than minimum length 1."},
        ),
        ({"doi": {"identifier": "10.1234/x"}}, {}, {"pids.doi.provider": "Missing data for required field."}),
        ({"doi": "10.1234/x"}, {}, {"pids.doi": "Invalid input type."}),
        (
            {"D O I": {"identifier": "10.1234/x", "provider": "external"}},
            {},
            {"pids": "Invalid persistent identifier scheme."},
        ),
    ],
)
def test_persistent_identifiers(load: Load, sent: Any, stored: Any, wrong: dict[str, str]) -> None:
    result = load({"pids": sent})
    assert result.data["pids"] == stored
    assert {problem.field: problem.message for problem in result.problems} == wrong


@pytest.fixture
def publishable(
    terms: Any, schemes: IdentifierSchemes, custom_fields: MetadataFields
) -> Callable[[Any], list[Problem]]:
    def check(data: Any) -> list[Problem]:
        return check_publishable(data, resolve=terms.resolve, identifiers=schemes, fields=custom_fields)

    return check


Check = Callable[[Any], list[Problem]]


def test_the_least_record_can_be_published(load: Load, publishable: Check, minimal: dict[str, Any]) -> None:
    assert publishable(load(minimal).data) == []


def test_an_empty_draft_cannot_be_published(publishable: Check) -> None:
    for data in ({}, EMPTY):
        assert sorted(fields_of(publishable(data))) == [
            "metadata.creators",
            "metadata.publication_date",
            "metadata.resource_type",
            "metadata.title",
        ]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (
            {"contributors": [{"person_or_org": {"type": "organizational", "name": "CERN"}}]},
            "metadata.contributors.0.role",
        ),
        ({"identifiers": [{"identifier": "10.1234", "scheme": "doi"}]}, "metadata.identifiers.0.identifier"),
        ({"related_identifiers": [{"identifier": "10.1234/x"}]}, "metadata.related_identifiers.0.relation_type"),
        ({"dates": [{"type": {"id": "other"}, "date": "soon"}]}, "metadata.dates.0.date"),
        (
            {"creators": [{"person_or_org": {"type": "personal", "given_name": "M"}}]},
            "metadata.creators.0.person_or_org.family_name",
        ),
    ],
)
def test_what_is_incomplete_stands_against_publishing(
    load: Load, publishable: Check, minimal: dict[str, Any], change: dict[str, Any], field: str
) -> None:
    minimal["metadata"].update(change)
    assert fields_of(publishable(load(minimal).data)) == [field]


def test_a_term_that_was_removed_stands_against_publishing(
    load: Load, terms: Any, publishable: Check, minimal: dict[str, Any]
) -> None:
    stored = load(minimal).data
    del terms.known["resourcetypes", "dataset"]
    assert publishable(stored) == [Problem("metadata.resource_type.id", "Invalid value dataset.", code="unknown_term")]
