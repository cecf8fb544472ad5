"""DataCite JSON and XML of records: valid, alike, and complete."""

from __future__ import annotations

import json
from typing import Any

import pytest
from lxml import etree

from muniment.api import ANONYMOUS, SYSTEM
from muniment.testing.documents import document

pytestmark = pytest.mark.plugins("datacite")

NAMESPACE = {"d": "http://datacite.org/schema/kernel-4"}
FULL: dict[str, Any] = {
    "title": "Meeres\u00adströmungen 海流 <i>&amp;</i>",
    "publication_date": "2019-02/2020",
    "additional_titles": [{"title": "Ocean currents", "type": {"id": "translated-title"}, "lang": {"id": "eng"}}],
    "additional_descriptions": [{"description": "<p>By buoy</p>", "type": {"id": "methods"}}],
    "contributors": [
        {"person_or_org": {"type": "organizational", "name": "Institute"}, "role": {"id": "hostinginstitution"}}
    ],
    "subjects": [{"subject": "currents"}],
    "languages": [{"id": "deu"}],
    "dates": [{"date": "2018-01-01/2018-12-31", "type": {"id": "collected"}, "description": "at sea"}],
    "identifiers": [{"identifier": "AB-12", "scheme": "other"}],
    "related_identifiers": [
        {
            "identifier": "10.1234/abc",
            "scheme": "doi",
            "relation_type": {"id": "issupplementto"},
            "resource_type": {"id": "publication-article"},
        },
        {"identifier": "Q42", "scheme": "wikidata", "relation_type": {"id": "references"}},
    ],
    "sizes": ["3 rows"],
    "formats": ["text/csv"],
    "version": "v2",
    "rights": [{"id": "cc-by-4.0"}],
    "funding": [{"funder": {"name": "Sea Fund"}, "award": {"number": "7", "title": {"en": "Currents"}}}],
    "locations": {
        "features": [
            {"place": "Bergen", "geometry": {"type": "Point", "coordinates": [5.32, 60.39]}},
            {"geometry": {"type": "Polygon", "coordinates": [[[0, 50], [1, 50], [1, 51], [0, 50]]]}},
        ]
    },
}


@pytest.fixture
def exported(repository: Any):
    """What everybody gets: the JSON document and the root of the XML one, both valid."""
    from muniment_datacite import kernel

    def export(number: str) -> tuple[dict[str, Any], etree._Element]:
        item = repository.records.read(ANONYMOUS, number)
        documents = {form.name: form.write(item.data) for form in repository.hooks.register_export_formats()}
        found = json.loads(documents["datacite-json"])
        assert kernel.json_problems({key: value for key, value in found.items() if key != "url"}) == []
        assert kernel.xml_problems(documents["datacite-xml"]) == []
        return found, etree.fromstring(documents["datacite-xml"])

    return export


@pytest.mark.hook("register_export_formats")
def test_a_record_with_everything(make_record, exported) -> None:
    record = make_record(metadata=FULL).data
    found, xml = exported(record["id"])
    doi = record["pids"]["doi"]["identifier"]
    assert (found["doi"], xml.findtext("d:identifier", namespaces=NAMESPACE)) == (doi, doi)
    assert found["publicationYear"] == "2019"
    assert found["language"] == "de"
    assert found["titles"][1] == {"title": "Ocean currents", "titleType": "TranslatedTitle", "lang": "en"}
    assert [entry["relationType"] for entry in found["relatedIdentifiers"]] == [
        "IsSupplementTo",
        "References",
        "IsVersionOf",
    ]
    assert found["relatedIdentifiers"][0]["resourceTypeGeneral"] == "JournalArticle"
    assert found["relatedIdentifiers"][1]["relatedIdentifier"].startswith("https://www.wikidata.org/")
    assert found["contributors"][0]["contributorType"] == "HostingInstitution"
    assert found["geoLocations"][0]["geoLocationPoint"] == {"pointLongitude": 5.32, "pointLatitude": 60.39}
    assert len(xml.findall(".//d:polygonPoint", namespaces=NAMESPACE)) == 4
    assert found["fundingReferences"] == [{"funderName": "Sea Fund", "awardNumber": "7", "awardTitle": "Currents"}]
    assert {"rights": "Open Access", "rightsUri": "info:eu-repo/semantics/openAccess"} in found["rightsList"] or found[
        "rightsList"
    ][-1]["rightsUri"].startswith("info:eu-repo/semantics/")
    assert xml.findtext("d:titles/d:title", namespaces=NAMESPACE) == found["titles"][0]["title"]


def test_an_embargo_says_when_the_files_are_available(repository, make_record) -> None:
    from muniment_datacite.metadata import document as described

    embargo = {"active": True, "until": "2999-03-03"}
    access = {"record": "public", "files": "restricted", "status": "embargoed", "embargo": embargo}
    found = described(repository, {**make_record().data, "access": access})
    assert {"date": "2999-03-03", "dateType": "Available"} in found["dates"]
    assert found["rightsList"][-1]["rightsUri"] == "info:eu-repo/semantics/embargoedAccess"


def test_without_a_doi_the_page_is_the_identifier(repository, ada, exported) -> None:
    repository.plugin_settings.change("datacite", {"dois": "off"}, SYSTEM)
    off = repository.successor()
    record = off.records.publish(ada.actor, off.records.create(ada.actor, document()).id).data
    found, xml = exported(record["id"])
    assert "doi" not in found
    identifier = xml.find("d:identifier", namespaces=NAMESPACE)
    assert (identifier.get("identifierType"), identifier.text) == ("URL", record["links"]["self_html"])


def test_what_xml_cannot_carry_is_left_out(make_record) -> None:
    from muniment_datacite import kernel

    broken = {"titles": [{"title": "a\x0bb\ud800c\ufffed"}]}
    assert b"<title>abcd</title>" in kernel.to_xml(broken)
    with pytest.raises(ValueError, match="cannot be written as XML"):
        kernel.to_xml({"titles": [{}]})


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/records/{}/export/datacite-json", "application/vnd.datacite.datacite+json"),
        ("/records/{}/export/datacite-xml", "application/vnd.datacite.datacite+xml"),
    ],
)
def test_addresses_and_media_types(panel, make_record, path: str, media_type: str) -> None:
    number = make_record().data["id"]
    by_address = panel.client.get(path.format(number))
    by_type = panel.client.get(f"/api/records/{number}", headers={"Accept": media_type})
    assert (by_address.status_code, by_address.mimetype) == (200, media_type)
    assert (by_type.status_code, by_type.mimetype) == (200, media_type)
    assert by_address.data == by_type.data
