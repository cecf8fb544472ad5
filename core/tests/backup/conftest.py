"""A repository with something of everything, and empty places to restore it into."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from muniment.access.actor import ANONYMOUS, SYSTEM
from muniment.backup.restoring import Choices, RestoreReport, restore
from muniment.backup.writing import BackupReport, back_up
from muniment.errors import MunimentError
from muniment.repository import Repository
from muniment.testing.people import Person


@pytest.fixture
def filled(
    repository: Repository, ada: Person, grace: Person, make_draft: Callable[..., Any], make_record: Callable[..., Any]
) -> Repository:
    """Records with files, versions, an open edit, a tombstone, restricted ones, drafts, tokens, half an upload."""
    records = repository.records
    first = make_record("深海生物の研究", files={"data/2024/a.csv": b"a,b\n1,2\n", "notes.txt": b"notes" * 1000})
    second = records.new_version(ada.actor, first.id)
    records.import_files(ada.actor, second.id)
    records.update_draft(ada.actor, second.id, {**second.data, "metadata": {**first.data["metadata"], "version": "2"}})
    records.publish(ada.actor, second.id)
    edited = make_record("Zürich, größer", metadata={"description": "<p>1e16 &amp; 😀</p>"})
    records.edit(ada.actor, edited.id)
    make_record(
        "Secret", record_access="restricted", files_access="restricted", files={"secret.bin": bytes(range(256))}
    )
    gone = make_record("Withdrawn")
    records.delete(ada.actor, gone.id, {"removal_reason": {"id": "spam"}, "note": "Sent by mistake"})
    make_draft("Never finished", actor=grace.actor, files={"draft.txt": b"draft"})
    repository.tokens.create_for_subject(ada.subject, "notebook")
    repository.deliveries.run_until_idle()
    return repository


@pytest.fixture
def write_backup(filled: Repository, tmp_path: Path) -> Callable[..., BackupReport]:
    """Backs the filled repository up, by default into `backups/one`."""

    def write(name: str = "backups/one", **options: Any) -> BackupReport:
        return back_up(filled.instance, filled.database, tmp_path / name, **options)

    return write


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty database of each kind; PostgreSQL where the run has a cluster."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.db'}"
        return
    cluster = os.environ.get("MUNIMENT_TEST_POSTGRESQL")
    if cluster is None:
        pytest.skip("this run has no PostgreSQL")
    name = f"restored_{uuid.uuid4().hex[:12]}"
    engine = create_engine(cluster, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    yield cluster.replace("/postgres?", f"/{name}?")
    with engine.connect() as connection:
        connection.execute(text(f'DROP DATABASE "{name}" WITH (FORCE)'))
    engine.dispose()


@pytest.fixture
def fresh_url(tmp_path: Path) -> str:
    """An SQLite database that is not there yet."""
    return f"sqlite:///{tmp_path / 'fresh' / 'restored.db'}"


@pytest.fixture
def restore_to(tmp_path: Path) -> Iterator[Callable[..., Repository]]:
    """Restores a backup into a new instance folder and opens it."""
    opened: list[Repository] = []

    def make(folder: Path, url: str | None = None, name: str = "restored", **choices: Any) -> Repository:
        report: RestoreReport = restore(folder, tmp_path / name, Choices(url, **choices), environ={})
        opened.append(Repository(report.instance, environ={}))
        return opened[-1]

    yield make
    for repository in opened:
        repository.close()


def everything(repository: Repository) -> dict[str, Any]:
    """What each reader is told about each record and draft, and the bytes of each file."""
    readers = {"anonymous": ANONYMOUS, "system": SYSTEM}
    for email in ("ada@example.org", "grace@example.org"):
        user = repository.users.find(email)
        assert user is not None
        readers[email] = repository.users.actor_for_user(user)
    keys = repository.records.index_keys(None, 1000)
    found: dict[str, Any] = {"keys": sorted(keys)}
    for name, actor in readers.items():
        for key in keys:
            kind, _, number = key.partition(":")
            public = repository.records.public_id(int(number))
            read = repository.records.read if kind == "record" else repository.records.read_draft
            found[f"{name} {key}"] = _answer(read, actor, public)
    return found


def _answer(read: Callable[..., Any], actor: Any, number: str) -> Any:
    try:
        return read(actor, number).data
    except MunimentError as error:
        return error.to_dict()
