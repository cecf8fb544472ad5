"""What a restore refuses, how it goes on after a cut, and what it leaves out."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.backup import restoring
from muniment.backup.errors import BackupDamaged, RestoreRefused
from muniment.backup.marker import refuse_half_restored
from muniment.backup.objects import object_path
from muniment.backup.reading import Backup
from muniment.backup.restoring import Choices, restore
from muniment.backup.writing import BackupReport
from muniment.errors import ConfigurationError
from muniment.plugins.discovery import discover
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock

from .conftest import everything


def test_a_filled_database_is_refused_and_left_alone(
    filled: Repository, write_backup: Callable[..., BackupReport]
) -> None:
    folder = write_backup().folder
    before = everything(filled)
    with pytest.raises(RestoreRefused, match="is not empty"):
        restore(folder, filled.instance.path, environ={})
    assert everything(filled) == before


def test_an_instance_that_is_served_is_refused(
    write_backup: Callable[..., BackupReport], instance: Instance, empty_database_url: str
) -> None:
    lock = RunLock(instance)
    lock.acquire()
    try:
        with pytest.raises(ConfigurationError, match="served already"):
            restore(write_backup().folder, instance.path, Choices(empty_database_url), environ={})
    finally:
        lock.release()


def test_the_same_instance_moves_to_another_database(
    filled: Repository, write_backup: Callable[..., BackupReport], empty_database_url: str
) -> None:
    folder = write_backup().folder
    before = everything(filled)
    report = restore(folder, filled.instance.path, Choices(empty_database_url, id_gap=0), environ={})
    assert report.placed == 0
    moved = Repository(Instance.load(filled.instance.path, environ={}))
    try:
        assert moved.config.database.url == empty_database_url
        assert moved.config.site.name == "Test Repository"
        assert everything(moved) == before
    finally:
        moved.close()


def test_a_folder_with_other_things_is_refused(write_backup: Callable[..., BackupReport], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"...")
    with pytest.raises(RestoreRefused, match="not empty"):
        restore(write_backup().folder, tmp_path / "photos", environ={})


def test_a_damaged_table_stops_the_restore(
    write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    report = write_backup()
    file = Backup.open(report.folder).file("records")
    file.write_bytes(file.read_bytes().replace(b"Withdrawn", b"Withdrawm"))
    with pytest.raises(BackupDamaged, match=r"records\.jsonl"):
        restore(report.folder, tmp_path / "restored", Choices(fresh_url), environ={})
    assert not (tmp_path / "restored").exists()


def test_a_damaged_file_stops_the_restore_and_a_mended_backup_goes_on(
    filled: Repository, write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    report = write_backup(copy=True)
    path = object_path(report.folder, sorted(Backup.open(report.folder).contents())[-1])
    whole = path.read_bytes()
    path.write_bytes(bytes(len(whole)))
    with pytest.raises(BackupDamaged, match="hash"):
        restore(report.folder, tmp_path / "restored", Choices(fresh_url), environ={})
    instance = Instance.load(tmp_path / "restored", environ={})
    with pytest.raises(ConfigurationError, match="being restored"):
        refuse_half_restored(instance)
    path.write_bytes(whole)
    again = restore(report.folder, tmp_path / "restored", Choices(fresh_url), environ={})
    assert again.placed >= 1
    refuse_half_restored(again.instance)
    restored = Repository(again.instance, environ={})
    try:
        assert everything(restored) == everything(filled)
    finally:
        restored.close()


def test_a_restore_that_was_cut_between_rows_begins_again(
    filled: Repository,
    write_backup: Callable[..., BackupReport],
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_backup().folder

    def cut(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("muniment.backup.filling._move_sequences", cut)
        with pytest.raises(KeyboardInterrupt):
            restore(folder, tmp_path / "restored", Choices(empty_database_url), environ={})
    report = restore(folder, tmp_path / "restored", Choices(empty_database_url, id_gap=0), environ={})
    restored = Repository(report.instance, environ={})
    try:
        assert everything(restored) == everything(filled)
    finally:
        restored.close()


def test_rows_that_arrive_changed_are_noticed(
    write_backup: Callable[..., BackupReport], empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = write_backup()
    real = restoring.fill.__globals__["batches_of"]

    def losing(file: Path, shape: object) -> object:
        for batch in real(file, shape):
            yield batch[:-1] if file.name == "audit_entries.jsonl" else batch

    monkeypatch.setattr("muniment.backup.filling.batches_of", losing)
    with pytest.raises(BackupDamaged, match="audit_entries"):
        restore(report.folder, tmp_path / "restored", Choices(empty_database_url), environ={})


@pytest.mark.plugins("datacite")
def test_a_plugin_that_is_not_installed_is_named_and_can_be_left_out(
    filled: Repository,
    write_backup: Callable[..., BackupReport],
    tmp_path: Path,
    fresh_url: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    folder = write_backup().folder
    monkeypatch.delitem(discover().plugins, "datacite")
    with pytest.raises(RestoreRefused, match="--without datacite"):
        restore(folder, tmp_path / "restored", Choices(fresh_url), environ={})
    report = restore(folder, tmp_path / "restored", Choices(fresh_url, without=("datacite",)), environ={})
    restored = Repository(report.instance, environ={})
    try:
        assert "datacite" not in restored.plugins.enabled()
        assert not restored.read_only
        assert restored.records.count_index_keys() == filled.records.count_index_keys()
    finally:
        restored.close()


def test_a_backup_of_later_software_is_refused(
    write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    manifest = write_backup().folder / "manifest.json"
    text = manifest.read_text()
    manifest.write_text(re.sub(r'"alembic_version": "\d+"', '"alembic_version": "0999"', text))
    with pytest.raises(RestoreRefused, match="0999"):
        restore(manifest.parent, tmp_path / "restored", Choices(fresh_url), environ={})


def test_the_key_comes_along(
    filled: Repository, write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    report = restore(write_backup().folder, tmp_path / "restored", Choices(fresh_url), environ={})
    assert report.instance.secret_key == filled.instance.secret_key
    assert (report.instance.var / "secret_key").stat().st_mode & 0o777 == 0o600
    assert not (report.instance.path / "secret_key").exists()


def test_templates_and_static_files_come_along(
    filled: Repository, write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    (filled.instance.static).mkdir()
    (filled.instance.static / "logo.svg").write_text("<svg/>")
    report = restore(write_backup().folder, tmp_path / "restored", Choices(fresh_url), environ={})
    assert (report.instance.static / "logo.svg").read_text() == "<svg/>"


def test_the_index_of_another_state_is_forgotten(
    filled: Repository, write_backup: Callable[..., BackupReport], tmp_path: Path, empty_database_url: str
) -> None:
    filled.search.reindex()
    folder = write_backup().folder
    filled.close()
    report = restore(folder, filled.instance.path, Choices(empty_database_url), environ={})
    assert not (report.instance.var / "index").exists()
    restored = Repository(report.instance, environ={"MUNIMENT__DATABASE__URL": empty_database_url})
    try:
        restored.search.wait_for(restored.events.last_id(), 10)
        assert restored.search.status().lag == 0
    finally:
        restored.close()


def test_the_gap_comes_from_the_configuration(
    write_backup: Callable[..., BackupReport], tmp_path: Path, fresh_url: str
) -> None:
    report = restore(
        write_backup().folder, tmp_path / "restored", Choices(fresh_url), environ={"MUNIMENT__RECORDS__ID_GAP": "5000"}
    )
    restored = Repository(report.instance, environ={})
    try:
        assert int(restored.records.create(SYSTEM, {}).id) > 5000
    finally:
        restored.close()
