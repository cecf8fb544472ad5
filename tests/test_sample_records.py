"""The sample of the reference instance: complete, varied, and loaded without a refusal."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.cli.sample import load_sample, read_sample
from muniment.records.requests import SearchRequest
from muniment.repository import Repository

FOLDER = Path(__file__).parents[1] / "instance" / "sample"
SCRIPTS = {
    "Arabic": "\u0600-\u06ff",
    "Chinese": "\u4e00-\u9fff",
    "Cyrillic": "\u0400-\u04ff",
    "Greek": "\u0370-\u03ff",
    "Japanese": "\u3040-\u30ff",
    "Thai": "\u0e00-\u0e7f",
}


def test_everything_that_the_description_names_is_there() -> None:
    sample = read_sample(FOLDER)
    assert [name for name in sample.documents if not (FOLDER / name).is_file()] == []
    for name, entry in sample.records.items():
        files = [file for file in (FOLDER / entry["files"]).rglob("*") if file.is_file()]
        assert files, name


def test_each_file_of_documents_has_its_origin_and_licence() -> None:
    told = (FOLDER / "SOURCE.txt").read_text(encoding="utf-8")
    assert [name for name in read_sample(FOLDER).documents if name not in told] == []


@pytest.mark.slow
@pytest.mark.plugins("embargo", "importers")
def test_all_sample_records_are_loaded_and_varied(repository: Repository) -> None:
    report = load_sample(repository, FOLDER)
    assert report.refused == []
    assert set(report.counts) == {"imported"}
    assert report.counts["imported"] > 290
    records = [item.data for item in repository.records.every_record(SYSTEM)]
    titles = " ".join(record["metadata"]["title"] for record in records)
    assert [name for name, letters in SCRIPTS.items() if not re.search(f"[{letters}]{{4}}", titles)] == []
    assert len({record["metadata"]["resource_type"]["id"] for record in records}) > 25
    assert max(len(record["metadata"]["creators"]) for record in records) > 2000
    access = Counter((record["access"]["record"], record["access"]["files"]) for record in records)
    assert access["restricted", "restricted"] == 1
    assert access["public", "restricted"] >= 1
    assert sum(record["access"]["status"] == "embargoed" for record in records) == 1
    assert sum(record["files"]["count"] > 0 for record in records) > 15
    visible = repository.records.search(ANONYMOUS, SearchRequest(size=1)).total
    assert visible == len(records) - len([record for record in records if not record["versions"]["is_latest"]]) - 1
