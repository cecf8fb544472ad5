"""Records by the guidelines for literature 4: what is mandatory is there, and nothing breaks the format."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree as ET

import pytest

from muniment_openaire import coar
from muniment_openaire.literature import write

NS = {
    "oaire": "http://namespace.openaire.eu/schema/oaire/",
    "datacite": "http://datacite.org/schema/kernel-4",
    "dc": "http://purl.org/dc/elements/1.1/",
}

RECORD: dict[str, Any] = {
    "id": "7",
    "pids": {"doi": {"identifier": "10.5072/x.7"}},
    "links": {"self_html": "https://example.org/records/7"},
    "access": {"status": "embargoed", "embargo": {"active": True, "until": "2030-01-02"}},
    "metadata": {
        "title": "Cold <seas> & skies\x00",
        "additional_titles": [{"title": "Kalte Meere", "type": {"id": "translated-title"}, "lang": {"id": "deu"}}],
        "resource_type": {"id": "publication-article"},
        "publication_date": "2026-05-14",
        "publisher": "Press",
        "description": "<p>About seas</p>",
        "languages": [{"id": "eng"}],
        "subjects": [{"subject": "sea"}],
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "name": "Curie, Marie",
                    "given_name": "Marie",
                    "family_name": "Curie",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Lab"}],
            }
        ],
        "contributors": [
            {"person_or_org": {"type": "organizational", "name": "House"}, "role": {"id": "datacurator"}},
            {"person_or_org": {"type": "organizational", "name": "Other"}, "role": {"id": "unheardof"}},
        ],
        "funding": [
            {
                "funder": {"id": "00k4n6c32", "name": "European Commission"},
                "award": {
                    "id": "00k4n6c32::777483",
                    "number": "777483",
                    "title": {"en": "ICEDIG"},
                    "program": "H2020",
                    "identifiers": [{"scheme": "doi", "identifier": "10.3030/777483"}],
                },
            },
            {"funder": {"id": "10.13039/100000001", "name": "NSF"}},
        ],
        "rights": [{"title": {"en": "CC BY 4.0"}, "props": {"url": "https://creativecommons.org/licenses/by/4.0/"}}],
        "identifiers": [{"scheme": "other", "identifier": "R-1"}],
        "related_identifiers": [
            {"scheme": "doi", "identifier": "10.1/x", "relation_type": {"id": "issupplementto"}},
            {"scheme": "swh", "identifier": "swh:1", "relation_type": {"id": "cites"}},
            {"scheme": "doi", "identifier": "10.1/y", "relation_type": {"id": "obsoletes"}},
        ],
        "dates": [{"date": "2026-01-01", "type": {"id": "submitted"}}, {"date": "x", "type": {"id": "other"}}],
        "locations": {"features": [{"place": "Sea", "geometry": {"type": "Point", "coordinates": [1.5, -2]}}]},
        "sizes": ["3 pages"],
        "formats": ["text/plain"],
    },
    "files": {"entries": {"a b.pdf": {"key": "a b.pdf", "mimetype": "application/pdf"}}},
    "custom_fields": {"journal:journal": {"title": "Seas", "volume": "1", "issue": "2", "pages": "3-4"}},
}

#: What the guidelines' version 4.0 knows of COAR's resource types, without "c_".
_COAR = """
    0640 0857 1162 12cc 12cd 12ce 15cd 1843 186u 18cc 18cd 18cf 18co 18cp 18cw 18gh 18hj 18op 18wq 18ws 18ww
    18wz 2659 2df8fbb1 2f33 3248 393c 3e5a 46ec 545b 5794 5ce6 6501 6670 71bd 7a1f 7ad9 8042 816b 8544 86bc
    8a7e 93fc b239 ba08 ba1f baaf bdcc beb9 c513 c94f db06 dcae04bc ddb1 e9a0 ecc8 efa0 f744
