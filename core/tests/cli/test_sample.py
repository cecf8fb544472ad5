"""Samples: documents with files, versions, restrictions and tombstones, loaded once however often."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner
from sqlalchemy import select

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.cli.main import group
from muniment.cli.sample import load_sample, read_sample
from muniment.errors import ConfigurationError, Gone, PermissionDenied
from muniment.records import record_importer
from muniment.records.importing import ImportedRecord, ImportFormat, KnownTerms
from muniment.records.models import Record
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.documents import document

SAMPLE = """
[owner]
email = "sample@example.org"
full_name = "Sample Curator"

[documents]
files = ["own.jsonl", "others.jsonl"]

[records.gauge-1]
files = "files/gauge"

[records.gauge-2]
files = "files/gauge"
version_of = "gauge-1"

[records.twice]
tombstone = { removal_reason = "duplicate", note = "Uploaded twice." }
"""


def read(source: Mapping[str, Any], known: KnownTerms) -> ImportedRecord:
    access = str(source.get("access", "public"))
    draft = document(title=str(source["title"]), record_access=access, files_access=access)
    return ImportedRecord(str(source["title"]), draft, source="testing")


@pytest.fixture(autouse=True)
def _one_format(monkeypatch: pytest.MonkeyPatch) -> None:
    testing = ImportFormat("testing", "Testing JSON", lambda source: "title" in source, read)
    with_format = functools.partial(record_importer.RecordImporter, formats=[testing])
    monkeypatch.setattr(record_importer, "RecordImporter", with_format)


@pytest.fixture
def folder(instance: Instance) -> Path:
    folder = instance.path / "sample"
    (folder / "files" / "gauge" / "data").mkdir(parents=True)
    (folder / "files" / "gauge" / "data" / "2024.csv").write_text("day,mm\n1,0.2\n")
    own = [
        {"id": "gauge-1", "title": "Garden gauge, first year"},
        {"id": "gauge-2", "title": "Garden gauge, second year"},
        {"id": "twice", "title": "Garden gauge, again"},
        {"id": "notes", "title": "Notes on gauges", "access": "restricted"},
    ]
    others = [{"title": "Sea ice"}, {"title": "Vents"}, {"title": "x"}]
    for name, documents in (("own", own), ("others", others)):
        (folder / f"{name}.jsonl").write_bytes(b"\n".join(orjson.dumps(entry) for entry in documents))
    (folder / "sample.toml").write_text(SAMPLE)
    return folder


def ids(repository: Repository) -> dict[str, str]:
    return {item.data["metadata"]["title"]: item.id for item in repository.records.every_record(SYSTEM)}


def test_everything_is_loaded(repository: Repository, folder: Path) -> None:
    watched: list[Any] = []

    def watch(documents: Iterable[Any]) -> Iterator[Any]:
        for item in documents:
            watched.append(item)
            yield item

    report = load_sample(repository, folder, watch)
    assert report.counts == {"imported": 6, "refused": 1}
    assert report.refused[0].problems[0].field == "metadata.title"
    assert len(watched) == 7
    found = ids(repository)
    second = repository.records.read(ANONYMOUS, found["Garden gauge, second year"]).data
    assert second["versions"] == {"index": 2, "is_latest": True}
    assert list(second["files"]["entries"]) == ["data/2024.csv"]
    first = repository.records.read(ANONYMOUS, found["Garden gauge, first year"]).data
    assert first["parent"]["id"] == second["parent"]["id"]
    assert repository.records.read(ANONYMOUS, found["Vents"]).data["versions"]["index"] == 1
    with pytest.raises(PermissionDenied):
        repository.records.read(ANONYMOUS, found["Notes on gauges"])


def test_the_deleted_record_leaves_a_tombstone(repository: Repository, folder: Path) -> None:
    load_sample(repository, folder)
    with repository.database.read() as session:
        rows = session.execute(select(Record).where(Record.deletion_status == "D")).scalars().all()
    assert [row.data["metadata"]["title"] for row in rows] == ["Garden gauge, again"]
    with pytest.raises(Gone) as gone:
        repository.records.read(ANONYMOUS, str(rows[0].id))
    assert gone.value.tombstone["note"] == "Uploaded twice."
    assert gone.value.tombstone["removal_reason"]["id"] == "duplicate"


def test_the_owner_has_an_account_without_password(repository: Repository, folder: Path) -> None:
    load_sample(repository, folder)
    owner = repository.users.find("sample@example.org")
    assert owner is not None
    assert owner.full_name == "Sample Curator"
    assert not repository.users.passwords.has_password(repository, owner.subject_id)
    record = next(iter(repository.records.every_record(SYSTEM))).data
    assert record["parent"]["access"]["owned_by"] == {"user": str(owner.subject_id)}


def test_loading_again_adds_nothing(repository: Repository, folder: Path) -> None:
    load_sample(repository, folder)
    before = ids(repository)
    assert load_sample(repository, folder).counts == {"unchanged": 6, "refused": 1}
    assert ids(repository) == before


def test_the_command_tells_what_it_did(repository: Repository, instance: Instance, folder: Path) -> None:
    result = CliRunner().invoke(group, ["--instance", str(instance.path), "sample"])
    assert result.exit_code == 0
    assert "Loaded 6 sample records (0 were there already)." in result.stdout
    assert "metadata.title: Shorter than minimum length 3." in result.stderr


def test_an_instance_without_sample_is_left_empty(instance: Instance) -> None:
    result = CliRunner().invoke(group, ["--instance", str(instance.path), "sample"])
    assert result.exit_code == 0
    assert "There are no sample records" in result.stdout


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("[owner", "not valid TOML"),
        ("[documents]\nfiles = []", "owner.email is missing"),
        ("owner = 'me'", "owner must be a table"),
        ("[owner]\nemail = 'a@example.org'", "documents.files is missing"),
        (SAMPLE + "\n[records.x]\nfile = 'a'", "records.x: unknown key 'file'"),
        (SAMPLE + "\n[records.x]\ntombstone = {}", "records.x.tombstone.removal_reason is missing"),
    ],
)
def test_mistakes_in_the_description_are_named(content: str, message: str, folder: Path) -> None:
    (folder / "sample.toml").write_text(content)
    with pytest.raises(ConfigurationError, match=r"sample\.toml") as refusal:
        read_sample(folder)
    assert message in str(refusal.value)


def test_a_version_of_something_that_is_not_there_is_named(repository: Repository, folder: Path) -> None:
    (folder / "sample.toml").write_text(SAMPLE.replace('version_of = "gauge-1"', 'version_of = "gauge-0"'))
    with pytest.raises(ConfigurationError, match="version_of names 'gauge-0'"):
        load_sample(repository, folder)
