"""Moments, tokens, XML and Dublin Core by themselves."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from lxml import etree

from muniment_oaipmh import dublin_core, moments, xml
from muniment_oaipmh.errors import BadToken
from muniment_oaipmh.feed import with_ancestors
from muniment_oaipmh.tokens import Place, Tokens

PLACE = Place("ListRecords", "oai_dc", "a:b", 1, None, [17, 3], 100, 250, expires=1000)


def test_moments_are_written_in_utc() -> None:
    assert moments.shown(0) == "1970-01-01T00:00:00Z"
    assert moments.shown(1_800_000_000) == "2027-01-15T08:00:00Z"


def test_moments_are_read_as_they_are_written() -> None:
    assert moments.first_second("2027-01-15T08:00:00Z") == moments.last_second("2027-01-15T08:00:00Z") == 1_800_000_000


def test_a_day_has_all_its_seconds() -> None:
    assert moments.last_second("2027-01-15") - moments.first_second("2027-01-15") == 86_399


@pytest.mark.parametrize("text", ["", "2027", "2027-02-30", "2027-01-15T25:00:00Z", "2027-01-15T08:00:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        moments.first_second(text)


def test_a_token_names_its_place() -> None:
    tokens = Tokens("secret")
    assert Place.of(tokens.read(tokens.write(PLACE.text)), "ListRecords", 999) == PLACE


def test_a_token_ends() -> None:
    with pytest.raises(BadToken, match="too old"):
        Place.of(PLACE.text, "ListRecords", 1001)


def test_a_token_of_another_repository_is_refused() -> None:
    with pytest.raises(ValueError, match="not signed here"):
        Tokens("secret").read(Tokens("other").write(PLACE.text))


def test_a_token_of_another_verb_is_refused() -> None:
    with pytest.raises(BadToken):
        Place.of(replace(PLACE, verb="ListSets").text, "ListRecords", 0)


def test_signed_nonsense_is_refused() -> None:
    for text in ("[1]", "", "{}", "null"):
        with pytest.raises(BadToken):
            Place.of(text, "ListRecords", 0)


def test_what_xml_does_not_have_is_left_out() -> None:
    assert xml.escape("a\x00b\x0bc\ud800d\ufffee") == "abcde"


def test_markup_is_escaped() -> None:
    assert xml.escape('<a b="c">&') == "&lt;a b=&quot;c&quot;&gt;&amp;"


def test_attributes_keep_their_line_breaks() -> None:
    assert etree.fromstring(f'<a b="{xml.attribute("c" + chr(10) + chr(9) + chr(13) + "d")}"/>').get("b") == "c\n\t\rd"


def test_the_root_of_a_document_can_stand_in_another() -> None:
    document = b'\xef\xbb\xbf<?xml version="1.0"?>\n<?style x?><!-- words --><a>\xc3\xa9</a>\n'
    assert xml.root_element(document) == "<a>é</a>"


def test_sets_lie_in_those_above_them() -> None:
    assert with_ancestors(["a:b:c", "d"]) == ["a", "a:b", "a:b:c", "d"]


def written(record: dict[str, Any]) -> list[tuple[str, str]]:
    root = etree.fromstring(dublin_core.write(SimpleNamespace(data=record)))  # type: ignore[arg-type]
    return [(etree.QName(one).localname, one.text) for one in root]


def test_dublin_core_of_a_record_that_says_nothing() -> None:
    assert written({}) == []


def test_dublin_core_says_who_and_what() -> None:
    metadata = {
        "title": "Ice & <snow>",
        "creators": [{"person_or_org": {"name": "Adeyemi, Ngozi"}}],
        "description": "<p>Cold</p>",
        "resource_type": {"id": "dataset", "title": {"de": "Datensatz", "en": "Dataset"}},
    }
    found = written({"metadata": metadata})
    assert ("title", "Ice & <snow>") in found
    assert ("creator", "Adeyemi, Ngozi") in found
    assert ("description", "Cold") in found
    assert ("type", "Dataset") in found


def test_dublin_core_writes_identifiers_as_addresses() -> None:
    record = {"pids": {"doi": {"identifier": "10.5072/1"}, "oai": {"identifier": "oai:x:1"}}}
    assert written(record) == [("identifier", "https://doi.org/10.5072/1")]


def test_dublin_core_tells_of_access_and_embargo() -> None:
    access = {"status": "embargoed", "embargo": {"active": True, "until": "2027-03-03"}}
    assert written({"access": access}) == [
        ("date", "info:eu-repo/date/embargoEnd/2027-03-03"),
        ("rights", "info:eu-repo/semantics/embargoedAccess"),
    ]
