"""Funders and grants out of dumps: what is taken, what is left out and said, and that loading again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from muniment.api import Repository, TermSearch
from muniment_openaire.loading import STARTER, load_awards, load_changed, load_funders
from muniment_openaire.models import Award, AwardWord, Funder
from muniment_openaire.terms import AwardTerms, FunderTerms, funder_of

pytestmark = pytest.mark.plugins("openaire")

OLD_SCHEMA = {
    "id": "https://ror.org/00k4n6c32",
    "name": "European Commission",
    "labels": [{"iso639": "de", "label": "Europäische Kommission"}],
    "acronyms": ["EC"],
    "country": {"country_code": "BE"},
    "types": ["Government"],
    "external_ids": {"FundRef": {"preferred": "501100000780", "all": ["501100000780", "501100000781"]}},
}
NO_FUNDER = {"id": "https://ror.org/01ggx4157", "name": "CERN", "types": ["Facility"], "external_ids": {}}


def test_funders_of_the_newest_schema(funded: Repository) -> None:
    with funded.database.read() as session:
        row = session.get(Funder, "00k4n6c32")
        assert row is not None
        assert (row.name, row.titles["de"], row.country) == ("European Commission", "Europäische Kommission", "BE")
        assert row.identifiers == [{"scheme": "doi", "identifier": "10.13039/501100000780"}]
        for name in ("https://doi.org/10.13039/501100000780", "10.13039/501100000780", "European commission"):
            assert funder_of(session, name) == "00k4n6c32"
        assert funder_of(session, "Nobody") is None


def test_funders_of_the_old_schema(repository: Repository, lines: Callable[..., Path]) -> None:
    report = load_funders(repository, lines([OLD_SCHEMA, NO_FUNDER, {"id": "x"}], "ror.jsonl"))
    assert str(report) == "1 new, 0 changed, 0 unchanged, 1 left out"
    assert "ror.jsonl#3: no organisation" in report.problems[0]
    with repository.database.read() as session:
        row = session.get(Funder, "00k4n6c32")
        assert row is not None
        assert row.country == "BE"
        assert funder_of(session, "10.13039/501100000781") == "00k4n6c32"
    assert load_funders(repository, lines([NO_FUNDER], "ror.jsonl"), every=True).added == 1


def test_loading_again_changes_what_has_changed(
    funded: Repository, lines: Callable[..., Path], project: Callable[..., dict[str, Any]]
) -> None:
    first = load_awards(funded, lines([project("1", title="Cold seas"), project("2")]))
    second = load_awards(funded, lines([project("1", title="Warm seas"), project("2")]))
    assert (str(first), str(second)) == ("2 new, 0 changed, 0 unchanged", "0 new, 1 changed, 1 unchanged")
    with funded.database.read() as session:
        assert AwardTerms().rows(session, TermSearch(suggest="cold seas")) == ([], 0)
        (row,), total = AwardTerms().rows(session, TermSearch(suggest="warm sea"))
        assert (row.id, row.revision, total) == ("00k4n6c32::1", 2, 1)
        words = session.execute(select(func.count()).select_from(AwardWord).where(AwardWord.row == row.row))
        assert words.scalar_one() == len(row.words.split())


def test_projects_of_unknown_funders_are_left_out_and_said(
    funded: Repository, lines: Callable[..., Path], project: Callable[..., dict[str, Any]]
) -> None:
    nobody = project("7", funder="Nobody Foundation")
    report = load_awards(funded, lines([project("unidentified"), nobody, {"code": ["x"]}, project("5" * 200)]))
    assert (report.added, report.refused) == (0, 4)
    assert "is not among the funders here (Nobody Foundation)" in report.problems[1]


def test_a_funder_is_found_by_its_name(
    funded: Repository, lines: Callable[..., Path], project: Callable[..., dict[str, Any]]
) -> None:
    load_awards(funded, lines([project("A 1/2", funder="Wellcome Trust")]))
    assert funded.vocabularies.get("awards", "029chgv08::A_1_2").props["number"] == "A_1_2"


def test_projects_of_cordis(funded: Repository, tmp_path: Path) -> None:
    path = tmp_path / "project.csv"
    path.write_text(
        "id;acronym;status;title;startDate;endDate;frameworkProgramme;objective;grantDoi\n"
        '101000001;SEAS;SIGNED;"Seas; and skies";2026-01-01;2027-12-31;HORIZON;Why;10.3030/101000001\n'
    )
    assert load_awards(funded, path).added == 1
    with funded.database.read() as session:
        row = session.execute(select(Award).where(Award.id == "00k4n6c32::101000001")).scalar_one()
        assert (row.acronym, row.program, row.titles) == ("SEAS", "HORIZON", {"en": "Seas; and skies"})
        assert row.details["start_date"] == "2026-01-01"
        assert {"scheme": "doi", "identifier": "10.3030/101000001"} in row.details["identifiers"]


def test_what_was_rendered_is_renewed(
    funded: Repository, lines: Callable[..., Path], project: Callable[..., dict[str, Any]]
) -> None:
    assert funded.vocabularies.get("awards", "00k4n6c32::777483").title_for("en").startswith("Innovation")
    load_awards(funded, lines([project("777483", title="Another title")]))
    assert funded.vocabularies.get("awards", "00k4n6c32::777483").title_for("en") == "Another title"


def test_the_starting_lists_are_loaded_into_empty_tables_only(repository: Repository) -> None:
    names = ["funders", "awards"]
    assert [report.added for report in repository.vocabularies.load(names)] == [23, 8]
    assert [report.added for report in repository.vocabularies.load(names)] == [0, 0]
    assert len(json.loads((STARTER / "funders.json").read_text())) == len(
        repository.vocabularies.search("funders", size=100).terms
    )


def test_the_job_loads_a_dump_once(
    funded: Repository, lines: Callable[..., Path], project: Callable[..., dict[str, Any]], tmp_path: Path
) -> None:
    lines([project("1"), project("2")])
    lines([OLD_SCHEMA], "new-ror-data.jsonl")
    told = load_changed(funded, tmp_path)
    assert told.startswith("new-ror-data.jsonl: 0 new, 1 changed")
    assert "projects.jsonl: 2 new" in told
    assert load_changed(funded, tmp_path) == "nothing new"


@pytest.mark.hook("register_jobs")
def test_the_job_says_that_no_folder_is_set(repository: Repository) -> None:
    assert repository.jobs.run_now("openaire.load-dumps") == "no folder with dumps is set"


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("777483", ["777483"]),
        ("00k4n6c32::777483", ["777483"]),
        ("icedig", ["777483"]),
        ("freya", ["777523"]),
        ("earth system", ["641816"]),
        ("EARTH observ", ["0830944"]),
        ("h2020 heritage", ["777483", "871034"]),
        ("the of", []),
        ("zzz", []),
        ("%_", []),
    ],
)
def test_grants_are_found_by_number_acronym_and_words(funded: Repository, typed: str, expected: list[str]) -> None:
    page = funded.vocabularies.search("awards", suggest=typed)
    assert sorted(term.props["number"] for term in page.terms) == expected
    assert page.total == len(expected)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("deut forsch", "018mejw64"),
        ("nsf", "021nxhr62"),
        ("10.13039/501100001659", "018mejw64"),
        ("Akatemia", "05k73zm37"),
    ],
)
def test_funders_are_found_by_any_name(funded: Repository, typed: str, first: str) -> None:
    assert funded.vocabularies.search("funders", suggest=typed).terms[0].id == first


@pytest.mark.hook("register_vocabularies")
@pytest.mark.parametrize("sort", ["title", "newest", "oldest", "bestmatch"])
def test_lists_have_an_order(funded: Repository, sort: str) -> None:
    for name in ("funders", "awards"):
        assert len(funded.vocabularies.search(name, sort=sort, size=3).terms) == 3
    with funded.database.read() as session:
        assert FunderTerms().count(session) == 23
        assert AwardTerms().count(session) == 8
