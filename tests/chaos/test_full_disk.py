"""A disk that is really full: a small file system in memory, filled to its last byte, and emptied again.

Whatever needs room says so with 507 and the name of the file, leaves nothing half written, and works once there is
room. The database lies on the full disk or beside it: both happen.
"""

from __future__ import annotations

import base64
import hashlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.backup.errors import BackupFailed
from muniment.backup.reading import Backup
from muniment.backup.writing import back_up
from muniment.records.requests import SearchRequest
from muniment.web.app import create_app

SIZE_MB = 40
DATA = os.urandom(600_000)
BYTES = {"Content-Type": "application/octet-stream"}
TUS = {"Tus-Resumable": "1.0.0"}

pytestmark = [
    pytest.mark.slow,
    # What is tested is the disk itself, not the room that the settings keep free.
    pytest.mark.configuration("files", min_free_bytes=0),
]


class SmallDisk:
    """A mounted file system of a few megabytes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._ballast = path / "ballast"

    def fill(self, left: int = 0) -> None:
        """Leave `left` bytes of room."""
        free = os.statvfs(self.path).f_bavail * os.statvfs(self.path).f_frsize
        with self._ballast.open("ab") as handle:
            os.posix_fallocate(handle.fileno(), handle.tell(), max(1, free - left))

    def free(self) -> None:
        self._ballast.unlink()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    """Where the test's instance keeps everything."""
    folder = tmp_path / "instance" / "var"
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("only the system's administrator can mount a small file system, and not in every container")
    yield SmallDisk(folder)
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.fixture(params=["database on the disk", "database elsewhere"])
def database_url(request: Any, disk: SmallDisk, database_template: Any, tmp_path: Path) -> Iterator[str]:
    on_it = request.param == "database on the disk"
    if on_it and request.getfixturevalue("database_kind") != "sqlite":
        pytest.skip("PostgreSQL keeps its files elsewhere")
    folder = disk.path if on_it else tmp_path / "elsewhere"
    folder.mkdir(exist_ok=True)
    url = database_template.copy(folder / "muniment.db")
    yield url
    database_template.drop(url)


@pytest.fixture
def app(repository: Any, disk: SmallDisk, built_assets: Path) -> Any:
    shutil.copytree(built_assets, disk.path / "assets")  # links do not lead to another disk
    return create_app(repository)


@pytest.fixture
def owner(api: Any, ada: Any) -> Any:
    return api.as_(ada)


@pytest.fixture
def draft(make_draft: Callable[..., Any]) -> str:
    number: str = make_draft("Before the disk was full", files={"notes.txt": b"notes"}).id
    return number


def expect_full(answer: Any, *names: str) -> None:
    assert answer.status_code == 507, answer.text
    assert "full" in answer.json["message"]
    for name in names:
        assert name in answer.json["message"]


def keys(owner: Any, draft: str) -> list[str]:
    """The names of the draft's files."""
    return [entry["key"] for entry in owner.get(f"/api/records/{draft}/draft/files").json["entries"]]


def leftovers(disk: SmallDisk) -> list[str]:
    """What lies half written among the files."""
    return [path.name for path in (disk.path / "files").rglob("*") if path.name.endswith(".part")]


def test_a_file_sent_in_one_request(owner: Any, draft: str, disk: SmallDisk) -> None:
    files = f"/api/records/{draft}/draft/files"
    assert owner.post(files, json=[{"key": "data.bin"}]).status_code == 201
    disk.fill(left=200_000)
    expect_full(owner.put(f"{files}/data.bin/content", data=DATA, headers=BYTES), "data.bin")
    assert leftovers(disk) == []
    assert owner.get(f"{files}/data.bin").json["status"] == "pending"

    disk.free()
    assert owner.put(f"{files}/data.bin/content", data=DATA, headers=BYTES).status_code == 200
    committed = owner.post(f"{files}/data.bin/commit")
    assert committed.json["checksum"] == "md5:" + hashlib.md5(DATA).hexdigest()


def test_announcing_a_file_without_any_room(owner: Any, draft: str, disk: SmallDisk) -> None:
    files = f"/api/records/{draft}/draft/files"
    disk.fill()
    transfer = {"type": "M", "parts": 2, "part_size": 300_000}
    expect_full(owner.post(files, json=[{"key": "big.bin", "size": len(DATA), "transfer": transfer}]), "big.bin")
    assert keys(owner, draft) == ["notes.txt"]


def test_a_part_of_a_file(owner: Any, draft: str, disk: SmallDisk) -> None:
    files = f"/api/records/{draft}/draft/files"
    transfer = {"type": "M", "parts": 2, "part_size": 300_000}
    announced = owner.post(files, json=[{"key": "big.bin", "size": len(DATA), "transfer": transfer}])
    assert announced.status_code == 201
    assert owner.put(f"{files}/big.bin/content/1", data=DATA[:300_000], headers=BYTES).status_code == 200
    disk.fill(left=100_000)
    expect_full(owner.put(f"{files}/big.bin/content/2", data=DATA[300_000:], headers=BYTES), "big.bin")
    missing = owner.post(f"{files}/big.bin/commit")
    assert missing.status_code in (400, 507)

    disk.free()
    assert owner.put(f"{files}/big.bin/content/2", data=DATA[300_000:], headers=BYTES).status_code == 200
    committed = owner.post(f"{files}/big.bin/commit")
    assert committed.json["checksum"] == "md5:" + hashlib.md5(DATA).hexdigest()


