"""References to vocabularies: resolved at once, named when unknown, expanded for output."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from muniment.errors import Problem
from muniment.records.schemas import LoadResult, MetadataFields, expand_vocabularies

Load = Callable[[Any], LoadResult]


def test_all_ids_are_asked_for_at_once(load: Load, terms: Any, minimal: dict[str, Any]) -> None:
    minimal["metadata"].update(
        languages=[{"id": "eng"}, {"id": "deu"}],
        rights=[{"id": "CC-BY-4.0"}],
        additional_titles=[{"title": "Title", "type": {"id": "subtitle"}, "lang": {"id": "eng"}}],
    )
    minimal["custom_fields"] = {"code:programmingLanguage": [{"id": "python"}]}
    result = load(minimal)
    assert result.problems == []
    assert terms.calls == [
        {
            ("resourcetypes", "dataset"),
            ("languages", "eng"),
            ("languages", "deu"),
            ("licenses", "CC-BY-4.0"),
            ("licenses", "cc-by-4.0"),
            ("titletypes", "subtitle"),
            ("code:programmingLanguages", "python"),
        }
    ]


def test_nothing_is_asked_when_there_is_no_id(load: Load, terms: Any) -> None:
    load({"metadata": {"title": "Only a title"}})
    assert terms.calls == []


def test_unknown_ids_are_named_at_their_place_in_what_was_sent(load: Load, minimal: dict[str, Any]) -> None:
    minimal["metadata"].update(
        languages=["x", {"id": "eng"}, {"id": "xyz"}, None, {"id": "deu"}], resource_type={"id": "thing"}
    )
    result = load(minimal)
    assert result.data["metadata"]["languages"] == [{"id": "eng"}, {"id": "deu"}]
    assert "resource_type" not in result.data["metadata"]
    assert result.problems == [
        Problem("metadata.languages.0", "Invalid input type."),
        Problem("metadata.resource_type.id", "Invalid value thing.", code="unknown_term"),
        Problem("metadata.languages.2.id", "Invalid value xyz.", code="unknown_term"),
    ]


def test_words_stay_when_their_id_is_unknown(load: Load, minimal: dict[str, Any]) -> None:
    minimal["metadata"]["subjects"] = [
        {"id": "http://oecd.org/1", "subject": "Chemistry", "scheme": "FOS"},
        {"id": "none"},
    ]
    result = load(minimal)
    assert result.data["metadata"]["subjects"] == [{"subject": "Chemistry"}]
    assert [(problem.field, problem.severity) for problem in result.problems] == [
        ("metadata.subjects.0.id", "warning"),
        ("metadata.subjects.1.id", "error"),
    ]


def test_output_carries_what_is_referred_to(
    load: Load, terms: Any, custom_fields: MetadataFields, minimal: dict[str, Any]
) -> None:
    minimal["metadata"].update(
        rights=[{"id": "cc-by-4.0"}, {"title": {"en": "Mine"}}],
        subjects=[{"id": "https://id.nlm.nih.gov/mesh/D000001"}, {"subject": "free"}],
        funding=[{"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::246686"}}, {"funder": {"name": "Aunt"}}],
    )
    minimal["metadata"]["creators"][0].update(
        role={"id": "editor"},
        affiliations=[{"id": "01ggx4157"}, {"id": "05dxps055", "name": "Caltech"}, {"name": "Home"}],
    )
    minimal["custom_fields"] = {"code:programmingLanguage": [{"id": "c++"}], "code:developmentStatus": {"id": "active"}}
    stored = load(minimal).data
    before = copy.deepcopy(stored)
    terms.calls.clear()
    shown = expand_vocabularies(stored, terms.resolve, custom_fields)
    metadata = shown["metadata"]

    assert stored == before
    assert len(terms.calls) == 1
    assert metadata["resource_type"] == {"id": "dataset", "title": {"en": "Title of dataset"}}
    assert metadata["rights"] == [
        {
            "id": "cc-by-4.0",
            "title": {"en": "Creative Commons Attribution"},
            "description": {"en": "Use it and name its author."},
            "icon": "cc-by-icon",
            "props": {"url": "https://creativecommons.org/licenses/by/4.0/", "scheme": "spdx"},
        },
        {"title": {"en": "Mine"}},
    ]
    assert metadata["subjects"][0]["subject"] == "Title of https://id.nlm.nih.gov/mesh/D000001"
    assert metadata["subjects"][1] == {"subject": "free"}
    assert metadata["funding"][0] == {
        "funder": {"id": "00k4n6c32", "name": "Title of 00k4n6c32"},
        "award": {"id": "00k4n6c32::246686", "title": {"en": "Title of 00k4n6c32::246686"}},
    }
    creator = metadata["creators"][0]
    assert creator["role"] == {"id": "editor", "title": {"en": "Title of editor"}}
    assert creator["affiliations"] == [
        {
            "id": "01ggx4157",
            "name": "Title of 01ggx4157",
            "identifiers": [{"scheme": "ror", "identifier": "01ggx4157"}],
        },
        {"id": "05dxps055", "name": "Caltech", "identifiers": [{"scheme": "ror", "identifier": "05dxps055"}]},
        {"name": "Home"},
    ]
    assert shown["custom_fields"]["code:programmingLanguage"] == [{"id": "c++", "title": {"en": "Title of c++"}}]
    assert shown["custom_fields"]["code:developmentStatus"] == {"id": "active", "title": {"en": "Title of active"}}
    # What the server sends can be sent back.
    again = load(shown)
    assert again.problems == []
    assert again.data == stored


def test_terms_that_were_removed_leave_their_id(load: Load, terms: Any, minimal: dict[str, Any]) -> None:
    stored = load(minimal).data
    terms.known.clear()
    assert expand_vocabularies(stored, terms.resolve)["metadata"]["resource_type"] == {"id": "dataset"}
