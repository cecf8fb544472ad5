"""Announce, send, commit: what is checked, what is kept, and what happens when several people are at it."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from muniment.errors import InvalidRequest, MunimentError, NotFound, PermissionDenied, TooLarge, ValidationFailed
from muniment.events.models import EventRow
from muniment.files.errors import FileNotFound, StorageFailed, TransferCut
from muniment.files.models import StoredObject
from muniment.files.receive import Incoming


def body(data: bytes, length: int | None = None) -> Incoming:
    return Incoming(io.BytesIO(data), len(data) if length is None else length)


def stored_files(repository: Any) -> list[Path]:
    return [path for path in (repository.instance.var / "files").rglob("*") if path.is_file()]


def status_of(repository: Any, actor: Any, draft: Any, key: str) -> str:
    return str(repository.files.file(actor, draft.id, key, draft=True)[1].status)


@pytest.fixture
def draft(repository: Any, ada: Any) -> Any:
    return repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})


def test_a_file_is_complete_only_after_the_commit(repository: Any, ada: Any, draft: Any) -> None:
    files = repository.files
    listing = files.declare(ada.actor, draft.id, [{"key": "data/é.csv", "metadata": {"a": 1}}])
    (entry,) = listing.snapshot.entries
    assert (entry.status, entry.size, entry.checksum, entry.mimetype) == ("pending", None, None, "text/csv")
    entry = files.set_content(ada.actor, draft.id, "data/é.csv", body(b"a,b\n"))
    assert (entry.status, entry.size) == ("pending", 4)
    entry = files.commit(ada.actor, draft.id, "data/e\u0301.csv")
    assert (entry.status, entry.size) == ("completed", 4)
    assert entry.checksum == "md5:" + hashlib.md5(b"a,b\n").hexdigest()
    assert entry.description == {"a": 1}


def test_a_commit_is_an_event_and_comes_once(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    repository.files.commit(ada.actor, draft.id, "a.txt")
    with repository.database.read() as session:
        rows = list(session.scalars(select(EventRow).where(EventRow.name == "file.committed")))
    assert [(row.payload["file_key"], row.payload["size"]) for row in rows] == [("a.txt", 3)]


def test_the_digests_of_an_object_are_kept(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
    with repository.database.read() as session:
        (stored,) = session.scalars(select(StoredObject))
    assert stored.sha256 == hashlib.sha256(b"abc").hexdigest()
    assert stored.backend == "local"
    assert str(repository.instance.path) not in stored.storage_key


@pytest.mark.parametrize(
    "make",
    [lambda: b"abc", lambda: io.BytesIO(b"abc"), lambda: [b"a", b"", b"bc"], lambda: iter((b"ab", b"c"))],
    ids=["bytes", "file", "list", "iterator"],
)
def test_add_takes_bytes_files_and_iterables(repository: Any, ada: Any, draft: Any, make: Callable[[], Any]) -> None:
    assert repository.files.add(ada.actor, draft.id, "a.txt", make()).size == 3


def test_add_takes_a_file_out_again_when_it_does_not_come_whole(repository: Any, ada: Any, draft: Any) -> None:
    def broken() -> Iterator[bytes]:
        yield b"half"
        raise OSError("pulled out")

    with pytest.raises(TransferCut):
        repository.files.add(ada.actor, draft.id, "a.txt", broken())
    assert repository.files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0
    assert stored_files(repository) == []


# What is declared is checked ----------------------------------------------------------------------------------


def test_a_wrong_checksum_is_refused_and_can_be_repeated(repository: Any, ada: Any, draft: Any) -> None:
    right = "md5:" + hashlib.md5(b"abc").hexdigest()
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt", "checksum": right}])
    with pytest.raises(InvalidRequest, match=f"checksum of 'a.txt' should be {right}, but md5:"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abd"))
    assert stored_files(repository) == []
    repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abc"))
    assert repository.files.commit(ada.actor, draft.id, "a.txt").checksum == right


def test_a_wrong_size_is_refused_before_and_after(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt", "size": 3}])
    with pytest.raises(InvalidRequest, match="announced with 3 bytes, but 4 are being sent"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abcd"))
    with pytest.raises(InvalidRequest, match="announced with 3 bytes, but 4 came"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", Incoming(io.BytesIO(b"abcd")))
    assert stored_files(repository) == []


def test_a_body_that_breaks_off_leaves_the_file_pending(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    with pytest.raises(TransferCut, match=r"3 of 10 bytes of 'a\.txt'"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abc", length=10))
    assert status_of(repository, ada.actor, draft, "a.txt") == "pending"
    assert stored_files(repository) == []
    with pytest.raises(InvalidRequest, match=r"'a\.txt' has not been uploaded yet"):
        repository.files.commit(ada.actor, draft.id, "a.txt")


def test_empty_files_are_refused_unless_allowed(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    with pytest.raises(InvalidRequest, match=r"Empty files are not accepted: 'a\.txt'"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", body(b""))
    with pytest.raises(InvalidRequest, match="Empty files are not accepted"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", Incoming(io.BytesIO(b"")))
    assert stored_files(repository) == []


@pytest.mark.configuration("files", allow_empty=True)
def test_an_empty_file_where_they_are_allowed(repository: Any, ada: Any, draft: Any) -> None:
    assert repository.files.add(ada.actor, draft.id, "a.txt", b"").size == 0


# Limits -------------------------------------------------------------------------------------------------------


@pytest.mark.configuration("files", max_count=2, max_bytes=10, max_file_bytes=8)
def test_limits(repository: Any, ada: Any, draft: Any) -> None:
    files = repository.files
    with pytest.raises(TooLarge, match="'a' is too large: 8 bytes"):
        files.declare(ada.actor, draft.id, [{"key": "a", "size": 9}])
    with pytest.raises(TooLarge, match="'b' is too large: 4 bytes"):
        files.declare(ada.actor, draft.id, [{"key": "a", "size": 6}, {"key": "b", "size": 5}])
    with pytest.raises(InvalidRequest, match="exceeding the max amount per record"):
        files.declare(ada.actor, draft.id, [{"key": key} for key in "abc"])
    assert files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0
    files.declare(ada.actor, draft.id, [{"key": "a"}, {"key": "b"}])
    files.set_content(ada.actor, draft.id, "a", body(b"12345678"))
    for incoming in (body(b"123"), Incoming(io.BytesIO(b"123")), body(b"", length=10**15)):
        with pytest.raises(TooLarge, match="'b' is too large: 2 bytes are allowed"):
            files.set_content(ada.actor, draft.id, "b", incoming)
    assert len(stored_files(repository)) == 1
    files.set_content(ada.actor, draft.id, "b", body(b"12"))


# Names --------------------------------------------------------------------------------------------------------


def test_names_are_taken_once(repository: Any, ada: Any, draft: Any) -> None:
    files = repository.files
    files.declare(ada.actor, draft.id, [{"key": "a/b.txt"}])
    with pytest.raises(InvalidRequest, match=r"File with key a/b\.txt already exists\."):
        files.declare(ada.actor, draft.id, [{"key": "a/b.txt"}])
    with pytest.raises(InvalidRequest, match=r"'a' cannot stand beside 'a/b\.txt'"):
        files.declare(ada.actor, draft.id, [{"key": "c"}, {"key": "a"}])
    assert [entry.key for entry in files.listing(ada.actor, draft.id, draft=True).snapshot.entries] == ["a/b.txt"]


def test_a_file_gets_another_name_and_keeps_its_bytes(repository: Any, ada: Any, draft: Any) -> None:
    files = repository.files
    first = files.add(ada.actor, draft.id, "a.txt", b"one", metadata={"note": "kept"})
    renamed = files.rename(ada.actor, draft.id, "a.txt", "data/a.csv")
    assert (renamed.key, renamed.mimetype, renamed.checksum) == ("data/a.csv", "text/csv", first.checksum)
    assert renamed.description == {"note": "kept"}
    keys = [entry.key for entry in files.listing(ada.actor, draft.id, draft=True).snapshot.entries]
    assert keys == ["data/a.csv"]
    with files.download(ada.actor, draft.id, "data/a.csv", draft=True).open() as content:
        assert content.read() == b"one"
    assert files.rename(ada.actor, draft.id, "data/a.csv", "data/a.csv").key == "data/a.csv"


def test_a_new_name_is_checked_as_that_of_a_new_file(repository: Any, ada: Any, grace: Any, draft: Any) -> None:
    files = repository.files
    files.add(ada.actor, draft.id, "a.txt", b"one")
    files.add(ada.actor, draft.id, "data/b.txt", b"two")
    files.declare(ada.actor, draft.id, [{"key": "pending.txt"}])
    with pytest.raises(InvalidRequest, match="already exists"):
        files.rename(ada.actor, draft.id, "a.txt", "data/b.txt")
    with pytest.raises(InvalidRequest, match="cannot stand beside"):
        files.rename(ada.actor, draft.id, "a.txt", "data")
    with pytest.raises(InvalidRequest, match="is not complete"):
        files.rename(ada.actor, draft.id, "pending.txt", "c.txt")
    with pytest.raises(ValueError, match="name the folders"):
        files.rename(ada.actor, draft.id, "a.txt", "../a.txt")
    with pytest.raises(FileNotFound):
        files.rename(ada.actor, draft.id, "none.txt", "c.txt")
    with pytest.raises((NotFound, PermissionDenied)):
        files.rename(grace.actor, draft.id, "a.txt", "c.txt")
    keys = {entry.key for entry in files.listing(ada.actor, draft.id, draft=True).snapshot.entries}
    assert keys == {"a.txt", "data/b.txt", "pending.txt"}


def test_bad_names_are_validation_errors(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(ValidationFailed) as caught:
        repository.files.declare(ada.actor, draft.id, [{"key": "ok"}, {"key": "../x"}])
    assert [problem.field for problem in caught.value.errors] == ["1.key"]


# Who may ------------------------------------------------------------------------------------------------------


def test_only_the_owner_changes_files(repository: Any, ada: Any, grace: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    calls: list[Callable[[], Any]] = [
        lambda: repository.files.declare(grace.actor, draft.id, [{"key": "b.txt"}]),
        lambda: repository.files.set_content(grace.actor, draft.id, "a.txt", body(b"x")),
        lambda: repository.files.commit(grace.actor, draft.id, "a.txt"),
        lambda: repository.files.describe(grace.actor, draft.id, "a.txt", {}),
        lambda: repository.files.delete(grace.actor, draft.id, "a.txt"),
        lambda: repository.files.delete_all(grace.actor, draft.id),
        lambda: repository.files.listing(grace.actor, draft.id, draft=True),
        lambda: repository.files.archive(grace.actor, draft.id, draft=True),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied):
            call()


def test_published_files_are_locked(repository: Any, ada: Any, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a.txt": b"abc"})
    repository.records.edit(ada.actor, record.id)
    shown = repository.files.listing(ada.actor, record.id, draft=True).snapshot
    assert [(entry.key, entry.status) for entry in shown.entries] == [("a.txt", "completed")]
    calls: list[Callable[[], Any]] = [
        lambda: repository.files.declare(ada.actor, record.id, [{"key": "b.txt"}]),
        lambda: repository.files.delete(ada.actor, record.id, "a.txt"),
        lambda: repository.files.describe(ada.actor, record.id, "a.txt", {}),
    ]
    for call in calls:
        with pytest.raises(PermissionDenied, match="Make a new version"):
            call()


def test_a_draft_without_files_takes_none(repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "x"}, "files": {"enabled": False}})
    with pytest.raises(PermissionDenied, match="Files are not enabled"):
        repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    assert repository.files.listing(ada.actor, draft.id, draft=True).to_dict() == {
        "enabled": False,
        "links": {
            "self": f"http://localhost:5000/api/records/{draft.id}/draft/files",
            "archive": f"http://localhost:5000/api/records/{draft.id}/draft/files-archive",
        },
    }


def test_unknown_drafts_and_files(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(NotFound):
        repository.files.declare(ada.actor, "999999", [{"key": "a"}])
    with pytest.raises(FileNotFound, match=f"Record '{draft.id}' has no file 'a'"):
        repository.files.set_content(ada.actor, draft.id, "a", body(b"x"))
    with pytest.raises(FileNotFound):
        repository.files.commit(ada.actor, draft.id, "a")
    with pytest.raises(FileNotFound):
        repository.files.delete(ada.actor, draft.id, "a")


# Describing and deleting --------------------------------------------------------------------------------------


def test_describing(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.add(ada.actor, draft.id, "a.txt", b"abc", metadata={"old": 1})
    entry = repository.files.describe(
        ada.actor, draft.id, "a.txt", {"metadata": {"new": 2}, "access": {"hidden": True}}
    )
    assert (entry.description, entry.hidden) == ({"new": 2}, True)
    snapshot = repository.files.listing(ada.actor, draft.id, draft=True).snapshot
    assert snapshot.visible == ()


def test_deleting_frees_the_name(repository: Any, ada: Any, draft: Any) -> None:
    files = repository.files
    files.add(ada.actor, draft.id, "a.txt", b"abc")
    files.delete(ada.actor, draft.id, "a.txt")
    files.add(ada.actor, draft.id, "a.txt", b"other")
    files.add(ada.actor, draft.id, "b.txt", b"b")
    files.delete_all(ada.actor, draft.id)
    assert files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0


# At the same time ---------------------------------------------------------------------------------------------


class Slow:
    """A body that waits in its middle until it is told to go on."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.begun = threading.Event()
        self.go_on = threading.Event()
        self._sent = False

    def read(self, size: int = -1, /) -> bytes:
        if self._sent:
            return b""
        self._sent = True
        self.begun.set()
        assert self.go_on.wait(30)
        return self.data


