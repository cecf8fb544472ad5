"""The embedded backend's own promises: locks, generations, wake-ups, what is left on disk."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import tantivy

from muniment.errors import Busy
from muniment.search.embedded import EmbeddedBackend
from muniment.search.embedded import folder as folder_module
from muniment.search.embedded.state import SharedState
from muniment.search.embedded.writer import IndexWriteError
from muniment.search.port import BackendQuery, IndexState, Upsert, Visibility
from muniment.search.query import parse
from muniment.search.wake import WakePipe, wake
from muniment.testing.search_documents import Searched, index_document

Open = Callable[[], EmbeddedBackend]
VISITOR = Visibility(frozenset({"public"}))


def test_without_an_index_a_search_says_when_to_come_again(open_backend: Open) -> None:
    backend = open_backend()
    assert backend.state == IndexState(0, 0)
    with pytest.raises(Busy) as caught:
        backend.search(BackendQuery(parse(""), VISITOR))
    assert caught.value.retry_after == 5


def test_one_leads_at_a_time(backend: EmbeddedBackend, open_backend: Open) -> None:
    other = open_backend()
    leadership = backend.lead()
    assert leadership is not None
    assert other.lead() is None
    leadership.release()
    second = other.lead()
    assert second is not None
    second.release()


def test_every_process_sees_a_commit_at_once(backend: EmbeddedBackend, open_backend: Open) -> None:
    other = Searched(open_backend())
    assert other.found() == set()
    leadership = backend.lead()
    assert leadership is not None
    for number in range(1, 6):
        leadership.apply([Upsert(index_document(number))], number)
        assert other.found() == set(range(1, number + 1))
        assert other.backend.state.position == number
    leadership.release()


@pytest.fixture
def dictionaries_of_numbers() -> Iterator[None]:
    """Numbers are indexed as words are, so that the engine looks at their type while it writes."""

    real = tantivy.SchemaBuilder

    class Builder:
        def __init__(self) -> None:
            self._builder = real()

        def add_integer_field(self, name: str, *, fast: bool) -> None:
            self._builder.add_integer_field(name, fast=fast, indexed=True)

        def __getattr__(self, name: str) -> object:
            return getattr(self._builder, name)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("muniment.search.embedded.schema.tantivy.SchemaBuilder", Builder)
        yield


def test_a_failed_batch_leaves_no_trace_and_the_next_one_works(
    dictionaries_of_numbers: None, backend: EmbeddedBackend
) -> None:
    """A thread of tantivy's writer that dies makes it refuse everything that follows. A value of the wrong type does
    that, in a field that is indexed."""

    class Broken:
        Index = tantivy.Index

        class Document:
            @staticmethod
            def from_dict(values: dict[str, object], schema: tantivy.Schema) -> tantivy.Document:
                return tantivy.Document(number="text where a number belongs", key=values["key"])

    leadership = backend.lead()
    assert leadership is not None
    leadership.apply([Upsert(index_document(1))], 1)
    for _ in range(3):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("muniment.search.embedded.writer.tantivy", Broken)
            with pytest.raises(IndexWriteError):
                leadership.apply([Upsert(index_document(2))], 2)
    assert leadership.position == 1
    leadership.apply([Upsert(index_document(3))], 3)
    leadership.release()
    assert Searched(backend).found() == {1, 3}
    assert backend.state.position == 3


def test_many_threads_search_while_the_index_changes(backend: EmbeddedBackend) -> None:
    leadership = backend.lead()
    assert leadership is not None
    leadership.apply([Upsert(index_document(1, "water"))], 1)
    done = threading.Event()
    totals: list[int] = []

    def search() -> int:
        searches = 0
        while not done.is_set():
            totals.append(Searched(backend).search("wat* OR title:water", count=True).total)
            searches += 1
        return searches

    with ThreadPoolExecutor(4) as pool:
        running = [pool.submit(search) for _ in range(4)]
        for number in range(2, 30):
            leadership.apply([Upsert(index_document(number, "water"))], number)
        done.set()
    assert all(future.result() > 0 for future in running)
    assert min(totals) >= 1
    leadership.release()


def test_directories_that_serve_no_more_are_removed(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(folder_module, "GRACE_SECONDS", 0)
    before = set(root.glob("index-*"))
    abandoned = backend.begin_rebuild(0)
    abandoned.discard()
    rebuild = backend.begin_rebuild(0)
    rebuild.offer()
    leadership = backend.lead()
    assert leadership is not None
    candidate = leadership.candidate()
    assert candidate is not None
    leadership.adopt(candidate)
    leadership.tidy()
    leadership.release()
    assert before.isdisjoint(root.glob("index-*"))
    assert set(root.glob("index-*")) == {backend.folder.current()}


def test_a_directory_where_somebody_builds_is_kept(
    backend: EmbeddedBackend, monkeypatch: pytest.MonkeyPatch, root: Path
) -> None:
    monkeypatch.setattr(folder_module, "GRACE_SECONDS", 0)
    rebuild = backend.begin_rebuild(0)
    rebuild.apply([Upsert(index_document(1))], 0)
    leadership = backend.lead()
    assert leadership is not None
    leadership.tidy()
    leadership.release()
    assert len(list(root.glob("index-*"))) == 2
    rebuild.discard()


def test_a_pointer_leads_nowhere_else(backend: EmbeddedBackend, root: Path, tmp_path: Path) -> None:
    (tmp_path / "index-elsewhere").mkdir()
    for content in ("../index-elsewhere", "index-missing", "leader.lock", "\xff", ""):
        (root / "current").write_bytes(content.encode("latin-1"))
        assert backend.folder.current() is None


def test_files_of_the_index_are_for_their_owner_only(backend: EmbeddedBackend, root: Path) -> None:
    assert root.stat().st_mode & 0o077 == 0
    assert (root / "state").stat().st_mode & 0o077 == 0


def test_the_shared_page_is_read_by_every_process(tmp_path: Path) -> None:
    writer, reader = SharedState(tmp_path / "state"), SharedState(tmp_path / "state")
    writer.publish(7, 3)
    writer.set_leader(os.getpid())
    assert reader.read() == IndexState(7, 3)
    assert reader.leader == os.getpid()
    writer.close()
    reader.close()


def test_a_leader_is_one_that_lives(tmp_path: Path) -> None:
    state = SharedState(tmp_path / "state")
    assert not state.has_leader()
    state.set_leader(os.getpid())
    assert state.has_leader()
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    state.set_leader(ended.pid)
    assert not state.has_leader()
    state.close()


class TestWaking:
    def test_a_call_wakes_at_once_and_is_not_lost_while_busy(self, tmp_path: Path) -> None:
        pipe = WakePipe(tmp_path / "wake")
        assert pipe.wait(0) is False
        wake(tmp_path / "wake")
        wake(tmp_path / "wake")
        started = time.monotonic()
        assert pipe.wait(10) is True
        assert time.monotonic() - started < 5
        assert pipe.wait(0) is False
        pipe.close()

    def test_a_call_without_a_leader_does_nothing(self, tmp_path: Path) -> None:
        wake(tmp_path / "wake")
        pipe = WakePipe(tmp_path / "wake")
        pipe.close()
        wake(tmp_path / "wake")
        assert (tmp_path / "wake").is_fifo()

    def test_a_full_pipe_does_not_block_the_caller(self, tmp_path: Path) -> None:
        pipe = WakePipe(tmp_path / "wake")
        for _ in range(70_000):
            wake(tmp_path / "wake")
        assert pipe.wait(0) is True
        pipe.close()

    def test_where_there_are_no_pipes_the_leader_looks_often(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr(os, "mkfifo", refuse)
        pipe = WakePipe(tmp_path / "wake")
        started = time.monotonic()
        assert pipe.wait(30) is True
        assert time.monotonic() - started < 15
        pipe.close()
