"""Objects on the local disk: durable, complete or absent, never changed."""

from __future__ import annotations

import errno
import os
import shutil
import threading
from collections import namedtuple
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from muniment.builtin.local_storage.storage import LocalStorage
from muniment.errors import StorageFull
from muniment.files.storage import (
    AdoptingStorage,
    BatchStorage,
    DownloadHeaders,
    HandOver,
    ListingStorage,
    new_storage_key,
    new_storage_keys,
)

HEADERS = DownloadHeaders("text/plain", "attachment")


def kind_of(descriptor: int, root: Path) -> str:
    path = Path(f"/proc/self/fd/{descriptor}").resolve()
    return "folder above" if path == root else "folder" if path.is_dir() else "file"


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_put_can_be_opened(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path / "files"), new_storage_key()
    storage.put(key, [b"ab", b"", b"cdef"])
    assert (tmp_path / "files" / key[:2] / key).read_bytes() == b"abcdef"
    with storage.open(key) as handle:
        assert handle.read() == b"abcdef"
    with storage.open(key, 2) as handle:
        assert handle.read(3) == b"cde"
    stat = storage.stat(key)
    assert stat is not None
    assert stat.size == 6
    assert stat.modified > datetime.now(UTC) - timedelta(minutes=1)


def test_it_is_an_adopting_and_a_listing_storage(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    assert isinstance(storage, AdoptingStorage)
    assert isinstance(storage, ListingStorage)
    assert isinstance(storage, BatchStorage)


def test_an_object_is_never_replaced(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path), new_storage_key()
    storage.put(key, [b"first"])
    with pytest.raises(FileExistsError):
        storage.put(key, [b"second"])
    with storage.open(key) as handle:
        assert handle.read() == b"first"


@pytest.mark.parametrize("key", ["", "..", "../../etc/passwd", "a" * 31, "A" * 32, "ab/" + "c" * 29])
def test_only_keys_lead_to_paths(tmp_path: Path, key: str) -> None:
    storage = LocalStorage(tmp_path)
    with pytest.raises(FileNotFoundError):
        storage.open(key)
    with pytest.raises(FileNotFoundError):
        storage.put(key, [b"x"])
    storage.delete(key)


def test_nothing_is_left_when_the_bytes_break_off(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise ConnectionResetError

    storage, key = LocalStorage(tmp_path), new_storage_key()
    with pytest.raises(ConnectionResetError):
        storage.put(key, broken())
    assert files_of(tmp_path) == []
    assert storage.stat(key) is None


def test_nobody_sees_an_object_before_it_is_whole(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path), new_storage_key()
    seen: list[Any] = []

    def watched() -> Iterator[bytes]:
        yield b"a" * 10
        seen.append(storage.stat(key))
        yield b"b" * 10

    storage.put(key, watched())
    assert seen == [None]
    assert storage.stat(key) is not None


def test_flush_rename_flush_of_the_folder_and_once_of_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        steps.append(kind_of(descriptor, tmp_path))
        fsync(descriptor)

    def noted_rename(source: Any, target: Any) -> None:
        steps.append("rename")
        rename(source, target)

    storage, key = LocalStorage(tmp_path), new_storage_key()
    (tmp_path / key[:2]).mkdir()
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    storage.put(key, [b"x"])
    assert steps == ["file", "rename", "folder", "folder above"]
    storage.put(key[:2] + new_storage_key()[2:], [b"x"])
    assert steps[4:] == ["file", "rename", "folder"]


def test_several_are_flushed_before_one_is_named_and_their_folder_is_flushed_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, rename = os.fsync, os.rename

    def noted_fsync(descriptor: int) -> None:
        steps.append(kind_of(descriptor, tmp_path))
        fsync(descriptor)

    def noted_rename(source: Any, target: Any) -> None:
        steps.append("rename")
        rename(source, target)

    storage, keys = LocalStorage(tmp_path), new_storage_keys(3)
    (tmp_path / keys[0][:2]).mkdir()
    monkeypatch.setattr(os, "fsync", noted_fsync)
    monkeypatch.setattr(os, "rename", noted_rename)
    storage.put_all((key, [key.encode()]) for key in keys)
    assert steps == ["file"] * 3 + ["rename"] * 3 + ["folder", "folder above"]
    for key in keys:
        with storage.open(key) as handle:
            assert handle.read() == key.encode()


def test_many_are_flushed_side_by_side_each_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first two flushes wait for each other: flushing one after the other would never end."""
    flushed: list[str] = []
    together = threading.Barrier(2, timeout=30)
    fsync = os.fsync

    def noted_fsync(descriptor: int) -> None:
        name = os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}"))
        flushed.append(name)
        if name.startswith((keys[0], keys[1])):
            together.wait()
        fsync(descriptor)

    storage, keys = LocalStorage(tmp_path), new_storage_keys(20)
    monkeypatch.setattr(os, "fsync", noted_fsync)
    storage.put_all((key, [key.encode()]) for key in keys)
    assert sorted(name.partition(".")[0] for name in flushed if name.endswith(".part")) == sorted(keys)
    assert all(storage.stat(key) for key in keys)


def test_when_one_flush_fails_the_others_end_and_none_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fsync = os.fsync
    storage, keys = LocalStorage(tmp_path), new_storage_keys(20)

    def failing(descriptor: int) -> None:
        if os.path.basename(os.readlink(f"/proc/self/fd/{descriptor}")).startswith(keys[11]):
            raise OSError(errno.EIO, "the disk is broken")
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OSError, match="the disk is broken"):
        storage.put_all((key, [b"x"]) for key in keys)
    assert files_of(tmp_path) == []
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("flush")]


def test_when_one_of_several_breaks_off_none_is_left(tmp_path: Path) -> None:
    def broken() -> Iterator[bytes]:
        yield b"some"
        raise ConnectionResetError

    storage, present = LocalStorage(tmp_path), new_storage_key()
    storage.put(present, [b"stays"])
    first, second = new_storage_keys(2)
    with pytest.raises(ConnectionResetError):
        storage.put_all([(first, [b"whole"]), (second, broken())])
    with pytest.raises(FileExistsError):
        storage.put_all([(first, [b"whole"]), (present, [b"other"])])
    assert [path.name for path in files_of(tmp_path)] == [present]


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int) -> None:
    written = 0
    write = os.write

    def full(descriptor: int, data: Any) -> int:
        nonlocal written
        if written > 2_000_000:
            raise OSError(code, "full")
        written += len(data)
        return write(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    storage = LocalStorage(tmp_path)
    with pytest.raises(StorageFull):
        storage.put(new_storage_key(), [b"x" * 1_000_000] * 5)
    assert files_of(tmp_path) == []


Usage = namedtuple("Usage", "total used free")


def test_room_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000, 0, 1000))
    storage = LocalStorage(tmp_path / "not" / "yet", min_free_bytes=500)
    with pytest.raises(StorageFull):
        storage.put(new_storage_key(), [b"x" * 600], size=600)
    assert files_of(tmp_path) == []
    storage.put(new_storage_key(), [b"x" * 400], size=400)


def test_room_is_kept_free_while_a_body_of_unknown_size_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def shrinking(_path: object) -> Usage:
        used = sum(path.stat().st_size for path in files_of(tmp_path))
        return Usage(1 << 30, used, (100 << 20) - used)

    monkeypatch.setattr(shutil, "disk_usage", shrinking)
    storage = LocalStorage(tmp_path, min_free_bytes=20 << 20)
    with pytest.raises(StorageFull):
        storage.put(new_storage_key(), (bytes(1 << 20) for _ in range(200)))
    assert files_of(tmp_path) == []


def test_a_finished_file_is_taken_over_without_copying(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path), new_storage_key()
    storage.staging.mkdir(parents=True)
    path = storage.staging / "whole"
    path.write_bytes(b"bytes")
    inode = path.stat().st_ino
    storage.adopt(key, path)
    assert (tmp_path / key[:2] / key).stat().st_ino == inode
    path.unlink()
    with storage.open(key) as handle:
        assert handle.read() == b"bytes"


def test_where_there_are_no_links_it_is_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(errno.EXDEV, "other disk")

    monkeypatch.setattr(os, "link", refused)
    storage, key = LocalStorage(tmp_path / "files"), new_storage_key()
    path = tmp_path / "whole"
    path.write_bytes(b"bytes")
    storage.adopt(key, path)
    path.unlink()
    with storage.open(key) as handle:
        assert handle.read() == b"bytes"


def test_deleting_twice_is_no_error(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path), new_storage_key()
    storage.put(key, [b"x"])
    storage.delete(key)
    storage.delete(key)
    assert storage.stat(key) is None


def test_listing_and_remains_of_cut_writes(tmp_path: Path) -> None:
    storage, key = LocalStorage(tmp_path), new_storage_key()
    storage.put(key, [b"x"])
    storage.staging.mkdir()
    (storage.staging / "upload.data").write_bytes(b"not an object")
    partial = tmp_path / key[:2] / f"{new_storage_key()}.abc.part"
    partial.write_bytes(b"half")
    assert [found for found, _ in storage.stored()] == [key]
    now = datetime.now(UTC)
    assert storage.remove_partial(now - timedelta(hours=1)) == 0
    assert storage.remove_partial(now + timedelta(seconds=5)) == 1
    assert not partial.exists()
    assert storage.stat(key) is not None


def test_the_front_end_is_told_the_internal_path(tmp_path: Path) -> None:
    key = new_storage_key()
    assert LocalStorage(tmp_path).url(key, HEADERS) is None
    found = LocalStorage(tmp_path, accel="/_files/").url(key, HEADERS)
    assert found == HandOver("internal", f"/_files/{key[:2]}/{key}")


def test_many_writers_at_once(tmp_path: Path) -> None:
    storage = LocalStorage(tmp_path)
    keys = [new_storage_key() for _ in range(24)]
    threads = [threading.Thread(target=storage.put, args=(key, [key.encode()] * 50)) for key in keys]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for key in keys:
        with storage.open(key) as handle:
            assert handle.read() == key.encode() * 50
