"""DataCite documents of all kernels, as the REST API and as tools write them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import datacite

Document = Callable[[str], dict[str, Any]]


def minimal(**attributes: Any) -> dict[str, Any]:
    complete = {
        "doi": "10.1000/182",
        "creators": [{"name": "Kimura, Taro", "nameType": "Personal"}],
        "titles": [{"title": "Deep-sea life"}],
        "publisher": "Institute of the Sea",
        "publicationYear": 2019,
        "types": {"resourceTypeGeneral": "Dataset"},
    }
    return {**complete, **attributes}


@pytest.fixture
def read(known: KnownTerms) -> Callable[..., ImportedRecord]:
    return lambda **attributes: datacite.read(minimal(**attributes), known)


def metadata(record: ImportedRecord) -> dict[str, Any]:
    return dict(record.data["metadata"])


def lost(record: ImportedRecord) -> dict[str, str]:
    return {loss.field: loss.reason for loss in record.losses}


def test_the_least_record(read: Callable[..., ImportedRecord]) -> None:
    record = read()
    assert record.data == {
        "metadata": {
            "resource_type": {"id": "dataset"},
            "title": "Deep-sea life",
            "creators": [{"person_or_org": {"type": "personal", "family_name": "Kimura", "given_name": "Taro"}}],
            "publication_date": "2019",
            "publisher": "Institute of the Sea",
        },
        "custom_fields": {},
        "access": {"record": "public", "files": "public"},
        "files": {"enabled": False},
        "pids": {"doi": {"identifier": "10.1000/182", "provider": "external"}},
    }
    assert (record.source, record.source_id, record.losses) == ("doi", "10.1000/182", ())


@pytest.mark.parametrize(
    "wrap",
    [
        lambda attributes: attributes,
        lambda attributes: {"id": "10.1000/182", "type": "dois", "attributes": attributes},
        lambda attributes: {"data": {"id": "10.1000/182", "type": "dois", "attributes": attributes}},
    ],
)
def test_every_wrapping_is_the_same_record(wrap: Callable[[Any], Any], known: KnownTerms) -> None:
    assert datacite.detect(wrap(minimal()))
    assert datacite.read(wrap(minimal()), known) == datacite.read(minimal(), known)


def test_the_full_example_of_kernel_4(document: Document, known: KnownTerms) -> None:
    record = datacite.read(document("datacite/10.82433_b09z-4k37.json"), known)
    found = metadata(record)
    assert found["title"] == "Example Title"
    assert [title["type"]["id"] for title in found["additional_titles"]] == [
        "subtitle",
        "translated-title",
        "alternative-title",
    ]
    assert found["additional_titles"][1]["lang"] == {"id": "fra"}
    person, organisation = found["creators"]
    assert person["person_or_org"]["identifiers"] == [{"scheme": "orcid", "identifier": "0000-0001-5727-2427"}]
    assert organisation["person_or_org"]["type"] == "organizational"
    assert found["publication_date"] == "2023-01-01"
    assert {"date": "2022-01-01/2022-12-31", "type": {"id": "collected"}} in found["dates"]
    assert found["languages"] == [{"id": "eng"}]
    assert found["identifiers"] == [{"identifier": "12345", "scheme": "other"}]
    assert {entry["scheme"] for entry in found["related_identifiers"]} >= {"ark", "arxiv", "ads", "doi", "handle"}
    assert {feature["geometry"]["type"] for feature in found["locations"]["features"] if "geometry" in feature} == {
        "Point",
        "Polygon",
    }
    assert found["funding"][0]["award"]["number"] == "12345"
    assert found["rights"] == [{"id": "cc-by-4.0"}]


def test_a_record_of_dryad(document: Document, known: KnownTerms) -> None:
    found = metadata(datacite.read(document("datacite/10.5061_dryad.8515.json"), known))
    assert found["rights"] == [{"id": "cc0-1.0"}]
    assert found["creators"][0]["person_or_org"]["family_name"] == "Ollomo"


@pytest.mark.parametrize("name", ["10.5281_zenodo.48440", "10.5281_zenodo.47394", "10.82433_9184-dy35"])
def test_bare_documents_of_tools(name: str, document: Document, known: KnownTerms) -> None:
    source = document(f"datacite/{name}.json")
    assert datacite.detect(source)
    found = metadata(datacite.read(source, known))
    assert {"title", "creators", "publication_date", "resource_type"} <= set(found)


def test_old_and_foreign_spellings_of_keys(known: KnownTerms) -> None:
    source = {
        "doi": "10.1000/182",
        "creators": [{"creatorName": "Feist, D. G.", "affiliations": ["Jena"]}],
        "titles": [{"title": "Old names"}],
        "publication-year": "2014",
        "publishers": {"publisherName": "CaltechDATA"},
        "resourceType": {"resourceTypeGeneral": "Dataset"},
        "descriptions": [{"descriptionType": "Abstract", "descriptionValue": "About gases."}],
        "relatedIdentifiers": [
            {
                "relatedIdentifier": "10.1000/1",
                "relatedIdentifierScheme": "DOI",
                "relatedIdentifierRelation": "IsPartOf",
            }
        ],
        "rights_list": [{"rights": "MIT License", "rightsURI": "https://opensource.org/licenses/MIT"}],
    }
    found = metadata(datacite.read(source, known))
    assert found["creators"][0]["affiliations"] == [{"name": "Jena"}]
    assert found["publication_date"] == "2014"
    assert found["publisher"] == "CaltechDATA"
    assert found["description"] == "<p>About gases.</p>"
    assert found["related_identifiers"][0]["relation_type"] == {"id": "ispartof"}
    assert found["rights"] == [{"id": "mit"}]


@pytest.mark.parametrize(
    ("year", "dates", "expected"),
    [
        (2019, [{"date": "2019-03-04", "dateType": "Issued"}], "2019-03-04"),
        (2019, [{"date": "2019-03-04T10:00:00Z", "dateType": "Issued"}], "2019-03-04"),
        (2019, [{"date": "2017-03-04", "dateType": "Issued"}], "2019"),
        (None, [{"date": "2017-03-04", "dateType": "Issued"}], "2017-03-04"),
        ("2019", [], "2019"),
        (0, [{"date": "0000", "dateType": "Issued"}], "0000"),
        (None, [{"date": "2017-03-04", "dateType": "Created"}], None),
    ],
)
def test_the_publication_date(
    year: Any, dates: list[Any], expected: str | None, read: Callable[..., ImportedRecord]
) -> None:
    assert metadata(read(publicationYear=year, dates=dates)).get("publication_date") == expected


def test_an_issue_date_of_another_year_is_kept_beside(read: Callable[..., ImportedRecord]) -> None:
    found = metadata(read(dates=[{"date": "2017-03-04", "dateType": "Issued"}]))
    assert found["dates"] == [{"date": "2017-03-04", "type": {"id": "issued"}}]


def test_odd_dates_are_reported_with_their_place(document: Document, known: KnownTerms) -> None:
    record = datacite.read(document("datacite/10.3932_ethz-a-000141621.json"), known)
    assert metadata(record)["publication_date"] == "0000"
    assert lost(record)["dates.0"] == "the date 'uuuu' cannot be read; left out"


def test_control_characters_in_names(document: Document, known: KnownTerms) -> None:
    record = datacite.read(document("datacite/10.6084_m9.figshare.7070882.json"), known)
    names = [creator["person_or_org"]["family_name"] for creator in metadata(record)["creators"]]
    assert all(name.isprintable() for name in names)
    assert lost(record)["creators.2.name"] == "control characters were left out"


def test_thai_titles_and_buddhist_years_stay_as_they_are(document: Document, known: KnownTerms) -> None:
    found = metadata(datacite.read(document("datacite/10.14457_cmu.the.2009.463.json"), known))
    assert found["publication_date"] == "2552"
    assert found["title"].startswith("การ")


def test_what_is_missing_is_not_invented(document: Document, known: KnownTerms) -> None:
    found = metadata(datacite.read(document("datacite/10.5438_bc11-cqw8.json"), known))
    assert "title" not in found
    assert "creators" not in found


def test_types_are_other_where_none_are_given(document: Document, known: KnownTerms) -> None:
    record = datacite.read(document("datacite/10.7916_d86x0cg1-xxx.json"), known)
    assert metadata(record)["resource_type"] == {"id": "other"}
    assert metadata(record)["languages"] == [{"id": "deu"}]
    assert "types.resourceTypeGeneral" in lost(record)


def test_funders_of_kernel_3_were_contributors(read: Callable[..., ImportedRecord]) -> None:
    people = [{"name": "National Science Foundation", "contributorType": "Funder"}, {"name": "Rahman, A."}]
    record = read(contributors=people)
    assert metadata(record)["funding"] == [{"funder": {"name": "National Science Foundation"}}]
    assert [entry["role"] for entry in metadata(record)["contributors"]] == [{"id": "other"}]
    assert "no contributorType is given" in lost(record)["contributors.1.contributorType"]


def test_a_second_main_title_and_the_title_of_a_translation(read: Callable[..., ImportedRecord]) -> None:
    titles = [
        {"title": "海の生物", "titleType": "TranslatedTitle", "lang": "ja"},
        {"title": "Life"},
        {"title": "Leben"},
    ]
    found = metadata(read(titles=titles))
    assert found["title"] == "Life"
    assert found["additional_titles"] == [
        {"title": "海の生物", "type": {"id": "translated-title"}, "lang": {"id": "jpn"}},
        {"title": "Leben", "type": {"id": "other"}},
    ]


def test_only_the_first_abstract_is_the_description(read: Callable[..., ImportedRecord]) -> None:
    descriptions = [
        {"description": "By net.", "descriptionType": "Methods"},
        {"description": "About the sea.", "descriptionType": "Abstract"},
        {"description": "Vom Meer.", "descriptionType": "Abstract", "lang": "de"},
        {"description": "(:unav)", "descriptionType": "Other"},
    ]
    record = read(descriptions=descriptions)
    assert metadata(record)["description"] == "<p>About the sea.</p>"
    assert metadata(record)["additional_descriptions"] == [
        {"description": "<p>By net.</p>", "type": {"id": "methods"}},
        {"description": "<p>Vom Meer.</p>", "type": {"id": "abstract"}, "lang": {"id": "deu"}},
    ]
    assert "descriptions.3" in lost(record)


def test_rights_are_licences_statements_or_access(read: Callable[..., ImportedRecord]) -> None:
    rights = [
        {"rights": "CC BY", "rightsUri": "https://creativecommons.org/licenses/by/4.0"},
        {"rightsIdentifier": "cc-by-4.0"},
        {"rightsUri": "https://www.elsevier.com/tdm/userlicense/1.0"},
        {"rights": "Namensnennung im Text", "lang": "de"},
        {"rights": "Closed Access", "rightsUri": "info:eu-repo/semantics/closedAccess"},
        {"rights": "-"},
        {},
    ]
    record = read(rightsList=rights)
    address = "https://www.elsevier.com/tdm/userlicense/1.0"
    assert metadata(record)["rights"] == [
        {"id": "cc-by-4.0"},
        {"title": {"en": address}, "link": address},
        {"title": {"de": "Namensnennung im Text"}},
    ]
    assert record.data["access"] == {"record": "public", "files": "restricted"}


def test_journals_and_series(read: Callable[..., ImportedRecord]) -> None:
    journal = {
        "type": "Journal",
        "title": "Deep Sea Research",
        "volume": "7",
        "issue": "2",
        "firstPage": "181",
        "lastPage": "186",
        "identifier": "0967-0637",
        "identifierType": "ISSN",
    }
    assert read(container=journal).data["custom_fields"] == {
        "journal:journal": {
            "title": "Deep Sea Research",
            "volume": "7",
            "issue": "2",
            "pages": "181-186",
            "issn": "0967-0637",
        }
    }
    record = read(container={"type": "Series", "title": "Reports of the Institute"})
    assert record.data["custom_fields"] == {}
    assert metadata(record)["additional_descriptions"][0]["type"] == {"id": "series-information"}


def test_related_items_become_relations_references_or_the_book_around(read: Callable[..., ImportedRecord]) -> None:
    items = [
        {
            "relationType": "IsPublishedIn",
            "relatedItemType": "Book",
            "titles": [{"title": "Handbook of the Sea"}],
            "firstPage": "45",
            "lastPage": "63",
            "edition": "2nd edition",
        },
        {
            "relationType": "References",
            "relatedItemType": "JournalArticle",
            "creators": [{"name": "Garcia, Sofia"}],
            "titles": [{"title": "On whales"}],
            "publicationYear": "1998",
            "volume": "3",
            "issue": "4",
        },
        {
            "relationType": "IsPartOf",
            "relatedItemType": "Dataset",
            "relatedItemIdentifier": {"relatedItemIdentifier": "10.1000/9", "relatedItemIdentifierType": "DOI"},
        },
        {"relationType": "IsPartOf", "relatedItemType": "Dataset", "titles": [{"title": "Nameless"}]},
    ]
    record = read(relatedItems=items)
    assert record.data["custom_fields"]["imprint:imprint"] == {
        "title": "Handbook of the Sea",
        "pages": "45-63",
        "edition": "2nd edition",
    }
    assert metadata(record)["references"] == [{"reference": "Garcia, Sofia (1998). On whales. 3(4)"}]
    assert metadata(record)["related_identifiers"] == [
        {
            "identifier": "10.1000/9",
            "scheme": "doi",
            "relation_type": {"id": "ispartof"},
            "resource_type": {"id": "dataset"},
        }
    ]
    assert set(lost(record)) == {"relatedItems.3"}


def test_relations_that_do_not_exist_are_reported(read: Callable[..., ImportedRecord]) -> None:
    related = [
        {"relatedIdentifier": "10.1000/1", "relatedIdentifierType": "DOI", "relationType": "Admires"},
        {"relatedIdentifier": "10.1000/2", "relatedIdentifierType": "DOI"},
    ]
    record = read(relatedIdentifiers=related)
    assert "related_identifiers" not in metadata(record)
    assert len(record.losses) == 2


def test_a_record_without_doi_is_known_by_its_content(known: KnownTerms) -> None:
    source = minimal(doi=None)
    first, again = datacite.read(source, known), datacite.read(dict(reversed(source.items())), known)
    other = datacite.read(minimal(doi=None, version="2"), known)
    assert first.source == "datacite"
    assert first.source_id == again.source_id != other.source_id
    assert "pids" not in first.data


def test_a_doi_that_is_none_is_reported(read: Callable[..., ImportedRecord]) -> None:
    record = read(doi="to be assigned")
    assert "pids" not in record.data
    assert lost(record)["doi"] == "'to be assigned' is not a valid DOI"


def test_three_thousand_authors(read: Callable[..., ImportedRecord]) -> None:
    creators = [{"name": f"Family{number}, Given", "nameType": "Personal"} for number in range(3000)]
    assert len(metadata(read(creators=creators))["creators"]) == 3000
