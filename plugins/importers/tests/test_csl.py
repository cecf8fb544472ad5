"""CSL-JSON as Crossref, DataCite and reference managers write it."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_importers import csl

#: The shape of what api.crossref.org answers through doi.org.
CROSSREF: dict[str, Any] = {
    "type": "journal-article",
    "DOI": "10.5194/tc-12-1-2020",
    "title": ["On <i>sea</i> ice"],
    "container-title": ["The Cryosphere"],
    "volume": "12",
    "issue": "3",
    "page": "1-20",
    "ISSN": ["1994-0424"],
    "issued": {"date-parts": [[2020, 5, 4]]},
    "publisher": "Copernicus",
    "author": [
        {"given": "Anna", "family": "Müller", "ORCID": "https://orcid.org/0000-0002-1825-0097",
         "affiliation": [{"name": "Polar Institute"}]},
        {"name": "Ice Group", "sequence": "additional"},
        {"literal": "Doe, Jane"},
    ],
    "abstract": "<jats:p>Ice <jats:italic>drifts</jats:italic>.</jats:p>",
    "license": [{"URL": "https://creativecommons.org/licenses/by/4.0/"}],
    "language": "en",
    "subject": ["Earth science"],
}  # fmt: skip


def test_an_article(known: Any) -> None:
    assert csl.detect(CROSSREF)
    found = csl.read(CROSSREF, known)
    metadata = found.data["metadata"]
    assert metadata["title"] == "On sea ice"
    assert metadata["publication_date"] == "2020-05-04"
    assert metadata["creators"][0]["affiliations"] == [{"name": "Polar Institute"}]
    assert [creator["person_or_org"]["type"] for creator in metadata["creators"]] == [
        "personal", "organizational", "personal",
    ]  # fmt: skip
    assert metadata["description"] == "<p>Ice <em>drifts</em>.</p>"
    assert metadata["rights"] == [{"id": "cc-by-4.0"}]
    assert metadata["languages"] == [{"id": "eng"}]
    assert found.data["custom_fields"]["journal:journal"]["title"] == "The Cryosphere"
    assert found.data["pids"]["doi"] == {"identifier": "10.5194/tc-12-1-2020", "provider": "external"}


@pytest.mark.parametrize(
    ("date", "kept"),
    [
        ({"date-parts": [[2020]]}, "2020"),
        ({"date-parts": [["2020", "5"]]}, "2020-05"),
        ({"raw": "2020-05-04T00:00:00"}, "2020-05-04"),
        ({"date-parts": [[None]]}, None),
        ({}, None),
        ("2020", None),
    ],
)
def test_dates(date: Any, kept: str | None, known: Any) -> None:
    assert (
        csl.read({"type": "book", "title": "x", "issued": date}, known).data["metadata"].get("publication_date") == kept
    )


@pytest.mark.parametrize(
    "document",
    [{"metadata": {}, "type": "book", "title": "x"}, {"titles": [], "type": "x"}, {}, {"type": "book"}, {"title": "x"}],
)
def test_other_formats_are_not_taken_for_it(document: dict[str, Any]) -> None:
    assert not csl.detect(document)


@pytest.mark.parametrize("value", [None, 5, [], {}, "x", [{"family": 5}], [[1]], {"date-parts": "x"}])
@pytest.mark.parametrize(
    "key", ["title", "author", "editor", "issued", "license", "subject", "ISBN", "container-title"]
)
def test_values_of_any_kind_are_taken_or_left(key: str, value: Any, known: Any) -> None:
    csl.read({"type": "article-journal", "title": "x", key: value}, known)


@pytest.mark.parametrize(
    ("type", "expected"),
    [("report", "publication-report"), ("periodical", "publication-journal")],
)
def test_types_of_csl_are_those_of_records(type: str, expected: str, known: Any) -> None:
    found = csl.read({"type": type, "title": "On ice", "publisher": "Institute"}, known)
    assert found.data["metadata"]["resource_type"] == {"id": expected}