"""
COAR_TYPES = frozenset(_COAR.split())


@pytest.fixture
def root() -> ET.Element:
    return ET.fromstring(write(RECORD))


def texts(root: ET.Element, path: str) -> list[str]:
    return [found.text or "" for found in root.findall(path, NS)]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("datacite:titles/datacite:title", ["Cold <seas> & skies", "Kalte Meere"]),
        ("datacite:titles/datacite:title[@titleType='TranslatedTitle']", ["Kalte Meere"]),
        ("datacite:creators/datacite:creator/datacite:creatorName[@nameType='Personal']", ["Curie, Marie"]),
        (".//datacite:nameIdentifier[@nameIdentifierScheme='ORCID']", ["0000-0002-1825-0097"]),
        (".//datacite:contributor[@contributorType='DataCurator']/datacite:contributorName", ["House"]),
        (".//datacite:contributor[@contributorType='Other']/datacite:contributorName", ["Other"]),
        (".//oaire:funderName", ["European Commission", "NSF"]),
        (".//oaire:funderIdentifier[@funderIdentifierType='ROR']", ["https://ror.org/00k4n6c32"]),
        (
            ".//oaire:funderIdentifier[@funderIdentifierType='Crossref Funder ID']",
            ["https://doi.org/10.13039/100000001"],
        ),
        (".//oaire:awardNumber[@awardURI='https://doi.org/10.3030/777483']", ["777483"]),
        (".//oaire:fundingStream", ["H2020"]),
        ("datacite:identifier[@identifierType='DOI']", ["https://doi.org/10.5072/x.7"]),
        ("datacite:rights[@rightsURI='http://purl.org/coar/access_right/c_f1cf']", ["embargoed access"]),
        (".//datacite:date[@dateType='Issued']", ["2026-05-14"]),
        (".//datacite:date[@dateType='Available']", ["2030-01-02"]),
        (".//datacite:date[@dateType='Submitted']", ["2026-01-01"]),
        ("oaire:resourceType[@uri='http://purl.org/coar/resource_type/c_6501']", ["journal article"]),
        ("oaire:resourceType[@resourceTypeGeneral='literature']", ["journal article"]),
        ("oaire:licenseCondition[@startDate='2026-05-14']", ["CC BY 4.0"]),
        (".//datacite:relatedIdentifier[@relationType='IsSupplementTo']", ["10.1/x"]),
        (".//datacite:relatedIdentifier", ["10.1/x"]),
        ("oaire:file[@objectType='fulltext']", ["https://example.org/records/7/files/a%20b.pdf?download=1"]),
        (".//datacite:pointLongitude", ["1.5"]),
        ("dc:description", ["About seas"]),
        ("dc:format", ["text/plain", "application/pdf"]),
        ("oaire:citationStartPage", ["3"]),
        ("oaire:citationEndPage", ["4"]),
    ],
)
def test_each_field_has_its_place(root: ET.Element, path: str, expected: list[str]) -> None:
    assert texts(root, path) == expected


def test_a_record_without_anything_is_still_xml() -> None:
    root = ET.fromstring(write({"links": {"self_html": "https://example.org/records/8"}}))
    assert texts(root, "datacite:identifier[@identifierType='URL']") == ["https://example.org/records/8"]
    assert texts(root, "datacite:rights") == ["metadata only access"]
    assert texts(root, "oaire:resourceType") == ["other"]


@pytest.mark.plugins("openaire")
def test_every_resource_type_has_a_concept(repository: Any) -> None:
    for term in repository.vocabularies.search("resourcetypes", size=100).terms:
        concept = coar.resource_type(term.id)
        assert concept.uri.removeprefix("http://purl.org/coar/resource_type/c_") in COAR_TYPES
        expected = term.props.get("openaire_type")
        if expected:
            assert coar.openaire_type(term.id) == expected


@pytest.mark.plugins("openaire")
@pytest.mark.hook("register_export_formats")
def test_the_api_and_the_page_answer_it(client: Any, make_record: Any) -> None:
    record = make_record("Drift of ice")
    by_name = client.get(f"/records/{record.id}/export/oai_openaire")
    assert by_name.status_code == 200
    by_type = client.get(f"/api/records/{record.id}", headers={"Accept": "application/vnd.openaire.oai+xml"})
    assert by_type.data == by_name.data
    assert texts(ET.fromstring(by_name.data), "datacite:titles/datacite:title") == ["Drift of ice"]
