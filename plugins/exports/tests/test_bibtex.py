"""BibTeX: what LaTeX and reference managers take from an entry."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from full import kind, organisation, person

pytestmark = pytest.mark.plugins("exports")


@pytest.fixture
def entry(written: Callable[..., bytes]) -> Callable[..., dict[str, str]]:
    """The fields of an entry as they are written, with its type and key."""

    def read(**changes: Any) -> dict[str, str]:
        head, *lines = written("bibtex", **changes).decode().splitlines()
        match = re.fullmatch(r"@(\w+)\{(.*),", head)
        assert match
        pairs = (line.strip().removesuffix(",").split(" = ", 1) for line in lines if " = " in line)
        return {"TYPE": match[1], "KEY": match[2], **{name.strip(): value for name, value in pairs}}

    return read


def test_the_type_of_an_entry_follows_from_that_of_the_record(entry: Callable[..., dict[str, str]]) -> None:
    expected = {
        "publication-article": "article", "publication-book": "book", "publication-section": "incollection",
        "publication-conferencepaper": "inproceedings", "publication-dissertation": "phdthesis",
        "publication-report": "techreport", "publication-preprint": "unpublished", "dataset": "dataset",
        "software": "software", "image-photo": "misc",
    }  # fmt: skip
    assert {name: entry(resource_type=kind(name))["TYPE"] for name in expected} == expected


def test_keys_are_ascii_and_end_in_the_number_of_the_record(entry: Callable[..., dict[str, str]]) -> None:
    number = entry()["KEY"].rpartition("_")[2]
    assert number.isdigit()
    for family, key in {"Müller-Groß": "mullergro", "O'Neil": "oneil", "李": ""}.items():
        assert entry(creators=[person(family, "A")])["KEY"] == f"{key}_2026_{number}".lstrip("_")
    assert entry(creators=[organisation("Ice & Snow")], publication_date="1986/1987")["KEY"] == f"icesnow_1986_{number}"


def test_people_and_organisations_are_told_apart_by_braces(entry: Callable[..., dict[str, str]]) -> None:
    creators = [person("Curie", "Marie"), organisation("Institute of Ice and Snow"), person("Plato")]
    found = entry(creators=creators, contributors=[person("Ito", "Jun", role="editor"), person("X", role="producer")])
    assert found["author"] == "{Curie, Marie and {Institute of Ice and Snow} and {Plato}}"
    assert found["editor"] == "{Ito, Jun}"
    assert entry(creators=[person("King, Jr.", "Ann and Bo")])["author"] == "{{King, Jr.}, {Ann and Bo}}"


def test_what_latex_reads_as_commands_is_escaped(entry: Callable[..., dict[str, str]]) -> None:
    found = entry(title="50% of A_B & {C} cost $5 #1 ~ ^ \\ é", publisher='The "Ice" Press')
    assert found["title"] == (
        r"{50\% of A\_B \& {\textbraceleft}C{\textbraceright} cost \$5 \#1 {\textasciitilde} {\textasciicircum} "
        r"{\textbackslash} é}"
    )
    assert found["publisher"] == "{The {''}Ice{''} Press}"


def test_months_are_macros_and_only_those_that_are_known(entry: Callable[..., dict[str, str]]) -> None:
    assert entry(publication_date="1987-12-24")["month"] == "dec"
    assert entry(publication_date="1986-02/1987-03")["month"] == "feb"
    found = entry(publication_date="1987")
    assert found["year"] == "{1987}"
    assert "month" not in found


def test_an_identifier_is_copied_without_escapes(entry: Callable[..., dict[str, str]]) -> None:
    found = entry(sections={"pids": {"doi": {"identifier": "10.1234/a_b{c}", "provider": "external"}}})
    assert found["doi"] == "{10.1234/a_b%7Bc%7D}"


def test_where_a_publication_appeared_stands_where_its_type_has_it(entry: Callable[..., dict[str, str]]) -> None:
    thesis = entry(
        resource_type=kind("publication-dissertation"),
        sections={"custom_fields": {"thesis:thesis": {"university": "University of Bremen"}}},
    )
    assert thesis["school"] == "{University of Bremen}"
    assert "publisher" not in thesis
    assert entry(resource_type=kind("publication-report"))["institution"] == "{Test Repository}"
    journal = {"title": "Polar Record", "volume": "3", "issue": "4", "pages": "5-6", "issn": "0032-2474"}
    article = entry(resource_type=kind("publication-article"), sections={"custom_fields": {"journal:journal": journal}})
    assert [article[name] for name in ("journal", "volume", "number", "pages", "issn")] == [
        "{Polar Record}", "{3}", "{4}", "{5-6}", "{0032-2474}",
    ]  # fmt: skip
    paper = entry(
        resource_type=kind("publication-conferencepaper"),
        sections={"custom_fields": {"meeting:meeting": {"title": "Ice Days", "place": "Oslo"}}},
    )
    assert (paper["booktitle"], paper["venue"]) == ("{Ice Days}", "{Oslo}")
