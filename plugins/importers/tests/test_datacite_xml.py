"""DataCite XML of every kernel becomes the document that the reader of DataCite JSON knows."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from muniment.api import KnownTerms
from muniment_importers import datacite, datacite_xml

DATA = Path(__file__).parent / "data" / "datacite-xml"
KERNELS = (*(f"http://datacite.org/schema/kernel-{number}" for number in ("2.0", "3", "4")), "")


def parsed(inner: str, namespace: str = KERNELS[2]) -> dict[str, Any]:
    (found,) = datacite_xml.parse(f'<resource xmlns="{namespace}">{inner}</resource>'.encode())
    return dict(found)


@pytest.fixture
def read_file(known: KnownTerms) -> Callable[[str], tuple[dict[str, Any], dict[str, str]]]:
    def read(name: str) -> tuple[dict[str, Any], dict[str, str]]:
        (found,) = datacite_xml.parse((DATA / name).read_bytes())
        assert datacite.detect(found)
        record = datacite.read(found, known)
        return {**record.data, "source": record.source_id}, {loss.field: loss.reason for loss in record.losses}

    return read


def test_kernel_2(read_file: Any) -> None:
    """Start and end dates are a period; rights stand alone; the two creators are names only."""
    found, _ = read_file("kernel-2.2_10.14454_testpub.xml")
    metadata = found["metadata"]
    assert found["source"] == "10.14454/testpub"
    assert metadata["title"] == "Właściwości rzutowań podprzestrzeniowych"
    assert metadata["additional_titles"][0]["type"] == {"id": "translated-title"}
    assert [creator["person_or_org"]["type"] for creator in metadata["creators"]] == ["personal", "organizational"]
    assert metadata["dates"] == [{"date": "2009-04-29/2010-01-05", "type": {"id": "collected"}}]
    assert metadata["rights"][0]["title"] == {"en": "CC by-nd"}
    assert metadata["related_identifiers"][0]["identifier"] == "10.5272/oldertestpub"
    assert (metadata["sizes"], metadata["formats"], metadata["version"]) == (["256 pages"], ["pdf"], "2")


def test_kernel_3(read_file: Any) -> None:
    found, _ = read_file("kernel-3_10.5067_altcy-tj122.xml")
    assert found["source"] == "10.5067/altcy-tj122"
    assert found["metadata"]["publisher"] == "NASA PO.DAAC"
    assert found["metadata"]["resource_type"] == {"id": "dataset"}
    assert "description" not in found["metadata"]


def test_kernel_4(read_file: Any) -> None:
    found, _ = read_file("kernel-4_10.20387_bonares-r0p3-x8gn.xml")
    metadata = found["metadata"]
    assert len(metadata["creators"]) == 8
    assert metadata["creators"][0]["person_or_org"]["given_name"] == "Anne"
    assert metadata["creators"][0]["affiliations"][0]["name"].startswith("Karlsruhe Institute")
    assert metadata["title"].startswith("SUSALPS Conference 2018")


@pytest.mark.parametrize("namespace", KERNELS)
def test_the_namespace_does_not_matter(namespace: str) -> None:
    found = parsed(
        '<identifier identifierType="DOI">10.1000/182</identifier><titles><title>A</title></titles>', namespace
    )
    assert (found["doi"], found["titles"]) == ("10.1000/182", [{"title": "A"}])


def test_people_with_all_that_kernels_know_of_them() -> None:
    found = parsed(
        "<contributors><contributor contributorType='Editor'><contributorName nameType='Personal'>Kimura, T."
        "</contributorName><nameIdentifier nameIdentifierScheme='ORCID' schemeURI='https://orcid.org'>0000-0002-1825-0097"
        "</nameIdentifier><affiliation affiliationIdentifier='https://ror.org/01ggx4157' "
        "affiliationIdentifierScheme='ROR'>CERN</affiliation></contributor></contributors>"
    )
    assert found["contributors"] == [
        {
            "contributorType": "Editor",
            "name": "Kimura, T.",
            "nameType": "Personal",
            "nameIdentifiers": [
                {
                    "nameIdentifierScheme": "ORCID",
                    "schemeUri": "https://orcid.org",
                    "nameIdentifier": "0000-0002-1825-0097",
                }
            ],
            "affiliation": [
                {
                    "affiliationIdentifier": "https://ror.org/01ggx4157",
                    "affiliationIdentifierScheme": "ROR",
                    "name": "CERN",
                }
            ],
        }
    ]


@pytest.mark.parametrize(
    ("xml", "expected"),
    [
        ("<geoLocationPoint>31.2 67.3</geoLocationPoint>", {"pointLatitude": "31.2", "pointLongitude": "67.3"}),
        (
            "<geoLocationPoint><pointLongitude>67.3</pointLongitude><pointLatitude>31.2</pointLatitude>"
            "</geoLocationPoint>",
            {"pointLatitude": "31.2", "pointLongitude": "67.3"},
        ),
    ],
)
def test_places_of_kernel_3_and_4(xml: str, expected: dict[str, str]) -> None:
    found = parsed(f"<geoLocations><geoLocation>{xml}</geoLocation></geoLocations>")
    assert found["geoLocations"] == [{"geoLocationPoint": expected}]


def test_funding_related_items_languages_and_line_breaks() -> None:
    found = parsed(
        "<fundingReferences><fundingReference><funderName>Sea Fund</funderName><funderIdentifier "
        "funderIdentifierType='ROR'>https://ror.org/01ggx4157</funderIdentifier><awardNumber awardURI='https://e.org/7'>7"
        "</awardNumber></fundingReference></fundingReferences><relatedItems><relatedItem relatedItemType='Journal' "
        "relationType='IsPublishedIn'><titles><title>Sea</title></titles><volume>3</volume></relatedItem></relatedItems>"
        "<descriptions><description xml:lang='de' descriptionType='Abstract'>Eins<br/>zwei</description></descriptions>"
    )
    assert found["fundingReferences"][0] == {
        "funderName": "Sea Fund",
        "funderIdentifier": "https://ror.org/01ggx4157",
        "funderIdentifierType": "ROR",
        "awardNumber": "7",
        "awardUri": "https://e.org/7",
    }
    assert found["relatedItems"][0]["titles"] == [{"title": "Sea"}]
    assert found["descriptions"] == [{"descriptionType": "Abstract", "lang": "de", "description": "Eins\nzwei"}]


def test_an_answer_of_oai_pmh_holds_several() -> None:
    resource = b'<resource xmlns="http://datacite.org/schema/kernel-4"><titles><title>A</title></titles></resource>'
    assert len(datacite_xml.parse(b"<OAI-PMH><ListRecords>" + resource * 2 + b"</ListRecords></OAI-PMH>")) == 2


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "not valid XML"),
        (b"<resource>", "not valid XML"),
        (b"{}", "not valid XML"),
        (b"<html/>", "no element 'resource'"),
        (b"<!DOCTYPE resource [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><resource>&a;</resource>", "document type"),
        (
            b"<!DOCTYPE r [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]><resource>&b;</resource>",
            "document type",
        ),
    ],
)
def test_what_is_not_read(content: bytes, told: str) -> None:
    """Entities open no file of the machine and fill no memory (CVE-2025-53621, CVE-2024-56525)."""
    with pytest.raises(ValueError, match=told):
        datacite_xml.parse(content)


NAMES = (
    "identifier", "creators", "creator", "creatorName", "titles", "title", "dates", "date", "rights", "rightsList",
    "descriptions", "geoLocations", "geoLocation", "geoLocationPolygon", "polygonPoint", "fundingReferences",
    "fundingReference", "awardNumber", "relatedItems", "relatedItem", "number", "publisher", "resourceType", "br",
)  # fmt: skip
ELEMENTS = st.recursive(
    st.text(st.characters(codec="ascii", categories=("L", "N")), max_size=6),
    lambda inner: st.builds(
        lambda name, items: f"<{name} dateType='StartDate'>{''.join(items)}</{name}>",
        st.sampled_from(NAMES),
        st.lists(inner, max_size=3),
    ),
    max_leaves=12,
)


class NothingKnown:
    """A repository without vocabularies."""

    def has(self, vocabulary: str, term: str) -> bool:
        return False


@settings(max_examples=60, deadline=None)
@given(inner=ELEMENTS)
def test_whatever_stands_where_becomes_a_document(inner: str) -> None:

    datacite.read(parsed(inner), NothingKnown())
