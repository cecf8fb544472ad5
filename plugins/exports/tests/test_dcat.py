"""DCAT-AP: what data portals take from a data set."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rdflib import RDF, Graph, Namespace, URIRef

pytestmark = pytest.mark.plugins("exports")
DCAT, DCT = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://purl.org/dc/terms/")
FOAF, SPDX = Namespace("http://xmlns.com/foaf/0.1/"), Namespace("http://spdx.org/rdf/terms#")
RIGHTS = "http://publications.europa.eu/resource/authority/access-right/"


@pytest.fixture
def graph(written: Callable[..., bytes]) -> Callable[..., Graph]:
    return lambda **changes: Graph().parse(data=written("dcat-ap", **changes), format="xml")


def dataset(graph: Graph) -> Any:
    (found,) = graph.subjects(RDF.type, DCAT.Dataset)
    return found


def test_each_file_is_a_distribution_with_size_checksum_and_licence(graph: Callable[..., Graph]) -> None:
    found = graph()
    by_name = {str(found.value(item, DCT.title)): item for item in found.objects(dataset(found), DCAT.distribution)}
    assert set(by_name) == {"drift.csv", "README.md"}
    item = by_name["drift.csv"]
    assert str(found.value(item, DCAT.downloadURL)).endswith("/files/drift.csv/content")
    assert int(str(found.value(item, DCAT.byteSize))) == 4
    assert str(found.value(item, DCAT.mediaType)) == "https://www.iana.org/assignments/media-types/text/csv"
    checksum = found.value(item, SPDX.checksum)
    assert str(found.value(checksum, SPDX.checksumValue)) == "3ecfad755fa825f7a17c5526ec44e651"
    for each in by_name.values():
        assert found.value(each, DCT.license) == URIRef("https://creativecommons.org/licenses/by/4.0/")


def test_without_files_the_page_is_where_the_data_is_got(graph: Callable[..., Graph]) -> None:
    found = graph(sections={"files": {"enabled": False, "entries": {}}, "access": {"status": "metadata-only"}})
    (item,) = found.objects(dataset(found), DCAT.distribution)
    assert found.value(item, DCAT.accessURL) == found.value(dataset(found), DCAT.landingPage)
    assert found.value(item, DCAT.downloadURL) is None
    assert found.value(item, DCT.license) is not None


def test_publisher_and_access_are_told_of_the_data_set(graph: Callable[..., Graph]) -> None:
    found = graph(publisher="Ice Press")
    publisher = found.value(dataset(found), DCT.publisher)
    assert str(found.value(publisher, FOAF.name)) == "Ice Press"
    statuses = {"open": "PUBLIC", "embargoed": "RESTRICTED", "restricted": "RESTRICTED", "metadata-only": "NON_PUBLIC"}
    for status, name in statuses.items():
        found = graph(sections={"access": {"status": status}})
        assert found.value(dataset(found), DCT.accessRights) == URIRef(RIGHTS + name)


def test_periods_and_boxes_say_what_the_data_covers(graph: Callable[..., Graph]) -> None:
    ring = [[[5, 50], [9, 50], [9, 54], [5, 54], [5, 50]]]
    found = graph(
        dates=[{"date": "1986/1987-02", "type": {"id": "collected"}}, {"date": "1990", "type": {"id": "created"}}],
        locations={"features": [{"place": "Bremen", "geometry": {"type": "Polygon", "coordinates": ring}}]},
    )
    period = found.value(dataset(found), DCT.temporal)
    assert [str(found.value(period, name)) for name in (DCAT.startDate, DCAT.endDate)] == ["1986", "1987-02"]
    assert str(found.value(dataset(found), DCT.created)) == "1990"
    box = str(found.value(found.value(dataset(found), DCT.spatial), DCAT.bbox))
    assert box == "POLYGON((5.0 50.0, 9.0 50.0, 9.0 54.0, 5.0 54.0, 5.0 50.0))"
