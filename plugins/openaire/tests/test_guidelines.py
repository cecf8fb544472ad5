"""What the guidelines ask for, and how a record is held against them."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from muniment_openaire.guidelines import DATA, LITERATURE, RULES, Level, gaps, guideline_of

COMPLETE: dict[str, Any] = {
    "id": "7",
    "pids": {"doi": {"identifier": "10.5072/x.7"}},
    "links": {"self_html": "https://example.org/records/7"},
    "access": {"status": "open"},
    "files": {"entries": {"a.pdf": {"key": "a.pdf"}}},
    "metadata": {
        "title": "Cold seas",
        "resource_type": {"id": "publication-article"},
        "publication_date": "2026-05-14",
        "publisher": "Press",
        "description": "About seas",
        "languages": [{"id": "eng"}],
        "subjects": [{"subject": "sea"}],
        "related_identifiers": [{"identifier": "10.1/x"}],
        "creators": [{"person_or_org": {"name": "Curie", "identifiers": [{"scheme": "orcid", "identifier": "0"}]}}],
        "funding": [{"funder": {"id": "00k4n6c32"}, "award": {"number": "777483"}}],
        "rights": [{"id": "cc-by-4.0", "props": {"url": "https://creativecommons.org/licenses/by/4.0/"}}],
    },
}

Change = Callable[[dict[str, Any]], Any]


def lacks(kind: str, change: Change | None = None) -> list[str]:
    record = copy.deepcopy(COMPLETE)
    record["metadata"]["resource_type"] = {"id": kind}
    if change is not None:
        change(record)
    return [rule.name for rule in gaps(record)]


@pytest.mark.parametrize("kind", ["publication-article", "dataset", "software", "poster", "other"])
def test_a_complete_record_lacks_nothing(kind: str) -> None:
    assert lacks(kind) == []


@pytest.mark.parametrize(
    ("change", "of_literature", "of_data"),
    [
        (lambda r: r["metadata"].pop("title"), ["title"], ["title"]),
        (lambda r: r["metadata"].pop("creators"), ["creator", "orcid"], ["creator", "orcid"]),
        (lambda r: r["metadata"].update(publication_date="soon"), ["date"], ["date"]),
        (lambda r: r["metadata"].pop("publisher"), ["publisher"], ["publisher"]),
        (lambda r: r.pop("pids"), [], ["identifier"]),
        (lambda r: (r.pop("pids"), r.pop("links")), ["identifier"], ["identifier"]),
        (lambda r: r["access"].pop("status"), ["access"], ["access"]),
        (lambda r: r["access"].update(status="embargoed"), ["embargo"], ["embargo"]),
        (lambda r: r["access"].update(status="embargoed", embargo={"until": "2030-01-01"}), [], []),
        (lambda r: r.pop("files"), ["file"], []),
        (lambda r: (r.pop("files"), r["access"].update(status="metadata-only")), [], []),
        (lambda r: r["metadata"].pop("funding"), [], []),
        (lambda r: r["metadata"]["funding"][0]["funder"].clear(), ["funder"], ["funder"]),
        (lambda r: r["metadata"]["funding"][0].pop("award"), ["award"], ["award"]),
        (lambda r: r["metadata"]["rights"][0].pop("props"), ["licence"], ["licence"]),
        (lambda r: r["metadata"].pop("languages"), ["language"], ["language"]),
        (lambda r: r["metadata"].pop("subjects"), ["subject"], ["subject"]),
        (lambda r: r["metadata"].pop("description"), ["description"], ["description"]),
        (lambda r: r["metadata"].pop("related_identifiers"), [], ["related"]),
    ],
)
def test_each_rule_bites(change: Change, of_literature: list[str], of_data: list[str]) -> None:
    assert lacks("publication-article", change) == of_literature
    assert lacks("dataset", change) == of_data


def test_names_of_rules_are_unique_and_fit_their_column() -> None:
    for guideline, rules in RULES.items():
        names = [rule.name for rule in rules]
        assert len(names) == len(set(names))
        assert max(map(len, (*names, guideline))) <= 20
        assert any(rule.level is Level.MANDATORY for rule in rules)


def test_a_record_without_anything_is_held_to_the_guidelines_for_data() -> None:
    assert guideline_of({}) == DATA
    assert guideline_of(COMPLETE) == LITERATURE
    assert "title" in {rule.name for rule in gaps({})}