def sending(repository: Any, actor: Any, draft: Any, data: bytes) -> tuple[Slow, threading.Thread, list[Any]]:
    """Begin to send `a.txt` in a thread; what it ends with lands in the list."""
    slow, result = Slow(data), []

    def run() -> None:
        try:
            result.append(repository.files.set_content(actor, draft.id, "a.txt", Incoming(slow)))
        except MunimentError as error:
            result.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert slow.begun.wait(30)
    return slow, thread, result


def test_a_file_deleted_while_its_bytes_come(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    slow, thread, result = sending(repository, ada.actor, draft, b"abc")
    repository.files.delete(ada.actor, draft.id, "a.txt")
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    slow.go_on.set()
    thread.join()
    assert isinstance(result[0], FileNotFound)
    assert stored_files(repository) == []
    assert status_of(repository, ada.actor, draft, "a.txt") == "pending"


def test_a_file_committed_while_other_bytes_come(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    slow, thread, result = sending(repository, ada.actor, draft, b"late")
    repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"first"))
    entry = repository.files.commit(ada.actor, draft.id, "a.txt")
    slow.go_on.set()
    thread.join()
    assert isinstance(result[0], InvalidRequest)
    assert "already committed" in result[0].message
    assert len(stored_files(repository)) == 1
    assert repository.files.file(ada.actor, draft.id, "a.txt", draft=True)[1] == entry


