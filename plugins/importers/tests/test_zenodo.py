"""Zenodo's record answers, of 2025 and from before its move to InvenioRDM."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import zenodo

Document = Callable[[str], dict[str, Any]]


def minimal(**metadata: Any) -> dict[str, Any]:
    complete = {
        "title": "Deep-sea life",
        "publication_date": "2019-03-04",
        "access_right": "open",
        "resource_type": {"type": "dataset", "title": "Dataset"},
        "creators": [{"name": "Kimura, Taro", "orcid": "0000-0002-1825-0097", "affiliation": "Institute of the Sea"}],
    }
    return {"id": 1234, "doi": "10.5281/zenodo.1234", "metadata": {**complete, **metadata}}


@pytest.fixture
def read(known: KnownTerms) -> Callable[..., ImportedRecord]:
    return lambda **metadata: zenodo.read(minimal(**metadata), known)


def metadata(record: ImportedRecord) -> dict[str, Any]:
    return dict(record.data["metadata"])


def lost(record: ImportedRecord) -> dict[str, str]:
    return {loss.field: loss.reason for loss in record.losses}


def test_the_least_record(read: Callable[..., ImportedRecord]) -> None:
    record = read()
    assert zenodo.detect(minimal())
    assert metadata(record)["resource_type"] == {"id": "dataset"}
    assert metadata(record)["creators"] == [
        {
            "person_or_org": {
                "type": "personal",
                "family_name": "Kimura",
                "given_name": "Taro",
                "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
            },
            "affiliations": [{"name": "Institute of the Sea"}],
        }
    ]
    assert record.data["pids"]["doi"] == {"identifier": "10.5281/zenodo.1234", "provider": "external"}
    assert (record.source, record.source_id, record.losses) == ("doi", "10.5281/zenodo.1234", ())


def test_an_answer_of_2025(document: Document, known: KnownTerms) -> None:
    record = zenodo.read(document("zenodo/10.5281_zenodo.5244404.json"), known)
    found = metadata(record)
    assert found["title"] == "The Origins of SARS-CoV-2: A Critical Review"
    assert record.data["custom_fields"] == {}
    assert found["rights"] == [{"id": "cc-by-nc-nd-4.0"}]
    concept = {"identifier": "10.5281/zenodo.5075887", "scheme": "doi", "relation_type": {"id": "isversionof"}}
    assert concept in found["related_identifiers"]
    assert "communities are not taken over" in lost(record)["metadata.communities"]
    assert "files" in lost(record)


def test_an_answer_of_2023(document: Document, known: KnownTerms) -> None:
    source = document("zenodo/10.5281_zenodo.7752775.json")
    assert zenodo.detect(source)
    record = zenodo.read(source, known)
    found = metadata(record)
    assert found["rights"] == [{"id": "mit"}]
    assert found["resource_type"] == {"id": "software"}
    assert found["version"] == "v3.0.1"
    assert found["additional_descriptions"][0]["type"] == {"id": "notes"}
    assert {"subject": "ruby"} in found["subjects"]


def test_dates_that_zenodo_lost_are_reported(document: Document, known: KnownTerms) -> None:
    record = zenodo.read(document("zenodo/10.5281_zenodo.16416226.json"), known)
    assert "there is no date in this entry" in lost(record)["metadata.dates.0"]


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ({"type": "publication", "subtype": "article"}, "publication-article"),
        ({"type": "publication", "subtype": "thesis"}, "publication-dissertation"),
        ({"type": "image", "subtype": "photo"}, "image-photo"),
        ({"type": "lesson"}, "lesson"),
        ({"type": "publication", "subtype": "blogpost"}, "publication-other"),
    ],
)
def test_resource_types(stated: dict[str, str], expected: str, read: Callable[..., ImportedRecord]) -> None:
    assert metadata(read(resource_type=stated))["resource_type"] == {"id": expected}


def test_deposit_metadata_is_read_too(known: KnownTerms) -> None:
    source = {
        "metadata": {
            "upload_type": "publication",
            "publication_type": "article",
            "title": "Deep-sea life",
            "creators": [{"name": "Kimura, Taro"}],
            "publication_date": "2019",
            "journal_title": "Deep Sea Research",
            "journal_pages": "1-9",
            "license": "cc-by-4.0",
        }
    }
    assert zenodo.detect(source)
    record = zenodo.read(source, known)
    assert metadata(record)["resource_type"] == {"id": "publication-article"}
    assert metadata(record)["rights"] == [{"id": "cc-by-4.0"}]
    assert record.data["custom_fields"] == {"journal:journal": {"title": "Deep Sea Research", "pages": "1-9"}}


@pytest.mark.parametrize(
    ("right", "embargo", "expected"),
    [
        ("open", None, {"record": "public", "files": "public"}),
        ("restricted", None, {"record": "public", "files": "restricted"}),
        ("closed", None, {"record": "public", "files": "restricted"}),
        (
            "embargoed",
            "2035-01-01",
            {"record": "public", "files": "restricted", "embargo": {"active": True, "until": "2035-01-01"}},
        ),
    ],
)
def test_access(right: str, embargo: str | None, expected: Any, read: Callable[..., ImportedRecord]) -> None:
    assert read(access_right=right, embargo_date=embargo).data["access"] == expected


def test_relations_and_alternate_identifiers(read: Callable[..., ImportedRecord]) -> None:
    related = [
        {"identifier": "10.1000/1", "relation": "isSupplementTo", "scheme": "doi", "resource_type": "dataset"},
        {"identifier": "10.1000/2", "relation": "isOrignialFormOf", "scheme": "doi"},
        {"identifier": "arXiv:0706.0001", "relation": "isAlternateIdentifier", "scheme": "arxiv"},
        {"identifier": "10.1000/3", "relation": "admires", "scheme": "doi"},
    ]
    record = read(related_identifiers=related, alternate_identifiers=[{"identifier": "https://example.org/1"}])
    found = metadata(record)
    assert [entry["relation_type"]["id"] for entry in found["related_identifiers"]] == [
        "issupplementto",
        "isoriginalformof",
    ]
    assert found["identifiers"] == [
        {"identifier": "https://example.org/1", "scheme": "url"},
        {"identifier": "arXiv:0706.0001", "scheme": "arxiv"},
    ]
    assert set(lost(record)) == {"metadata.related_identifiers.3"}


def test_grants_places_dates_and_a_thesis(read: Callable[..., ImportedRecord]) -> None:
    record = read(
        grants=[
            {
                "code": "283595",
                "title": "OpenAIREplus",
                "funder": {"name": "European Commission", "doi": "10.13039/501100000780"},
                "url": "http://cordis.europa.eu/projects/283595",
            }
        ],
        locations=[{"lat": 0, "lon": 12.5, "place": "Equator", "description": "off the coast"}],
        dates=[
            {"start": "2018-01-01", "end": "2018-02-01", "type": "Collected"},
            {"start": "2018-01-01", "type": "Valid"},
        ],
        thesis={"university": "Kiel University", "supervisors": [{"name": "Adeyemi, Ngozi"}]},
    )
    found = metadata(record)
    assert found["funding"] == [
        {
            "funder": {"name": "European Commission"},
            "award": {
                "number": "283595",
                "title": {"en": "OpenAIREplus"},
                "identifiers": [{"scheme": "url", "identifier": "http://cordis.europa.eu/projects/283595"}],
            },
        }
    ]
    assert found["locations"]["features"] == [
        {
            "geometry": {"type": "Point", "coordinates": [12.5, 0.0]},
            "place": "Equator",
            "description": "off the coast",
        }
    ]
    assert [entry["date"] for entry in found["dates"]] == ["2018-01-01/2018-02-01", "2018-01-01"]
    assert found["contributors"][0]["role"] == {"id": "supervisor"}
    assert record.data["custom_fields"] == {"thesis:thesis": {"university": "Kiel University"}}
    assert set(lost(record)) == {"metadata.grants.0", "metadata.dates.1"}


def test_a_record_without_doi_is_known_by_its_number(known: KnownTerms) -> None:
    source = minimal()
    del source["doi"]
    record = zenodo.read(source, known)
    assert (record.source, record.source_id) == ("zenodo.org", "1234")