def test_a_resumable_upload_goes_on_where_it_stood(owner: Any, draft: str, disk: SmallDisk) -> None:
    uploads = f"/api/records/{draft}/draft/uploads"
    name = base64.b64encode(b"big.bin").decode()
    described = {**TUS, "Upload-Length": str(len(DATA)), "Upload-Metadata": f"key {name}"}
    made = owner.post(uploads, headers=described)
    assert made.status_code == 201
    path = "/api/" + made.headers["Location"].partition("/api/")[2]
    chunk = {**TUS, "Content-Type": "application/offset+octet-stream"}
    first = owner.request("PATCH", path, data=DATA[:100_000], headers={**chunk, "Upload-Offset": "0"})
    assert first.status_code == 204

    disk.fill(left=100_000)
    refused = owner.request("PATCH", path, data=DATA[100_000:], headers={**chunk, "Upload-Offset": "100000"})
    expect_full(refused, "big.bin")

    disk.free()
    offset = int(owner.request("HEAD", path, headers=TUS).headers["Upload-Offset"])
    assert 100_000 <= offset < len(DATA)
    rest = owner.request("PATCH", path, data=DATA[offset:], headers={**chunk, "Upload-Offset": str(offset)})
    assert rest.status_code == 204, rest.text
    entry = owner.get(f"/api/records/{draft}/draft/files/big.bin").json
    assert (entry["status"], entry["checksum"]) == ("completed", "md5:" + hashlib.md5(DATA).hexdigest())


def test_beginning_a_resumable_upload_without_any_room(owner: Any, draft: str, disk: SmallDisk) -> None:
    disk.fill()
    described = {
        **TUS,
        "Upload-Length": str(len(DATA)),
        "Upload-Metadata": "key " + base64.b64encode(b"a.bin").decode(),
    }
    expect_full(owner.post(f"/api/records/{draft}/draft/uploads", headers=described), "a.bin")
    assert keys(owner, draft) == ["notes.txt"]


def test_saving_and_publishing_a_draft(owner: Any, draft: str, disk: SmallDisk, database_url: str) -> None:
    """With the database on the full disk nothing changes; elsewhere all goes on but the index, which comes after."""
    on_it = str(disk.path) in database_url
    path = f"/api/records/{draft}/draft"
    saved = owner.get(path).json
    disk.fill()
    grown = {**saved, "metadata": {**saved["metadata"], "description": "<p>" + "Longer. " * 30_000 + "</p>"}}
    answer = owner.put(path, json=grown)
    if on_it:
        expect_full(answer)
        answer = until_full(owner, path, saved)
        expect_full(answer)
        expect_full(owner.post(f"{path}/actions/publish"))
        assert owner.get(path).json["revision_id"] == saved["revision_id"]
        assert owner.get(f"/api/records/{draft}").status_code == 404
    else:
        assert answer.status_code == 200
        assert owner.post(f"{path}/actions/publish").status_code == 202
        assert owner.get(f"/api/records/{draft}").status_code == 200

    disk.free()
    if on_it:
        assert owner.put(path, json=grown).status_code == 200
        assert owner.post(f"{path}/actions/publish").status_code == 202
    assert owner.get("/api/records?q=Before").json["hits"]["total"] == 1


def until_full(owner: Any, path: str, saved: dict[str, Any]) -> Any:
    """A small change may still find room in the log of the database; the next one does not."""
    for _ in range(20):
        answer = owner.put(path, json={**saved, "metadata": {**saved["metadata"], "version": "x" * 50_000}})
        if answer.status_code != 200:
            break
    return answer


def test_the_index_catches_up(repository: Any, ada: Any, make_draft: Any, disk: SmallDisk, database_url: str) -> None:
    if str(disk.path) in database_url:
        pytest.skip("nothing is published while the database cannot be written")
    draft = make_draft("Published into a full disk")
    repository.search.start()
    disk.fill()
    record = repository.records.publish(ada.actor, draft.id)
    assert repository.records.read(ada.actor, record.id).data["metadata"]["title"] == "Published into a full disk"
    disk.free()
    deadline = time.monotonic() + 30
    while repository.search.status().lag and time.monotonic() < deadline:
        time.sleep(0.05)
    found = repository.records.search(ada.actor, SearchRequest(q="published full disk"))
    assert [hit.id for hit in found.hits] == [record.id]
    assert repository.search.status().set_aside == 0


def test_letters_wait_for_room(
    repository: Any, run_jobs: Any, mailbox: Path, disk: SmallDisk, database_url: str
) -> None:
    if str(disk.path) in database_url:
        pytest.skip("nobody signs up while the database cannot be written")
    before = set(mailbox.glob("*"))
    repository.users.register("grace@example.org", "quite long 4711 words")
    disk.fill()
    run_jobs()
    assert set(mailbox.glob("*")) == before  # not even a name
    disk.free()
    later = repository.now() + timedelta(hours=1)
    repository.database.now = lambda: later
    run_jobs()
    (letter,) = set(mailbox.glob("*")) - before
    assert "grace@example.org" in letter.read_text()


def test_a_backup(repository: Any, make_record: Any, disk: SmallDisk) -> None:
    make_record("Kept", files={"data.bin": DATA})
    target = disk.path / "backups" / "one"
    back_up(repository.instance, repository.database, target)
    before = Backup.open(target).manifest
    disk.fill(left=100_000)
    with pytest.raises(BackupFailed, match=r"no room for the backup: .*backups/one"):
        back_up(repository.instance, repository.database, target)
    assert Backup.open(target).manifest == before
    assert [path.name for path in target.glob("state-*")] == [before.state]
    assert not list(target.rglob("*.part"))
    Backup.open(target).check()

    disk.free()
    assert back_up(repository.instance, repository.database, target).manifest.made > before.made
