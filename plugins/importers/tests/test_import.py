"""Documents of all formats through the record service of a repository: taken, found again, and refused for a reason."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from muniment.api import ANONYMOUS, RecordImporter, Repository

DATA = Path(__file__).parent / "data"
#: The REST API's answer for a test DOI: title and creators are only in the XML that it carries.
WITHOUT_TITLE = "10.5438/bc11-cqw8"


@pytest.mark.plugins("importers")
def test_every_valid_document_becomes_a_record_and_only_once(repository: Repository) -> None:
    results = list(RecordImporter(repository).run([DATA]))
    assert Counter(result.status for result in results) == {"imported": len(results) - 1, "refused": 1}
    (refused,) = [result for result in results if result.status == "refused"]
    assert refused.source_id == WITHOUT_TITLE
    assert {problem.field for problem in refused.problems} == {"metadata.title", "metadata.creators"}
    again = Counter(result.status for result in RecordImporter(repository).run([DATA]))
    assert again == {"unchanged": len(results) - 1, "refused": 1}


@pytest.mark.plugins("importers")
def test_the_repository_keeps_what_the_reader_found(repository: Repository) -> None:
    file = DATA / "datacite" / "10.82433_b09z-4k37.json"
    (result,) = RecordImporter(repository).run([file])
    metadata = repository.records.read(ANONYMOUS, str(result.id)).data["metadata"]
    assert metadata["title"] == "Example Title"
    assert metadata["creators"][0]["person_or_org"]["name"] == "ExampleFamilyName, ExampleGivenName"
    assert metadata["languages"][0]["title"]["en"] == "English"
    assert {entry["relation_type"]["id"] for entry in metadata["related_identifiers"]} >= {"iscitedby", "cites"}
    assert all(loss.reason for loss in result.losses)


@pytest.mark.plugins("importers")
def test_only_the_named_format_is_tried(repository: Repository) -> None:
    results = RecordImporter(repository, format_name="zenodo").run([DATA / "datacite"])
    assert {result.status for result in results} == {"refused"}


@pytest.mark.plugins("importers")
def test_files_that_are_no_json_are_found_by_their_names(repository: Repository, tmp_path: Path) -> None:
    (tmp_path / "list.bib").write_text(
        "@misc{a, title={First}, author={Doe, Jane}, year=2020}\n"
        "@misc{b, title={Second}, author={Doe, Jane}, year=2021}"
    )
    (tmp_path / "CITATION.cff").write_text(
        "cff-version: 1.2.0\ntitle: Tools\ndate-released: 2024-01-02\n"
        "authors: [{family-names: Doe, given-names: Jane}]\n"
    )
    (tmp_path / "broken.bib").write_text("nothing")
    (tmp_path / "notes.txt").write_text("left alone")
    results = {Path(result.place).name: result for result in RecordImporter(repository).run([tmp_path])}
    assert {name: result.status for name, result in results.items()} == {
        "CITATION.cff": "imported",
        "broken.bib": "refused",
        "list.bib#1": "imported",
        "list.bib#2": "imported",
    }
    assert results["broken.bib"].problems[0].message == "there is no BibTeX entry that can be read in this file"
