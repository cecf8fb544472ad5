"""JSON-LD of schema.org: what search engines for data read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
import vocabulary
from full import kind, organisation, person

pytestmark = pytest.mark.plugins("exports")
Node = Callable[..., dict[str, Any]]


@pytest.fixture
def node(written: Callable[..., bytes]) -> Node:
    return lambda **changes: orjson.loads(written("json-ld", **changes))


def test_creators_are_known_by_their_orcid_or_ror(node: Node) -> None:
    two = person("Adeyemi", "Ngozi", orcid="0000-0002-1825-0097")
    two["person_or_org"]["identifiers"].append({"scheme": "isni", "identifier": "0000000121032683"})
    first, second, third = node(creators=[two, organisation("Ice", ror="05gq02987"), person("X", "Y")])["creator"]
    assert (first["@type"], first["@id"]) == ("Person", "https://orcid.org/0000-0002-1825-0097")
    assert (first["givenName"], first["familyName"]) == ("Ngozi", "Adeyemi")
    (other,) = first["sameAs"]
    assert other.endswith("0000000121032683")
    assert second == {"@type": "Organization", "name": "Ice", "@id": "https://ror.org/05gq02987"}
    assert "@id" not in third


def test_organisations_edit_and_belong_as_schema_org_says(node: Node) -> None:
    house = organisation("House of ice", role="editor", affiliations=[{"name": "University"}])
    found = node(contributors=[house, person("A", "B", role="editor")])
    assert [one["name"] for one in found["editor"]] == ["A, B"]
    assert found["contributor"][0]["parentOrganization"] == [{"@type": "Organization", "name": "University"}]
    vocabulary.schema_org(found)


def test_files_can_be_fetched_and_make_up_the_size(node: Node) -> None:
    found = node()
    by_name = {item["name"]: item for item in found["distribution"]}
    assert by_name["drift.csv"]["encodingFormat"] == "text/csv"
    assert by_name["drift.csv"]["contentSize"] == "4 B"
    assert by_name["README.md"]["contentUrl"].endswith("/files/README.md/content")
    assert found["size"] == "9 B"
    assert node(sizes=["12 pages"])["size"] == ["12 pages"]
    without = node(sections={"files": {"entries": {}}})
    assert not {"distribution", "size"} & without.keys()


def test_time_and_place_are_what_the_data_covers(node: Node) -> None:
    ring = [[[5, 50], [9, 50], [9, 54], [5, 54], [5, 50]]]
    found = node(
        dates=[{"date": "1986/1987", "type": {"id": "collected"}}, {"date": "1990/1991", "type": {"id": "created"}}],
        locations={
            "features": [
                {"place": "Bremen", "geometry": {"type": "Point", "coordinates": [8.8, 53.1]}},
                {"geometry": {"type": "Polygon", "coordinates": ring}},
                {"geometry": None},
            ]
        },
    )
    assert found["temporalCoverage"] == ["1986/1987"]
    assert found["dateCreated"] == "1990"
    point, box = found["spatialCoverage"]
    assert (point["name"], point["geo"]["longitude"], point["geo"]["latitude"]) == ("Bremen", 8.8, 53.1)
    # South and west before north and east, as schema.org writes boxes.
    assert box["geo"] == {"@type": "GeoShape", "box": "50.0 5.0 54.0 9.0"}


def test_keywords_of_a_vocabulary_have_their_address(node: Node) -> None:
    found = node(subjects=[{"subject": "ice"}, {"id": "https://example.org/snow", "subject": "snow"}, {"id": "local"}])
    assert found["keywords"] == [
        "ice", {"@type": "DefinedTerm", "name": "snow", "url": "https://example.org/snow"},
    ]  # fmt: skip


def test_descriptions_have_the_length_that_search_engines_ask_for(node: Node) -> None:
    short = node(description="Ice.")["description"]
    assert short.startswith("Ice. Drift of ice.")
    assert len(short) >= 50
    long = node(description="ice " * 3000)["description"]
    assert len(long) <= 5000
    assert long.endswith("ice…")


def test_related_works_stand_under_the_property_of_their_relation(node: Node) -> None:
    relations = {"ispartof": "isPartOf", "isderivedfrom": "isBasedOn", "cites": "citation", "obsoletes": "mentions"}
    for relation, name in relations.items():
        related = {"scheme": "doi", "identifier": "10.1234/x", "relation_type": {"id": relation}}
        (found,) = node(related_identifiers=[related])[name]
        assert found["@id"] == "https://doi.org/10.1234/x"
    same = {"scheme": "url", "identifier": "https://example.org/x", "relation_type": {"id": "isidenticalto"}}
    assert node(related_identifiers=[same])["sameAs"] == ["https://example.org/x"]


def test_what_is_no_data_set_has_its_files_as_encodings_and_its_journal_around_it(node: Node) -> None:
    journal = {"title": "Polar Record", "volume": "3", "issue": "4", "pages": "5-6", "issn": "0032-2474"}
    kinds = {"resource_type": kind("publication-article"), "sections": {"custom_fields": {"journal:journal": journal}}}
    found = node(**kinds)
    assert not {"distribution", "includedInDataCatalog"} & found.keys()
    assert {item["@type"] for item in found["encoding"]} == {"MediaObject"}
    (issue,) = found["isPartOf"]
    assert issue["isPartOf"]["isPartOf"] == {"@type": "Periodical", "name": "Polar Record", "issn": "0032-2474"}
    assert found["pagination"] == "5-6"


def test_code_of_what_is_no_software_is_a_work_that_is_mentioned(node: Node) -> None:
    code = {"custom_fields": {"code:codeRepository": "https://example.org/ice"}}
    assert node(sections=code)["mentions"] == [
        {"@type": "SoftwareSourceCode", "codeRepository": "https://example.org/ice"}
    ]
    assert node(sections=code, resource_type=kind("software"))["codeRepository"] == "https://example.org/ice"


def test_words_that_schema_org_does_not_have_are_noticed(node: Node) -> None:
    for wrong in ({"distributions": "x"}, {"creator": {"@type": "Person", "issn": "1"}}, {"@type": "Thesaurus"}):
        with pytest.raises(AssertionError):
            vocabulary.schema_org({**node(), **wrong})
    with pytest.raises(AssertionError, match="is no Place"):
        vocabulary.schema_org({**node(), "creator": {"@type": "Place", "name": "Bremen"}})
