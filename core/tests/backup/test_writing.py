"""What a backup folder holds, and how it is brought up to date."""

from __future__ import annotations

import stat
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select, update

from muniment.backup.errors import BackupDamaged, BackupFailed
from muniment.backup.objects import object_path
from muniment.backup.reading import Backup
from muniment.backup.writing import BackupReport
from muniment.files.models import RemovalHold, StoredObject
from muniment.repository import Repository
from muniment.testing.people import Person


def test_tables_are_json_lines_in_the_order_of_their_key(write_backup: Callable[..., BackupReport]) -> None:
    backup = Backup.open(write_backup().folder)
    rows = [orjson.loads(line) for line in backup.file("records").read_bytes().splitlines()]
    assert [row["id"] for row in rows] == sorted(row["id"] for row in rows)
    assert rows[0]["data"]["metadata"]["title"] == "深海生物の研究"
    assert backup.manifest.tables["records"].rows == len(rows)


def test_only_the_owner_can_read_it(write_backup: Callable[..., BackupReport]) -> None:
    report = write_backup()
    assert stat.S_IMODE(report.folder.stat().st_mode) == 0o700
    backup = Backup.open(report.folder)
    for file in [backup.file("users"), backup.instance / "secret_key", backup.instance / "instance.toml"]:
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_sessions_uploads_and_holds_stay_out(
    filled: Repository, write_backup: Callable[..., BackupReport], ada: Person
) -> None:
    manifest = write_backup().manifest
    assert {"sessions", "uploads", "removal_holds", "processes"} <= manifest.left_out.keys()
    assert not manifest.left_out.keys() & manifest.tables.keys()
    with filled.database.read() as session:
        assert session.execute(select(RemovalHold)).first() is None


def test_a_second_backup_beside_takes_no_space_for_files(write_backup: Callable[..., BackupReport]) -> None:
    first = write_backup("backups/one", copy=True)
    second = write_backup("backups/two")
    assert first.taken.added == first.manifest.objects > 0
    assert second.taken.added == 0
    for sha256 in Backup.open(first.folder).contents():
        assert object_path(first.folder, sha256).samefile(object_path(second.folder, sha256))


def test_a_backup_is_brought_up_to_date(
    filled: Repository, write_backup: Callable[..., BackupReport], make_record: Callable[..., Any]
) -> None:
    first = write_backup()
    make_record("One more", files={"new.txt": b"new bytes"})
    second = write_backup()
    assert second.taken.added == 1
    assert second.manifest.tables["records"].rows == first.manifest.tables["records"].rows + 1
    assert second.manifest.objects == first.manifest.objects + 1
    assert [path.name for path in second.folder.glob("state-*")] == [second.manifest.state]
    Backup.open(second.folder).check()


def test_contents_that_are_no_longer_used_leave_a_backup(
    filled: Repository, write_backup: Callable[..., BackupReport], make_draft: Callable[..., Any], ada: Person
) -> None:
    draft = make_draft("Short-lived", files={"gone.txt": b"only here"})
    first = write_backup()
    filled.records.delete_draft(ada.actor, draft.id)
    second = write_backup()
    assert second.manifest.objects == first.manifest.objects - 1
    assert len([path for path in (second.folder / "objects").rglob("*") if path.is_file()]) == second.manifest.objects


def test_a_file_with_wrong_bytes_is_named_and_the_rest_is_kept(
    filled: Repository, write_backup: Callable[..., BackupReport]
) -> None:
    with filled.database.write() as unit:
        row = unit.session.execute(select(StoredObject).limit(1)).scalar_one()
        wrong = "0" * 64
        unit.session.execute(update(StoredObject).where(StoredObject.id == row.id).values(sha256=wrong))
    report = write_backup()
    assert list(report.manifest.missing) == [wrong]
    assert "hash" in report.manifest.missing[wrong]
    assert not object_path(report.folder, wrong).exists()
    assert Backup.open(report.folder).contents().keys() == {
        path.name for path in (report.folder / "objects").rglob("*") if path.is_file()
    }


def test_a_folder_with_other_things_is_refused(write_backup: Callable[..., BackupReport], tmp_path: Path) -> None:
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "holiday.jpg").write_bytes(b"...")
    with pytest.raises(BackupFailed, match="holiday"):
        write_backup("photos")
    assert [path.name for path in (tmp_path / "photos").iterdir()] == ["holiday.jpg"]


def test_a_cut_leaves_the_earlier_backup_whole(
    filled: Repository,
    write_backup: Callable[..., BackupReport],
    make_record: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    first = write_backup()
    make_record("One more", files={"new.txt": b"new bytes"})
    monkeypatch.setattr("muniment.backup.writing._copy_instance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        write_backup()
    backup = Backup.open(first.folder)
    assert backup.manifest == first.manifest
    backup.check()
    with filled.database.read() as session:
        assert session.execute(select(RemovalHold)).first() is None


def test_checking_names_what_is_damaged(write_backup: Callable[..., BackupReport]) -> None:
    report = write_backup(copy=True)
    backup = Backup.open(report.folder)
    sha256 = next(iter(backup.contents()))
    path = object_path(report.folder, sha256)
    path.write_bytes(bytes(reversed(path.read_bytes())))
    backup.file("users").write_bytes(b"{}\n")
    problems = list(backup.problems())
    assert len(problems) == 2
    assert any(sha256 in problem for problem in problems)
    assert any("users.jsonl" in problem for problem in problems)
    with pytest.raises(BackupDamaged, match=r"users\.jsonl"):
        backup.check(hashes=False)


def test_a_folder_without_manifest_is_no_backup(tmp_path: Path) -> None:
    with pytest.raises(BackupDamaged, match="no backup"):
        Backup.open(tmp_path)


def test_a_backup_of_a_later_format_is_refused(write_backup: Callable[..., BackupReport]) -> None:
    manifest = write_backup().folder / "manifest.json"
    manifest.write_bytes(manifest.read_bytes().replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(BackupDamaged, match="format 2"):
        Backup.open(manifest.parent)


def test_the_database_may_be_written_to_meanwhile(
    filled: Repository, write_backup: Callable[..., BackupReport], tmp_path: Path
) -> None:
    """All tables are of one moment: what is added while they are read is in none of them."""
    from muniment.access.actor import SYSTEM

    written = []

    def progress(items: Any, label: str, length: int) -> Any:
        for item in items:
            yield item
            if label == "Tables" and not written:
                written.append(filled.records.create(SYSTEM, {"metadata": {"title": "Meanwhile"}}).id)

    report = write_backup(progress=progress)
    backup = Backup.open(report.folder)
    drafts = {orjson.loads(line)["id"] for line in backup.file("drafts").read_bytes().splitlines()}
    parents = {orjson.loads(line)["id"] for line in backup.file("parents").read_bytes().splitlines()}
    assert int(written[0]) not in drafts
    assert len(parents) == backup.manifest.tables["parents"].rows
    events = [orjson.loads(line)["key"] for line in backup.file("events").read_bytes().splitlines()]
    assert f"draft:{written[0]}" not in events
