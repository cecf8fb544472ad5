"""Plain citations."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.records.citation import author_list, citation_text, initials


def person(family: str, given: str = "") -> dict[str, Any]:
    name = f"{family}, {given}" if given else family
    return {"person_or_org": {"type": "personal", "family_name": family, "given_name": given, "name": name}}


def record(**metadata: Any) -> dict[str, Any]:
    return {
        "metadata": {
            "creators": [person("Carberry", "Josiah Stinkney")],
            "title": "Toward a Unified Theory",
            "publication_date": "2008-08-13",
            **metadata,
        }
    }


def test_a_full_citation() -> None:
    data = record(
        creators=[
            person("Nielsen", "Lars Holm"),
            {"person_or_org": {"type": "organizational", "name": "CERN"}},
            person("Möller", "Jean-Pierre"),
        ],
        version="1.2",
        resource_type={"id": "dataset", "title": {"en": "Dataset", "de": "Datensatz"}},
        publisher="Zenodo",
    )
    data["pids"] = {"doi": {"identifier": "10.5281/zenodo.1", "provider": "datacite"}}
    assert citation_text(data) == (
        "Nielsen, L. H., CERN, & Möller, J.-P. (2008). Toward a Unified Theory (Version 1.2) [Dataset]. Zenodo. "
        "https://doi.org/10.5281/zenodo.1"
    )
    assert "[Datensatz]" in citation_text(data, "de")
    assert "[Dataset]" in citation_text(data, "fr")


@pytest.mark.parametrize(
    ("version", "shown"),
    [("v1.2", "(v1.2)"), ("Version 3", "(Version 3)"), ("2", "(Version 2)"), ("final", "(Version final)")],
)
def test_versions_say_once_what_they_are(version: str, shown: str) -> None:
    assert f"Theory {shown}." in citation_text(record(version=version))


def test_titles_end_with_one_stop() -> None:
    assert citation_text(record(title="Why <i>E. coli</i>?")) == "Carberry, J. S. (2008). Why E. coli?"
    assert citation_text(record(title="The end.")) == "Carberry, J. S. (2008). The end."


@pytest.mark.parametrize(
    ("date", "year"),
    [("1939/1945", "1939"), ("2020-05", "2020"), ("-0044-03-15", "-0044"), (None, "n.d."), ("x", "n.d.")],
)
def test_the_year_is_the_first(date: str | None, year: str) -> None:
    assert f"({year})." in citation_text(record(publication_date=date))


def test_after_twenty_authors_follows_et_al() -> None:
    people = [person(f"Family{n}", "Anna") for n in range(1, 26)]
    assert author_list(people[:20]).endswith("Family19, A., & Family20, A.")
    assert author_list(people) == ", ".join(f"Family{n}, A." for n in range(1, 21)) + ", et al."


@pytest.mark.parametrize(
    ("given", "short"),
    [
        ("Lars Holm", "L. H."),
        ("Jean-Pierre Marie", "J.-P. M."),
        ("J.S.", "J. S."),
        ("élodie", "É."),
        ("E\u0301lodie", "E\u0301."),
        ("小明", "小明"),
        ("Ольга Ивановна", "О. И."),
        ("-", "-"),
        ("", ""),
    ],
)
def test_initials(given: str, short: str) -> None:
    assert initials(given) == short


def test_what_is_missing_is_left_out() -> None:
    assert citation_text({}) == "(n.d.)."
    assert citation_text({"metadata": {"title": "Only a title", "creators": [{}, None, {"person_or_org": {}}]}}) == (
        "(n.d.). Only a title."
    )
    assert citation_text(record(creators=[person("Plato")])) == "Plato. (2008). Toward a Unified Theory."


def test_no_draft_breaks_the_citation() -> None:
    odd: list[Any] = [None, 1, "x", [], {}, [1], {"a": 1}]
    for value in odd:
        assert isinstance(citation_text({"metadata": value, "pids": value}), str)
        metadata = dict.fromkeys(
            ("creators", "title", "version", "resource_type", "publisher", "publication_date"), value
        )
        assert isinstance(citation_text({"metadata": metadata, "pids": {"doi": value}}), str)
