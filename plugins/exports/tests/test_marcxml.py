"""MARCXML: the fields that library systems read."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from full import organisation, person

from muniment_exports import marcxml

pytestmark = pytest.mark.plugins("exports")
MARC = "{http://www.loc.gov/MARC21/slim}"
Fields = Callable[..., list[dict[str, str]]]


@pytest.fixture
def fields(written: Callable[..., bytes]) -> Fields:
    """Subfields and indicators of all fields with a tag."""

    def read(tag: str, **changes: object) -> list[dict[str, str]]:
        return [
            {
                "ind": field.get("ind1", "") + field.get("ind2", ""),
                **{sub.get("code", ""): str(sub.text) for sub in field},
            }
            for field in ElementTree.fromstring(written("marcxml", **changes)).iter(f"{MARC}datafield")
            if field.get("tag") == tag
        ]

    return read


def test_identifiers_are_told_with_their_scheme(fields: Fields) -> None:
    found = fields(
        "024",
        sections={"pids": {"doi": {"identifier": "10.1234/ice"}}},
        identifiers=[{"scheme": "handle", "identifier": "11234/5"}],
    )
    assert found == [{"ind": "7 ", "a": "10.1234/ice", "2": "doi"}, {"ind": "7 ", "a": "11234/5", "2": "handle"}]
    assert fields("024") == []


def test_the_first_creator_is_the_main_entry_and_others_are_added(fields: Fields) -> None:
    people = {
        "creators": [person("Curie", "Marie", orcid="0000-0002-1825-0097"), person("Ito", "Jun"), organisation("Ice")],
        "contributors": [person("Bo", "Ann", role="editor"), organisation("Fund", role="sponsor"), person("X")],
    }
    assert fields("100", **people) == [{"ind": "1 ", "a": "Curie, Marie", "0": "https://orcid.org/0000-0002-1825-0097"}]
    added = [(field["a"], field.get("4", "")) for field in fields("700", **people)]
    assert added == [("Ito, Jun", ""), ("Bo, Ann", "edt"), ("X", "oth")]
    assert [(field["a"], field.get("4", "")) for field in fields("710", **people)] == [("Ice", ""), ("Fund", "spn")]
    assert fields("110", creators=[organisation("Ice")]) == [{"ind": "2 ", "a": "Ice"}]
    assert fields("100", creators=[organisation("Ice")]) == []


def test_files_and_the_page_are_electronic_locations(fields: Fields) -> None:
    found = fields("856")
    page = found.pop()
    assert (page["ind"], page["3"]) == ("42", "Record")
    assert {(field["u"].split("/files/")[1], field["s"], field["ind"]) for field in found} == {
        ("drift.csv/content", "4", "4 "), ("README.md/content", "5", "4 "),
    }  # fmt: skip
    assert all(field["z"].startswith("md5:") for field in found)


def test_the_journal_is_the_host_item(fields: Fields) -> None:
    journal = {"title": "Polar Record", "volume": "3", "pages": "5-6", "issn": "0032-2474"}
    (host,) = fields("773", sections={"custom_fields": {"journal:journal": journal}})
    assert host == {"ind": "0 ", "t": "Polar Record", "g": "3, 5-6", "x": "0032-2474"}


def test_fields_stand_in_order_and_records_in_a_collection(written: Callable[..., bytes]) -> None:
    document = written("marcxml", references=[{"reference": "Nansen 1897"}], copyright="(c) Ada")
    tags = [str(field.get("tag")) for field in ElementTree.fromstring(document).iter(f"{MARC}datafield")]
    assert tags == sorted(tags)
    collection = ElementTree.fromstring(marcxml.join([document, document]))
    assert collection.tag == f"{MARC}collection"
    assert [record.tag for record in collection] == [f"{MARC}record"] * 2
