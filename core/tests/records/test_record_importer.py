"""Imports through the real record service: once, again, changed, refused, cut off."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.errors import Busy, InvalidRequest, Problem
from muniment.records.import_documents import Document
from muniment.records.importing import ImportedRecord, ImportFormat, KnownTerms, Loss, RecordRefused
from muniment.records.importing_models import RecordImport
from muniment.records.models import Draft, Record
from muniment.records.record_importer import RecordImporter
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing import Person
from muniment.testing.documents import document


def detect(source: Mapping[str, Any]) -> bool:
    return "draft" in source


def read(source: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    if source.get("refuse"):
        raise RecordRefused([Problem("refuse", "This document says so.")])
    losses = (Loss("colour", "There is no place for colours."),) if "colour" in source else ()
    return ImportedRecord(str(source["id"]), source["draft"], losses, source="testing")


FORMAT = ImportFormat("testing", "Testing JSON", detect, read)


def source(identity: str, doi: str | None = None, **changes: Any) -> dict[str, Any]:
    pids = {"doi": {"identifier": doi, "provider": "external"}} if doi else None
    return {"id": identity, "draft": document(pids=pids, **changes)}


@pytest.fixture
def importer(repository: Repository, ada: Person) -> Callable[[], RecordImporter]:
    """A new run each time it is called."""
    return lambda: RecordImporter(repository, ada.actor, formats=[FORMAT])


@pytest.fixture
def count(repository: Repository) -> Callable[[type], int]:
    def rows(model: type) -> int:
        with repository.database.read() as session:
            return int(session.execute(select(func.count()).select_from(model)).scalar_one())

    return rows


def place(value: Any) -> Document:
    return Document("here", value)


def test_a_document_becomes_a_published_record_of_its_owner(
    repository: Repository, importer: Callable[[], RecordImporter], ada: Person
) -> None:
    result = importer().import_document(place({**source("1", "10.1000/182"), "colour": "red"}))
    assert (result.status, result.source, result.source_id) == ("imported", "testing", "1")
    assert result.losses == (Loss("colour", "There is no place for colours."),)
    assert result.id is not None
    record = repository.records.read(ANONYMOUS, result.id).data
    assert record["pids"]["doi"] == {"identifier": "10.1000/182", "provider": "external"}
    assert record["parent"]["access"]["owned_by"] == {"user": str(ada.subject)}
    assert record["files"]["enabled"] is False


def test_what_was_imported_can_be_found(repository: Repository, importer: Callable[[], RecordImporter]) -> None:
    importer().import_document(place(source("1", title="Hydrothermal vents of Okinawa")))
    assert repository.search.wait_for(repository.events.last_id(), 10)
    assert repository.records.search(ANONYMOUS, SearchRequest(q="okinawa")).total == 1


def test_importing_again_changes_nothing(importer: Callable[[], RecordImporter], count: Callable[[type], int]) -> None:
    first = importer().import_document(place(source("1", "10.1000/182")))
    again = importer().import_document(place(source("1", "10.1000/182")))
    assert (again.status, again.id) == ("unchanged", first.id)
    assert (count(Record), count(RecordImport), count(Draft)) == (1, 1, 0)


def test_a_changed_source_updates_its_record(repository: Repository, importer: Callable[[], RecordImporter]) -> None:
    first = importer().import_document(place(source("1", "10.1000/182", title="Before")))
    changed = importer().import_document(place(source("1", "10.1000/182", title="After")))
    assert (changed.status, changed.id) == ("updated", first.id)
    assert repository.records.read(ANONYMOUS, str(first.id)).data["metadata"]["title"] == "After"
    assert importer().import_document(place(source("1", "10.1000/182", title="After"))).status == "unchanged"


def test_the_same_source_twice_in_one_run_counts_once(importer: Callable[[], RecordImporter]) -> None:
    run = importer()
    assert run.import_document(Document("a.json", source("1"))).status == "imported"
    second = run.import_document(Document("b.json", source("1", title="Another title")))
    assert second.status == "duplicate"
    assert "a.json" in second.losses[0].reason


def test_invalid_pieces_are_left_out_and_told(repository: Repository, importer: Callable[[], RecordImporter]) -> None:
    metadata = {
        "dates": [{"date": "uuuu", "type": {"id": "issued"}}, {"date": "2020", "type": {"id": "created"}}],
        "identifiers": [{"identifier": "not a doi", "scheme": "doi"}],
    }
    result = importer().import_document(place(source("1", metadata=metadata)))
    assert result.status == "imported"
    assert {loss.field.rsplit(".", 1)[0] for loss in result.losses} == {"metadata.dates.0", "metadata.identifiers.0"}
    kept = repository.records.read(ANONYMOUS, str(result.id)).data["metadata"]
    assert [entry["date"] for entry in kept["dates"]] == ["2020"]
    assert not kept.get("identifiers")


def test_missing_required_fields_refuse_the_record_and_leave_nothing(
    importer: Callable[[], RecordImporter], count: Callable[[type], int]
) -> None:
    result = importer().import_document(place(source("1", metadata={"title": None, "creators": None})))
    assert result.status == "refused"
    assert {problem.field for problem in result.problems} == {"metadata.title", "metadata.creators"}
    assert (count(Record), count(Draft), count(RecordImport)) == (0, 0, 0)


def test_fields_that_nobody_here_keeps_are_told(importer: Callable[[], RecordImporter]) -> None:
    draft = {**document(custom_fields={"xx:unheard": "of"})}
    draft["access"]["embargo"] = {"active": True, "until": "2035-01-01"}
    result = importer().import_document(place({"id": "1", "draft": draft}))
    assert {"custom_fields.xx:unheard", "access.embargo"} <= {loss.field for loss in result.losses}


def test_a_doi_of_another_record_refuses(
    repository: Repository, importer: Callable[[], RecordImporter], grace: Person, count: Callable[[type], int]
) -> None:
    own = repository.records.create(grace.actor, source("x", "10.1000/182")["draft"])
    repository.records.publish(grace.actor, own.id)
    result = importer().import_document(place(source("1", "10.1000/182", title="Mine")))
    assert result.status == "refused"
    assert "belongs to another record" in result.problems[0].message
    assert (count(Record), count(Draft)) == (1, 0)


def test_a_record_that_was_deleted_here_stays_deleted(
    repository: Repository, importer: Callable[[], RecordImporter]
) -> None:
    first = importer().import_document(place(source("1")))
    repository.records.delete(SYSTEM, str(first.id), {"removal_reason": {"id": "spam"}})
    result = importer().import_document(place(source("1", title="It has changed meanwhile")))
    assert result.status == "refused"
    assert "was deleted here" in result.problems[0].message


def test_somebodys_edit_is_not_overwritten(
    repository: Repository, importer: Callable[[], RecordImporter], ada: Person
) -> None:
    first = importer().import_document(place(source("1")))
    repository.records.edit(ada.actor, str(first.id))
    result = importer().import_document(place(source("1", title="It has changed meanwhile")))
    assert result.status == "refused"
    assert "is being edited" in result.problems[0].message


def test_a_run_that_was_cut_off_before_publishing_is_continued(
    repository: Repository, importer: Callable[[], RecordImporter], ada: Person, count: Callable[[type], int]
) -> None:
    left = repository.records.create(ada.actor, source("1", "10.1000/182")["draft"])
    result = importer().import_document(place(source("1", "10.1000/182")))
    assert (result.status, result.id) == ("imported", left.id)
    assert (count(Record), count(Draft)) == (1, 0)


def test_a_foreign_draft_with_the_same_doi_is_left_alone(
    repository: Repository, importer: Callable[[], RecordImporter], ada: Person, count: Callable[[type], int]
) -> None:
    repository.records.create(ada.actor, source("x", "10.1000/182", title="Still writing")["draft"])
    assert importer().import_document(place(source("1", "10.1000/182"))).status == "refused"
    assert (count(Record), count(Draft)) == (0, 1)


def test_files_of_a_folder_keep_their_folders(
    repository: Repository, importer: Callable[[], RecordImporter], tmp_path: Path
) -> None:
    folder = tmp_path / "attached"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / "a.csv").write_text("1,2\n")
    (folder / "README.md").write_text("# Read me\n")
    result = importer().import_document(place(source("1")), files=folder)
    record = repository.records.read(ANONYMOUS, str(result.id)).data
    assert set(record["files"]["entries"]) == {"README.md", "data/a.csv"}
    changed = importer().import_document(place(source("1", title="Another title")))
    assert changed.status == "updated"
    assert repository.records.read(ANONYMOUS, str(result.id)).data["files"]["count"] == 2


def test_a_file_that_cannot_be_taken_leaves_no_draft(
    importer: Callable[[], RecordImporter], tmp_path: Path, count: Callable[[type], int]
) -> None:
    (tmp_path / "empty").mkdir()
    result = importer().import_document(place(source("1")), files=tmp_path / "empty")
    assert result.status == "refused"
    assert (count(Record), count(Draft)) == (0, 0)


def test_a_document_can_become_the_next_version(repository: Repository, importer: Callable[[], RecordImporter]) -> None:
    first = importer().import_document(place(source("1", title="Version one")))
    second = importer().import_document(place(source("2", title="Version two")), previous=first.id)
    data = repository.records.read(ANONYMOUS, str(second.id)).data
    assert data["versions"] == {"index": 2, "is_latest": True}
    assert data["metadata"]["title"] == "Version two"
    assert repository.records.latest(ANONYMOUS, str(first.id)) == second.id


@pytest.mark.parametrize(
    ("value", "problem", "message"),
    [
        (Document("a.jsonl:3", None, "this is not valid JSON"), "", "not valid JSON"),
        (Document("a.json", {"something": "else"}), "", "in none of the formats: Testing JSON"),
        (Document("a.json", {"id": "1", "draft": {}, "refuse": True}), "refuse", "says so"),
    ],
)
def test_what_is_no_record_is_refused_with_its_place(
    value: Document, problem: str, message: str, importer: Callable[[], RecordImporter]
) -> None:
    result = importer().import_document(value)
    assert (result.status, result.place) == ("refused", value.place)
    assert result.problems[0].field == problem
    assert message in result.problems[0].message


def test_a_run_goes_on_after_a_refusal(importer: Callable[[], RecordImporter], tmp_path: Path) -> None:
    lines = [source("1"), {"something": "else"}, source("2", metadata={"title": "x"}), source("3")]
    file = tmp_path / "dump.jsonl"
    file.write_bytes(b"\n".join(orjson.dumps(line) for line in lines))
    assert [result.status for result in importer().run([file])] == ["imported", "refused", "refused", "imported"]


def test_a_busy_database_is_waited_for(
    repository: Repository, importer: Callable[[], RecordImporter], monkeypatch: pytest.MonkeyPatch
) -> None:
    create, busy = repository.records.create, iter([True, True])

    def sometimes(*arguments: Any) -> Any:
        if next(busy, False):
            raise Busy(retry_after=0)
        return create(*arguments)

    monkeypatch.setattr(repository.records, "create", sometimes)
    assert importer().import_document(place(source("1"))).status == "imported"


def test_a_database_that_stays_busy_ends_the_run(
    repository: Repository, importer: Callable[[], RecordImporter], monkeypatch: pytest.MonkeyPatch
) -> None:
    def always(*arguments: Any) -> Any:
        raise Busy(retry_after=0)

    monkeypatch.setattr(repository.records, "create", always)
    with pytest.raises(Busy):
        importer().import_document(place(source("1")))


def test_results_are_reported_as_json(importer: Callable[[], RecordImporter]) -> None:
    result = importer().import_document(place({**source("1"), "colour": "red"}))
    assert result.to_dict() == {
        "place": "here",
        "status": "imported",
        "source": "testing",
        "source_id": "1",
        "id": result.id,
        "problems": [],
        "losses": [{"field": "colour", "reason": "There is no place for colours."}],
    }


def test_an_unknown_format_is_named_with_those_that_exist(repository: Repository) -> None:
    with pytest.raises(InvalidRequest, match=r"named 'dublin'\. Available: testing"):
        RecordImporter(repository, formats=[FORMAT], format_name="dublin")


def test_without_any_format_the_plugin_is_named(repository: Repository) -> None:
    with pytest.raises(InvalidRequest, match="'importers'"):
        RecordImporter(repository)
