"""What a form says: entries by their tokens, words and terms, numbers, access and identifiers."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.web.ui.deposit.reading import number_of, read_form
from muniment.web.ui.deposit.values import split_list


def metadata(shape: Any, *pairs: tuple[str, str], look_up: Any = lambda *_: None) -> Any:
    return read_form([(f"metadata.{name}", value) for name, value in pairs], shape, {}, look_up).document["metadata"]


def test_entries_stand_in_the_order_in_which_the_form_names_them(shape) -> None:
    pairs = [("sizes", ""), ("sizes", "b"), ("sizes", "a"), ("sizes.a", "second"), ("sizes.b", "first")]
    assert metadata(shape, *pairs) == {"sizes": ["first", "second"]}


def test_empty_entries_are_left_out_and_problems_find_their_way_to_the_others(shape) -> None:
    pairs = [("metadata.dates", ""), *(("metadata.dates", token) for token in ("x", "y", "z"))]
    pairs += [
        ("metadata.dates.y.date", "2020"),
        ("metadata.dates.z.type.id", "created"),
        ("metadata.dates.x.date", " "),
    ]
    reading = read_form(pairs, shape, {})
    assert reading.document["metadata"] == {"dates": [{"date": "2020"}, {"type": {"id": "created"}}]}
    assert reading.shown["metadata"]["dates"][0] is None
    assert reading.control("metadata.dates.1.date") == "metadata.dates.z.date"
    assert reading.place("metadata.dates.z.date") == "metadata.dates.2.date"


def test_a_person_of_whom_nothing_was_entered_is_nobody(shape) -> None:
    own = "creators.0.person_or_org"
    pairs = [("creators", ""), ("creators", "0"), (f"{own}.type", "personal"), (f"{own}.family_name", "")]
    pairs += [(f"{own}.identifiers", ""), (f"{own}.identifiers", "0"), (f"{own}.identifiers.0.scheme", "")]
    assert metadata(shape, *pairs) == {}
    named = metadata(shape, *pairs, (f"{own}.given_name", "Ada"))
    assert named == {"creators": [{"person_or_org": {"type": "personal", "given_name": "Ada"}}]}


def test_an_emptied_list_is_empty(shape, record) -> None:
    assert "creators" not in read_form([("metadata.creators", "")], shape, record).document["metadata"]


def test_a_term_is_what_the_text_says(shape) -> None:
    found = {"German": "deu"}

    def look_up(_vocabulary: str, text: str, _identifier: str) -> str | None:
        return found.get(text)

    def language(text: str, known: str = "English", identifier: str = "eng") -> Any:
        own = "additional_titles.0.lang"
        pairs = [("additional_titles", "0"), (f"{own}.text", text), (f"{own}.known", known), (f"{own}.id", identifier)]
        return metadata(shape, *pairs, look_up=look_up).get("additional_titles")

    assert language("English") == [{"lang": {"id": "eng"}}]
    assert language("German") == [{"lang": {"id": "deu"}}]  # typed over, without a script
    assert language("Klingon") == [{"lang": {"id": "Klingon"}}]  # to be refused at its place
    assert language(" ") is None


def test_a_name_with_an_id_loses_the_id_when_it_is_written_anew(shape) -> None:
    own = "funding.0.funder"
    pairs = [("funding", "0"), (f"{own}.id", "00k4n6c32"), (f"{own}.known", "European Commission")]
    same = metadata(shape, *pairs, (f"{own}.name", "European Commission"))
    assert same == {"funding": [{"funder": {"id": "00k4n6c32", "name": "European Commission"}}]}
    assert metadata(shape, *pairs, (f"{own}.name", "CERN")) == {"funding": [{"funder": {"name": "CERN"}}]}


def test_a_grant_with_an_id_loses_the_id_when_it_is_described_anew(shape) -> None:
    own = "metadata.funding.0.award"
    pairs = [("metadata.funding", "0"), (f"{own}.id", '"00k::1"'), (f"{own}.known", '{"number":"1"}')]
    assert read_form([*pairs, (f"{own}.number", "1")], shape, {}).document["metadata"]["funding"][0]["award"] == {
        "id": "00k::1", "number": "1",
    }  # fmt: skip
    changed = read_form([*pairs, (f"{own}.number", "2")], shape, {}).document
    assert changed["metadata"]["funding"][0]["award"] == {"number": "2"}


def test_words_that_are_typed_without_a_script_join_the_chips(shape) -> None:
    pairs = [("subjects.word", "ice"), ("subjects.id", "mesh:1"), ("subjects.word", "snow")]
    found = metadata(shape, *pairs, ("subjects.add", "firn; ice\nsea, lake"))
    assert found == {
        "subjects": [
            {"subject": "ice"}, {"id": "mesh:1"}, {"subject": "snow"}, {"subject": "firn"}, {"subject": "sea, lake"},
        ]
    }  # fmt: skip


def test_a_licence_is_a_recommended_one_another_or_ones_own(shape) -> None:
    def licence(**controls: str) -> Any:
        pairs = [("rights", "0"), *((f"rights.0.{name.replace('__', '.')}", value) for name, value in controls.items())]
        return metadata(shape, *pairs, look_up=lambda *_: "gpl-3.0").get("rights")

    assert licence(choice="cc-by-4.0", text="GPL") == [{"id": "cc-by-4.0"}]
    assert licence(choice="other", text="GPL") == [{"id": "gpl-3.0"}]
    assert licence(choice="other", text="") is None
    assert licence(choice="custom", title__en="Mine", link="https://a.example", text="GPL") == [
        {"title": {"en": "Mine"}, "link": "https://a.example"}
    ]
    assert licence(choice="", title__en="Mine") is None


@pytest.mark.parametrize(
    ("before", "choice", "after"),
    [
        (("public", "public"), "public", ("public", "public")),
        (("public", "public"), "files", ("public", "restricted")),
        (("restricted", "public"), "restricted", ("restricted", "public")),
        (("restricted", "public"), "public", ("public", "public")),
    ],
)
def test_access_changes_with_its_choice_only(shape, before, choice, after) -> None:
    base = {"access": {"record": before[0], "files": before[1], "embargo": {"until": "2030"}}}
    access = read_form([("access.choice", choice)], shape, base).document["access"]
    assert access == {"record": after[0], "files": after[1], "embargo": {"until": "2030"}}


def test_an_identifier_from_elsewhere_comes_and_goes_and_a_reserved_one_stays(shape) -> None:
    def pids(base: Any, **sent: str) -> Any:
        pairs = [(f"pids.doi.{name}", value) for name, value in sent.items()]
        return read_form(pairs, shape, {"pids": base}).document.get("pids")

    external = {"doi": {"identifier": "10.1/a", "provider": "external"}}
    reserved = {"doi": {"identifier": "10.2/b", "provider": "datacite"}}
    assert pids({}, external=" 10.1/a ") == external
    assert pids(external, external="") is None
    assert pids(external, external="10.1/a", choice="own") is None
    assert pids(reserved, external="10.1/a") == reserved
    assert pids(external) == external


def test_several_lines_that_are_typed_become_paragraphs_and_stored_text_stays(shape) -> None:
    typed = read_form([("metadata.description", "one\r\n\r\ntwo <three")], shape, {}).document
    assert typed["metadata"]["description"] == "<p>one</p><p>two &lt;three</p>"
    base = {"metadata": {"description": "one\n\ntwo"}}
    assert read_form([("metadata.description", "one\r\n\r\ntwo")], shape, base).document == base


@pytest.mark.parametrize(
    ("text", "number"), [("12", 12), ("12,5", 12.5), ("−3.25", -3.25), ("52° N", "52° N"), ("", ""), ("1e3", 1000.0)]
)
def test_numbers_are_read_as_people_write_them(text: str, number: Any) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize(
    ("text", "entries"),
    [
        ("a; b;;a", ["a", "b"]),
        ("1. one, two\n2) three\n- four", ["one, two", "three", "four"]),
        ("ice, snow", ["ice", "snow"]),
        ("3.5 metres", ["3.5 metres"]),
        (" ", []),
    ],
)
def test_pasted_lists(text: str, entries: list[str]) -> None:
    assert split_list(text) == entries
