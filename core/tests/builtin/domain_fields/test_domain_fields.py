"""The custom fields of journals, books, theses, conferences and software."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import muniment.builtin.domain_fields
from muniment.builtin.domain_fields.plugin import FIELDS
from muniment.identifiers import IdentifierSchemes
from muniment.plugins.manifest import read_manifest
from muniment.records.schemas import MetadataFields
from muniment.records.schemas.fields import CustomFieldsLoader
from muniment.records.schemas.parts import Part

LOADER = CustomFieldsLoader(MetadataFields(FIELDS), IdentifierSchemes())


def load(name: str, value: Any) -> tuple[Any, Any]:
    data, errors = LOADER.load({name: value})
    return data.get(name), errors.get(name)


def test_the_manifest_can_be_read() -> None:
    manifest = read_manifest(Path(muniment.builtin.domain_fields.__file__).parent, builtin=True)
    assert manifest.name == "domain-fields"
    assert manifest.problem is None


def test_the_fields_of_inveniordm_are_there() -> None:
    assert {field.name for field in FIELDS} == {
        "journal:journal",
        "imprint:imprint",
        "thesis:thesis",
        "meeting:meeting",
        "code:codeRepository",
        "code:programmingLanguage",
        "code:developmentStatus",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("journal:journal", {"title": "Nature", "issn": "0028-0836", "volume": "645", "issue": "7", "pages": "A29"}),
        (
            "imprint:imprint",
            {"title": "A book", "place": "Bern", "pages": "15-23", "isbn": "0-06-251587-X", "edition": "3"},
        ),
        (
            "thesis:thesis",
            {
                "university": "ETH",
                "department": "Physics",
                "type": "PhD",
                "date_submitted": "2020-01",
                "date_defended": "2020~",
            },
        ),
        (
            "meeting:meeting",
            {
                "title": "Open Repositories",
                "acronym": "OR",
                "dates": "21-22 November 2022",
                "place": "Göteborg",
                "session": "VI",
                "session_part": "1",
                "url": "https://or2024.openrepositories.org/",
                "identifiers": [{"identifier": "10.1234/x", "scheme": "doi"}],
            },
        ),
        ("code:codeRepository", "https://github.com/inveniosoftware/invenio"),
        ("code:programmingLanguage", [{"id": "python"}, {"id": "c++"}]),
        ("code:developmentStatus", {"id": "active"}),
    ],
)
def test_valid_values_are_stored(name: str, value: Any) -> None:
    assert load(name, value) == (value, None)


@pytest.mark.parametrize(
    ("name", "value", "stored", "errors"),
    [
        (
            "journal:journal",
            {"title": "N", "issn": "0028-0837"},
            {"title": "N"},
            {"issn": ["Please provide a valid ISSN."]},
        ),
        ("imprint:imprint", {"isbn": "0-06-251587-1"}, None, {"isbn": ["Please provide a valid ISBN."]}),
        (
            "thesis:thesis",
            {"university": "ETH", "date_defended": "soon"},
            {"university": "ETH"},
            {"date_defended": ["Please provide a valid date or interval."]},
        ),
        ("meeting:meeting", {"url": "or2024"}, None, {"url": ["You must provide a valid URL."]}),
        (
            "meeting:meeting",
            {"identifiers": [{"identifier": "?"}]},
            {"identifiers": [{"identifier": "?"}]},
            {"identifiers": {0: {"scheme": ["No valid scheme recognized for identifier."]}}},
        ),
        ("code:codeRepository", "javascript:alert(1)", None, ["You must provide a valid URL."]),
        ("code:programmingLanguage", ["python"], [None], {0: ["Invalid input type."]}),
        ("code:developmentStatus", "active", None, ["Invalid input type."]),
        ("journal:journal", "Nature", None, ["Invalid input type."]),
        ("journal:journal", {"issn": ""}, {"issn": ""}, None),
    ],
)
def test_invalid_values_are_named(name: str, value: Any, stored: Any, errors: Any) -> None:
    assert load(name, value) == (stored, errors)


def test_every_key_has_a_label_and_is_indexed() -> None:
    for field in FIELDS:
        part = getattr(field.field(IdentifierSchemes()), "part", None)
        if isinstance(part, Part):
            assert set(field.display.labels) == set(part.fields)
            indexed = {path.partition(".")[0] for path in (*field.index.text, *field.index.exact)}
            assert indexed == set(part.fields)
        else:
            assert field.index.text or field.index.exact
