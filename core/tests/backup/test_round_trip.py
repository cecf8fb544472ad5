"""A restored instance answers as the one that was backed up, whichever database either of them uses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from muniment.access.actor import SYSTEM
from muniment.backup.writing import BackupReport
from muniment.files.models import StoredObject
from muniment.privacy.ledger import ErasureLedger, erase_again
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.web.app import create_app

from .conftest import everything


def test_the_restored_instance_answers_the_same(
    filled: Repository,
    ada: Person,
    write_backup: Callable[..., BackupReport],
    restore_to: Callable[..., Repository],
    empty_database_url: str,
) -> None:
    token = filled.tokens.create_for_subject(ada.subject, "script")
    before = everything(filled)
    restored = restore_to(write_backup().folder, empty_database_url)
    assert everything(restored) == before
    assert len(before["keys"]) >= 7
    assert stored_bytes(restored) == stored_bytes(filled)
    assert bytes(range(256)) in stored_bytes(restored).values()
    assert restored.users.authenticate(ada.email, ada.password).subject_id == ada.subject
    client = create_app(restored).test_client()
    answer = client.get("/api/user/records", headers={"Authorization": f"Bearer {token}"})
    assert answer.get_json()["hits"]["total"] > 0
    restored.search.wait_for(restored.events.last_id(), 10)
    page = restored.records.search(SYSTEM, SearchRequest(q="深海"))
    assert [hit.data["metadata"]["title"] for hit in page.hits] == ["深海生物の研究"]


def test_the_folder_is_as_open_as_a_new_one(
    write_backup: Callable[..., BackupReport], restore_to: Callable[..., Repository], fresh_url: str, tmp_path: Path
) -> None:
    """A backup is for its owner only; nginx has to reach the files of an instance."""
    new = tmp_path / "new"
    new.mkdir()
    restored = restore_to(write_backup().folder, fresh_url)
    assert restored.instance.path.stat().st_mode == new.stat().st_mode


def test_whoever_was_deleted_since_the_backup_is_deleted_again(
    filled: Repository,
    ada: Person,
    grace: Person,
    write_backup: Callable[..., BackupReport],
    restore_to: Callable[..., Repository],
    empty_database_url: str,
    fresh_url: str,
) -> None:
    folder = write_backup().folder
    filled.erasure.erase(ada.subject)
    filled.deliveries.run_until_idle()
    newer = write_backup("backups/two").folder
    restored = restore_to(folder, empty_database_url)
    assert restored.users.find(ada.email) is not None
    ErasureLedger.of(restored.instance).add(ErasureLedger.of(filled.instance).entries())
    assert erase_again(restored) == 1
    assert restored.users.find(ada.email) is None
    assert restored.users.find(grace.email) is not None
    # A backup brings the ledger of its time along, and it is no file of the instance.
    from_newer = restore_to(newer, fresh_url, "from-newer")
    assert ErasureLedger.of(from_newer.instance).entries() == ErasureLedger.of(filled.instance).entries()
    assert not (from_newer.instance.path / "erasures.jsonl").exists()


def test_work_goes_on_with_numbers_that_were_never_given(
    filled: Repository,
    write_backup: Callable[..., BackupReport],
    restore_to: Callable[..., Repository],
    empty_database_url: str,
    ada: Person,
    make_draft: Callable[..., Any],
) -> None:
    folder = write_backup().folder
    after_backup = make_draft("Made after the backup")
    restored = restore_to(folder, empty_database_url, id_gap=50)
    user = restored.users.create("new@example.org", confirmed=True)
    draft = restored.records.create(restored.users.actor_for_user(user), {"metadata": {"title": "New"}})
    assert int(draft.id) > 50
    assert int(draft.id) > int(after_backup.id)
    assert user.subject_id > 50
    assert restored.search.wait_for(restored.events.last_id(), 10)  # the log can be read to its end


def test_a_backup_of_the_restored_instance_is_the_same(
    write_backup: Callable[..., BackupReport],
    restore_to: Callable[..., Repository],
    empty_database_url: str,
    tmp_path: Path,
) -> None:
    """Tables come out alike, byte by byte, whatever the database."""
    from muniment.backup.writing import back_up

    first = write_backup()
    restored = restore_to(first.folder, empty_database_url, id_gap=0)
    second = back_up(restored.instance, restored.database, tmp_path / "again" / "two")
    tables = [report.manifest.tables for report in (first, second)]
    assert {name: table.sha256 for name, table in tables[0].items()} == {
        name: table.sha256 for name, table in tables[1].items()
    }
    assert first.manifest.sequences == second.manifest.sequences


@pytest.mark.plugins("datacite")
def test_tables_of_plugins_are_kept_also_while_they_are_disabled(
    filled: Repository,
    write_backup: Callable[..., BackupReport],
    restore_to: Callable[..., Repository],
    empty_database_url: str,
) -> None:
    enabled = {name: table for name, table in write_backup().manifest.tables.items() if name.startswith("datacite_")}
    assert sum(table.rows for table in enabled.values()) > 0
    before = everything(filled)
    filled.plugins.disable("datacite", SYSTEM)
    written = write_backup("backups/two")
    assert {name: written.manifest.tables[name] for name in enabled} == enabled
    restored = restore_to(written.folder, empty_database_url)
    assert "datacite" not in restored.generation.names
    restored.plugins.enable("datacite", SYSTEM)
    assert everything(restored.successor()) == before


def stored_bytes(repository: Repository) -> dict[str, bytes]:
    """The bytes of every stored object, by its key."""
    with repository.database.read() as session:
        rows = session.execute(select(StoredObject.storage_key, StoredObject.backend)).all()
    found = {}
    for key, backend in rows:
        with repository.files.storages.named(backend).open(key) as handle:
            found[key] = handle.read()
    return found
