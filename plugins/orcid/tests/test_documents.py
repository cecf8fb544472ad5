"""Records as works in ORCID's XML, held against the published schema, whatever stands in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from muniment_orcid.addresses import api_address
from muniment_orcid.works import orcids_of, work_document

ID, OTHER = "0000-0002-1825-0097", "0000-0001-5109-3700"
NAMES = {"work": "http://www.orcid.org/ns/work", "common": "http://www.orcid.org/ns/common"}


def record(**metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {"title": "A title", "creators": [creator("Carberry", ID), creator("Peirce", OTHER)], **metadata},
        "links": {"self_html": "https://repository.example.org/records/1"},
        "pids": {"doi": {"identifier": "10.5555/1"}},
        "parent": {"pids": {"doi": {"identifier": "10.5555/0"}}},
    }


def creator(name: str, orcid: str) -> dict[str, Any]:
    return {"person_or_org": {"name": name, "identifiers": [{"scheme": "orcid", "identifier": orcid}]}}


@pytest.fixture
def judged(published: Path) -> Any:
    """The document of a record, which the published schema takes."""
    schema = etree.XMLSchema(etree.parse(published / "record_3.0" / "work-3.0.xsd"))

    def judge(described: dict[str, Any], put_code: str = "") -> etree._Element:
        found = etree.fromstring(work_document(described, {ID}, put_code))
        schema.assertValid(found)
        return found

    return judge


def test_the_schema_is_orcids_and_takes_its_example(published: Path) -> None:
    schema = etree.XMLSchema(etree.parse(published / "record_3.0" / "work-3.0.xsd"))
    assert schema.validate(etree.parse(published / "record_3.0" / "work-full-3.0.xml"))
    assert not schema.validate(etree.fromstring(f'<work xmlns="{NAMES["work"]}"><title/></work>'))


def test_a_version_has_its_doi_and_is_a_version_of_all(judged: Any) -> None:
    found = judged(record(), "17")
    assert found.get("put-code") == "17"
    told = [
        (
            one.findtext("common:external-id-value", "", NAMES),
            one.findtext("common:external-id-relationship", "", NAMES),
        )
        for one in found.iterfind("common:external-ids/common:external-id", NAMES)
    ]
    assert told == [("10.5555/1", "self"), ("10.5555/0", "version-of")]


def test_only_proved_ids_of_creators_are_told(judged: Any) -> None:
    assert orcids_of(record()) == {ID, OTHER}
    paths = judged(record()).iterfind("work:contributors/work:contributor/common:contributor-orcid/common:path", NAMES)
    assert [path.text for path in paths] == [ID]


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("2026", ["2026"]),
        ("2026-05", ["2026", "05"]),
        ("2026-05-14/2027", ["2026", "05", "14"]),
        ("2026-21", ["2026"]),
        ("1850", []),
        ("", []),
        ("soon", []),
    ],
)
def test_dates_are_told_as_exactly_as_orcid_can_say_them(judged: Any, date: str, told: list[str]) -> None:
    assert [
        part.text for part in judged(record(publication_date=date)).iterfind("common:publication-date/*", NAMES)
    ] == told


@pytest.mark.parametrize(
    "odd",
    [
        {"title": "\x00\x0b", "description": "x" * 9000},
        {"title": "T" * 3000, "creators": [creator("N" * 900, OTHER)] * 300},
        {"title": "<b>Bold</b> & ]]> more 𝔘", "resource_type": {"id": "something-new"}},
        {"creators": [], "description": None, "resource_type": None},
    ],
)
def test_whatever_stands_in_a_record_keeps_to_the_schema(judged: Any, odd: dict[str, Any]) -> None:
    judged(record(**odd))


def test_where_the_interfaces_are() -> None:
    assert api_address("https://orcid.org", "api") == "https://api.orcid.org/v3.0"
    assert api_address("https://sandbox.orcid.org/", "pub") == "https://pub.sandbox.orcid.org/v3.0"
    assert api_address("https://orcid.org.evil.example", "api") == "https://orcid.org.evil.example/v3.0"
