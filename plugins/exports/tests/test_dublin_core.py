"""Dublin Core: what harvesters of oai_dc look for."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest
from full import kind

pytestmark = pytest.mark.plugins("exports")
DC = "{http://purl.org/dc/elements/1.1/}"


@pytest.fixture
def said(written: Callable[..., bytes]) -> Callable[..., list[str]]:
    """All statements with one name."""

    def read(name: str, **changes: object) -> list[str]:
        return [str(node.text) for node in ElementTree.fromstring(written("dublincore", **changes)).iter(DC + name)]

    return read


def test_access_is_said_in_the_words_of_openaire_and_coar(said: Callable[..., list[str]]) -> None:
    names = {"open": ("openAccess", "c_abf2"), "embargoed": ("embargoedAccess", "c_f1cf"),
             "restricted": ("restrictedAccess", "c_16ec"), "metadata-only": ("closedAccess", "c_14cb")}  # fmt: skip
    for status, (word, code) in names.items():
        rights = said("rights", sections={"access": {"status": status}})
        assert f"info:eu-repo/semantics/{word}" in rights
        assert f"http://purl.org/coar/access_right/{code}" in rights
    embargo = {"status": "embargoed", "embargo": {"active": True, "until": "2099-01-31"}}
    assert "info:eu-repo/date/embargoEnd/2099-01-31" in said("date", sections={"access": embargo})
    lifted = {"status": "open", "embargo": {"active": False, "until": "2020-01-31"}}
    assert not any("embargoEnd" in date for date in said("date", sections={"access": lifted}))


def test_rights_are_the_licence_its_address_and_who_holds_them(said: Callable[..., list[str]]) -> None:
    assert said("rights", copyright="(c) Ada")[2:] == [
        "Creative Commons Attribution 4.0 International", "https://creativecommons.org/licenses/by/4.0/", "CC-BY-4.0",
        "(c) Ada",
    ]  # fmt: skip


def test_relations_are_works_grants_and_references(said: Callable[..., list[str]]) -> None:
    related = [
        {"scheme": "doi", "identifier": "10.1234/other", "relation_type": {"id": "cites"}},
        {"scheme": "lsid", "identifier": "urn:lsid:x", "relation_type": {"id": "cites"}},
    ]
    found = said(
        "relation",
        sections={"parent": {"pids": {"doi": {"identifier": "10.1234/all"}}}},
        related_identifiers=related,
        funding=[{"funder": {"name": "Ice Fund"}, "award": {"number": "42"}}],
        references=[{"reference": "Nansen 1897"}],
    )
    assert found[0] == "https://doi.org/10.1234/other"
    assert found[1].endswith("urn:lsid:x")
    assert found[2:] == ["https://doi.org/10.1234/all", "Ice Fund 42", "Nansen 1897"]


def test_each_statement_is_made_once(said: Callable[..., list[str]]) -> None:
    twice = [{"subject": "ice"}, {"subject": "snow"}, {"subject": "ice"}]
    assert said("subject", subjects=twice) == ["ice", "snow"]
    # Without a DOI the page is the address too.
    assert len(said("identifier")) == 1
    assert said("type", resource_type=kind("dataset", "Dataset"))[-1] == "Dataset"
