"""Uploads in pieces on disk: exclusive writers, stalled ones replaced, locks that die with their holder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import namedtuple
from pathlib import Path
from uuid import uuid4

import pytest

from muniment.errors import Locked, StorageFull
from muniment.files import staging as module
from muniment.files.staging import StagingArea

Usage = namedtuple("Usage", "total used free")


def test_pieces_land_where_they_belong(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path / "incoming"), uuid4()
    with area.writer(upload) as writer:
        writer.write(4, b"efg")
        writer.write(0, b"abcd")
        writer.flush()
    assert area.data(upload).read_bytes() == b"abcdefg"
    assert [found for found, _ in area.uploads()] == [upload]
    area.discard(upload)
    assert list((tmp_path / "incoming").iterdir()) == []


def test_a_second_writer_is_refused_until_the_first_has_ended(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload), pytest.raises(Locked), area.writer(upload):
        pass
    with area.writer(upload) as writer:
        writer.write(0, b"x")


def test_parts_have_locks_of_their_own(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload, "1") as first, area.writer(upload, "2") as second:
        second.write(1, b"b")
        first.write(0, b"a")
    assert area.data(upload).read_bytes() == b"ab"


def test_a_stalled_writer_loses_to_the_next_and_cannot_write_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 0.05)
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload) as stalled:
        stalled.write(0, b"old")
        time.sleep(0.1)
        with area.writer(upload) as successor:
            successor.write(0, b"new")
            with pytest.raises(Locked):
                stalled.write(0, b"late")
            with pytest.raises(Locked):
                stalled.flush()
            successor.write(3, b"er")
    assert area.data(upload).read_bytes() == b"newer"
    with area.writer(upload):
        pass


def test_a_writer_that_brings_bytes_is_not_stalled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STALLED_SECONDS", 0.5)
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload) as writer:
        for position in range(8):
            time.sleep(0.1)
            writer.write(position, b"x")
            with pytest.raises(Locked), area.writer(upload):
                pass


def test_whoever_assembles_stops_the_writers_of_parts(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload, "1") as part:
        part.write(0, b"a")
        with area.assembler(upload) as path:
            assert path.read_bytes() == b"a"
            with pytest.raises(Locked):
                part.write(0, b"b")
            with pytest.raises(Locked), area.writer(upload, "2"):
                pass
            with pytest.raises(Locked), area.assembler(upload):
                pass
    assert area.data(upload).read_bytes() == b"a"


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path), uuid4()
    code = (
        "import os, sys; from pathlib import Path; from uuid import UUID; "
        "from muniment.files.staging import StagingArea\n"
        "with StagingArea(Path(sys.argv[1])).writer(UUID(sys.argv[2])) as writer:\n"
        "    writer.write(0, b'abc'); print('holding', flush=True); os.kill(os.getpid(), 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path), str(upload)], capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "holding\n"
    assert done.returncode == -9
    with area.writer(upload) as writer:
        writer.write(3, b"d")
    assert area.data(upload).read_bytes() == b"abcd"


def test_a_discarded_upload_takes_no_more(tmp_path: Path) -> None:
    area, upload = StagingArea(tmp_path), uuid4()
    with area.writer(upload) as writer:
        area.discard(upload)
        with pytest.raises(Locked):
            writer.write(0, b"x")
    assert os.listdir(tmp_path) == []


def test_room_is_kept_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1000, 0, 1000))
    area = StagingArea(tmp_path, min_free_bytes=500)
    area.check_space(400)
    with pytest.raises(StorageFull):
        area.check_space(600)
