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