def test_a_draft_discarded_while_bytes_come(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    slow, thread, result = sending(repository, ada.actor, draft, b"abc")
    repository.records.delete_draft(ada.actor, draft.id)
    slow.go_on.set()
    thread.join()
    assert isinstance(result[0], NotFound)
    assert stored_files(repository) == []


def test_two_uploads_to_one_name_leave_one_whole_file(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    first = sending(repository, ada.actor, draft, b"1" * 1000)
    second = sending(repository, ada.actor, draft, b"2" * 2000)
    for slow, thread, _ in (second, first):
        slow.go_on.set()
        thread.join()
    entry = repository.files.commit(ada.actor, draft.id, "a.txt")
    download = repository.files.download(ada.actor, draft.id, "a.txt", draft=True)
    with download.open() as handle:
        assert handle.read() in (b"1" * 1000, b"2" * 2000)
    assert entry.size == download.size


def test_eight_people_announce_the_same_name(repository: Any, ada: Any, draft: Any) -> None:
    results: list[str] = []

    def announce() -> None:
        try:
            repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
            results.append("won")
        except InvalidRequest as error:
            results.append(error.message)

    threads = [threading.Thread(target=announce) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["File with key a.txt already exists."] * 7 + ["won"]


# Storage ------------------------------------------------------------------------------------------------------


def test_bytes_are_received_outside_any_transaction(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    slow, thread, result = sending(repository, ada.actor, draft, b"abc")
    repository.files.declare(ada.actor, draft.id, [{"key": "b.txt"}])  # would wait for the write lock
    slow.go_on.set()
    thread.join()
    assert result[0].size == 3


def test_a_storage_that_lies_leaves_the_file_pending(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = repository.files.storages.default
    put = type(storage).put

    def truncating(self: Any, key: str, chunks: Any, size: int | None = None) -> None:
        put(self, key, chunks, size)
        path = self.root / key[:2] / key
        path.chmod(0o600)
        with path.open("r+b") as handle:
            handle.truncate(2)

    monkeypatch.setattr(type(storage), "put", truncating)
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    with pytest.raises(StorageFailed, match=r"kept 2 of the 3 bytes of 'a\.txt'"):
        repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abc"))
    assert status_of(repository, ada.actor, draft, "a.txt") == "pending"
    assert stored_files(repository) == []
    monkeypatch.undo()
    repository.files.set_content(ada.actor, draft.id, "a.txt", body(b"abc"))
    assert repository.files.commit(ada.actor, draft.id, "a.txt").completed


@pytest.mark.configuration("files", backend="nowhere")
def test_a_backend_that_is_not_there_is_named(repository: Any, ada: Any, draft: Any) -> None:
    from muniment.errors import ConfigurationError

    with pytest.raises(ConfigurationError, match=r"files\.backend: there is no storage backend 'nowhere'.*local"):
        repository.files.add(ada.actor, draft.id, "a.txt", b"abc")
