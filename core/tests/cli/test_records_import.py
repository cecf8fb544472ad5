"""`muniment records import` as operators call it."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner, Result

from muniment.cli.main import group
from muniment.records import record_importer
from muniment.records.importing import ImportedRecord, ImportFormat, KnownTerms, Loss
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing import Person
from muniment.testing.documents import document


def read(source: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    loss = Loss("colour", f"The colour '{source['id']}' has no place.")
    return ImportedRecord(str(source["id"]), document(title=str(source["title"])), (loss,), source="testing")


FORMAT = ImportFormat("testing", "Testing JSON", lambda source: "title" in source, read)


@pytest.fixture
def run(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Calls the command with one format, whatever plugins are installed."""
    with_format = functools.partial(record_importer.RecordImporter, formats=[FORMAT])
    monkeypatch.setattr(record_importer, "RecordImporter", with_format)
    return lambda *arguments: CliRunner().invoke(
        group, ["--instance", str(instance.path), "records", "import", *map(str, arguments)]
    )


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    file = tmp_path / "dump.jsonl"
    documents = [
        {"id": "1", "title": "Sea ice"},
        {"no": "title"},
        {"id": "2", "title": "Vents"},
        {"id": 3, "title": "x"},
    ]
    file.write_bytes(b"\n".join(orjson.dumps(entry) for entry in documents))
    return file


def test_it_tells_what_became_of_each_document(run: Callable[..., Result], lines: Path) -> None:
    result = run(lines)
    assert result.exit_code == 1
    assert "2 imported, 0 updated, 0 unchanged, 0 duplicate, 2 refused." in result.stdout
    assert f"Refused {lines}:2: The document is in none of the formats" in result.stdout
    assert f"Refused {lines}:4: metadata.title: Shorter than minimum length 3." in result.stdout
    assert "       2  The colour '…' has no place." in result.stdout


def test_a_run_without_refusals_ends_well_and_can_be_repeated(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "one.json"
    file.write_bytes(orjson.dumps({"id": "1", "title": "Sea ice"}))
    assert run(file).exit_code == 0
    again = run(file)
    assert again.exit_code == 0
    assert again.stdout == "0 imported, 0 updated, 1 unchanged, 0 duplicate, 0 refused.\n"


def test_machines_get_json_and_a_report_of_every_document(
    run: Callable[..., Result], lines: Path, tmp_path: Path
) -> None:
    result = run(lines, "--json", "--report", tmp_path / "report.jsonl")
    told = orjson.loads(result.stdout)
    assert told["counts"] == {"imported": 2, "updated": 0, "unchanged": 0, "duplicate": 0, "refused": 2}
    assert told["losses"] == {"The colour '…' has no place.": 2}
    report = [orjson.loads(line) for line in (tmp_path / "report.jsonl").read_bytes().splitlines()]
    assert [entry["status"] for entry in report] == ["imported", "refused", "imported", "refused"]
    assert report[0]["losses"] == [{"field": "colour", "reason": "The colour '1' has no place."}]


def test_the_owner_gets_the_records(
    run: Callable[..., Result], lines: Path, repository: Repository, ada: Person
) -> None:
    run(lines, "--owner", ada.email)
    found = [item.data for item in repository.records.every_record(ada.actor)]
    assert {record["parent"]["access"]["owned_by"]["user"] for record in found} == {str(ada.subject)}


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["--owner", "nobody@example.org"], 1, "There is no account with the address nobody@example.org."),
        (["--format", "dublin"], 1, "There is no import format named 'dublin'. Available: testing."),
        (["--colour"], 2, "No such option"),
    ],
)
def test_what_is_called_wrongly_is_told(
    arguments: list[str], code: int, message: str, run: Callable[..., Result], lines: Path
) -> None:
    result = run(lines, *arguments)
    assert result.exit_code == code
    assert message in result.stderr


def test_a_file_that_does_not_exist_is_told(run: Callable[..., Result], tmp_path: Path) -> None:
    result = run(tmp_path / "none.json")
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
