"""Files that are added together: all of them or none, in one transaction, checked as those that come one by one."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from muniment.errors import InvalidRequest, MunimentError, NotFound, PermissionDenied, StorageFull, TooLarge
from muniment.events.models import EventRow
from muniment.files.additions import TOGETHER, NewFile, content_of
from muniment.files.limits import Limits
from muniment.files.models import StoredObject
from muniment.files.names import InvalidName


@pytest.fixture
def draft(repository: Any, ada: Any) -> Any:
    return repository.records.create(ada.actor, {"metadata": {"title": "Many"}})


def stored_files(repository: Any) -> list[Path]:
    return [path for path in (repository.instance.var / "files").rglob("*") if path.is_file()]


def listed(repository: Any, ada: Any, draft: Any) -> list[tuple[str, str, int]]:
    entries = repository.files.listing(ada.actor, draft.id, draft=True).snapshot.entries
    return [(entry.key, entry.status, entry.size) for entry in entries]


def test_many_come_complete_in_the_order_in_which_they_are_named(repository: Any, ada: Any, draft: Any) -> None:
    count = TOGETHER + 3
    repository.files.add(ada.actor, draft.id, "first.txt", b"1")
    new = [NewFile(f"data/{number:03}.txt", b"x" * (number + 1)) for number in range(count)]
    entries = repository.files.add_all(ada.actor, draft.id, new)
    assert [entry.key for entry in entries] == [file.key for file in new]
    expected = [(f"data/{number:03}.txt", "completed", number + 1) for number in range(count)]
    assert listed(repository, ada, draft) == [("first.txt", "completed", 1), *expected]
    with repository.files.download(ada.actor, draft.id, "data/007.txt", draft=True).open() as handle:
        assert handle.read() == b"x" * 8
    with repository.database.read() as session:
        events = list(session.scalars(select(EventRow).where(EventRow.name == "file.committed").order_by(EventRow.id)))
        objects = list(session.scalars(select(StoredObject)))
    assert [row.payload["file_key"] for row in events] == ["first.txt", *(file.key for file in new)]
    assert len(objects) == len(stored_files(repository)) == count + 1


def test_content_may_be_bytes_a_stream_chunks_or_a_file_of_the_disk(
    repository: Any, ada: Any, draft: Any, tmp_path: Path
) -> None:
    (tmp_path / "here").write_bytes(b"from the disk")
    with (tmp_path / "here").open("rb") as stream:
        new = [
            NewFile("a", b"bytes", {"note": "kept"}),
            NewFile("b", stream),
            NewFile("c", iter([b"chu", b"nks"])),
            NewFile("d", content_of(tmp_path / "here")),
        ]
        entries = repository.files.add_all(ada.actor, draft.id, new)
    assert [entry.size for entry in entries] == [5, 13, 6, 13]
    assert entries[0].description == {"note": "kept"}


def test_nothing_to_add_is_nothing_done(repository: Any, ada: Any, draft: Any) -> None:
    assert repository.files.add_all(ada.actor, draft.id, []) == []


class Broken:
    """Bytes that break off, however often they are read."""

    def __iter__(self) -> Iterator[bytes]:
        yield b"some"
        raise InvalidRequest("broken off")


REFUSED: dict[str, tuple[list[NewFile], type[Exception], str]] = {
    "a name twice": ([NewFile("a", b"1"), NewFile("a", b"2")], InvalidRequest, "already exists"),
    "a name that is taken": ([NewFile("a", b"1"), NewFile("here.txt", b"2")], InvalidRequest, "already exists"),
    "a file and a folder": ([NewFile("a", b"1"), NewFile("a/b", b"2")], InvalidRequest, "file and folder"),
    "a bad name": ([NewFile("a", b"1"), NewFile("../b", b"2")], InvalidName, "contains '..'"),
    "a wrong checksum": (
        [NewFile("a", b"1"), NewFile("b", b"2", checksum=f"md5:{'0' * 32}")],
        InvalidRequest,
        "The checksum of 'b'",
    ),
    "too many": ([NewFile(str(number), b"1") for number in range(5)], InvalidRequest, "max amount per record"),
    "more than there is room for": ([NewFile("a", b"1" * 60), NewFile("b", b"2" * 60)], TooLarge, "'b' is too large"),
    "too large by itself": ([NewFile("a", b"1"), NewFile("b", b"2" * 101)], TooLarge, "'b' is too large"),
    "an empty one": ([NewFile("a", b"1"), NewFile("b", b"")], InvalidRequest, "Empty files"),
    "bytes that break off": ([NewFile("a", b"1"), NewFile("b", Broken())], InvalidRequest, "broken off"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_one_that_is_refused_keeps_all_out(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch, case: str
) -> None:
    new, error, message = REFUSED[case]
    limits = Limits(max_count=5, max_bytes=110, max_file_bytes=100, allow_empty=False)
    monkeypatch.setattr(repository.files, "limits", limits)
    repository.files.add(ada.actor, draft.id, "here.txt", b"here")
    with pytest.raises(error, match=message):
        repository.files.add_all(ada.actor, draft.id, new)
    assert listed(repository, ada, draft) == [("here.txt", "completed", 4)]
    assert len(stored_files(repository)) == 1


@pytest.mark.parametrize("call", ["fsync", "rename"])
def test_a_disk_that_gets_full_keeps_none(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch, call: str
) -> None:
    real: Callable[..., Any] = getattr(os, call)
    left = 2

    def full(*arguments: Any) -> Any:
        nonlocal left
        left -= 1
        if left < 0:
            raise OSError(errno.ENOSPC, "full")
        return real(*arguments)

    monkeypatch.setattr(os, call, full)
    with pytest.raises(StorageFull, match="'0' and 3 more files"):
        repository.files.add_all(ada.actor, draft.id, [NewFile(str(number), b"1") for number in range(4)])
    monkeypatch.undo()
    assert listed(repository, ada, draft) == []
    assert stored_files(repository) == []


def test_a_file_that_came_meanwhile_keeps_its_name(repository: Any, ada: Any, draft: Any) -> None:
    def slow() -> Iterator[bytes]:
        repository.files.add(ada.actor, draft.id, "b", b"the other one")
        yield b"late"

    with pytest.raises(InvalidRequest, match="already exists"):
        repository.files.add_all(ada.actor, draft.id, [NewFile("a", slow()), NewFile("b", b"mine")])
    assert listed(repository, ada, draft) == [("b", "completed", 13)]
    assert len(stored_files(repository)) == 1


def test_a_draft_that_was_published_meanwhile_is_not_changed(repository: Any, ada: Any, make_draft: Any) -> None:
    draft = make_draft()

    def slow() -> Iterator[bytes]:
        repository.records.update_draft(ada.actor, draft.id, {**draft.data, "files": {"enabled": False}})
        repository.records.publish(ada.actor, draft.id)
        yield b"late"

    repository.records.update_draft(ada.actor, draft.id, {**draft.data, "files": {"enabled": True}})
    with pytest.raises(NotFound, match="was published or discarded meanwhile"):
        repository.files.add_all(ada.actor, draft.id, [NewFile("a", slow())])
    assert stored_files(repository) == []


def test_only_those_who_may_change_the_draft_add_to_it(repository: Any, ada: Any, grace: Any, draft: Any) -> None:
    with pytest.raises(PermissionDenied):
        repository.files.add_all(grace.actor, draft.id, [NewFile("a", b"1")])
    assert stored_files(repository) == []


def test_the_number_of_statements_does_not_grow_with_the_files(
    repository: Any, ada: Any, draft: Any, sql_statements: list[str]
) -> None:
    def count(size: int) -> int:
        sql_statements.clear()
        repository.files.add_all(ada.actor, draft.id, [NewFile(f"{size}/{number}", b"1") for number in range(size)])
        return len(sql_statements)

    assert 0 < count(40) <= count(3)


def test_an_error_of_the_database_leaves_no_bytes(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise MunimentError("no")

    monkeypatch.setattr("muniment.files.additions.lock_draft", refuse)
    with pytest.raises(MunimentError, match="no"):
        repository.files.add_all(ada.actor, draft.id, [NewFile("a", b"1"), NewFile("b", b"2")])
    assert stored_files(repository) == []
