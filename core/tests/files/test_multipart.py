"""Multipart files: parts in any order, repeated, missing, damaged, and several at once."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from muniment.errors import InvalidRequest, Locked, MunimentError, StorageFull
from muniment.files.errors import FileNotFound, StorageFailed, TransferCut
from muniment.files.models import Upload
from muniment.files.receive import Incoming

DATA = bytes(range(256)) * 10  # 2560 bytes in parts of 1000


@pytest.fixture
def draft(repository: Any, ada: Any) -> Any:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})
    announce(repository, ada, draft)
    return draft


def announce(repository: Any, ada: Any, draft: Any, **more: Any) -> Any:
    transfer = {"type": "M", "parts": 3, "part_size": 1000}
    item = {"key": "big.bin", "size": len(DATA), "transfer": transfer, **more}
    return repository.files.declare(ada.actor, draft.id, [item])


def send(repository: Any, ada: Any, draft: Any, part: int, data: bytes | None = None) -> Any:
    content = DATA[(part - 1) * 1000 : part * 1000] if data is None else data
    incoming = Incoming(io.BytesIO(content), len(content))
    return repository.files.set_part(ada.actor, draft.id, "big.bin", part, incoming)


def content_of(repository: Any, ada: Any, draft: Any) -> bytes:
    with repository.files.download(ada.actor, draft.id, "big.bin", draft=True).open() as handle:
        return bytes(handle.read())


def staged(repository: Any) -> list[Path]:
    return list(repository.files.staging.path.iterdir())


def test_what_began_in_parts_is_gone_on_with_in_one_from_the_first_gap(repository: Any, ada: Any, draft: Any) -> None:
    for part in (1, 3):
        send(repository, ada, draft, part)
    with repository.database.read() as session:
        upload = session.scalars(select(Upload)).one()
    assert upload.received == 1560
    uploads = repository.files.resumable
    assert [(piece.start, piece.length) for piece in uploads.pieces(ada.actor, draft.id, upload.id)] == [(0, 1000)]
    assert uploads.take_over(ada.actor, draft.id, upload.id).offset == 1000
    assert uploads.take_over(ada.actor, draft.id, upload.id).offset == 1000
    with pytest.raises(InvalidRequest, match="not announced as a multipart"):
        send(repository, ada, draft, 2)
    rest = DATA[1000:]
    assert uploads.append(ada.actor, draft.id, upload.id, 1000, Incoming(io.BytesIO(rest), len(rest)), None).finished
    assert content_of(repository, ada, draft) == DATA
    assert staged(repository) == []


def test_parts_that_have_all_come_need_no_more_bytes(repository: Any, ada: Any, draft: Any) -> None:
    for part in (2, 3, 1):
        send(repository, ada, draft, part)
    with repository.database.read() as session:
        upload = session.scalars(select(Upload)).one()
    uploads = repository.files.resumable
    assert uploads.take_over(ada.actor, draft.id, upload.id).offset == len(DATA)
    assert uploads.state(ada.actor, draft.id, upload.id).finished
    assert content_of(repository, ada, draft) == DATA


def test_parts_in_any_order_make_the_file(repository: Any, ada: Any, draft: Any) -> None:
    for part in (3, 1, 2):
        assert send(repository, ada, draft, part).status == "pending"
    entry = repository.files.commit(ada.actor, draft.id, "big.bin")
    assert (entry.status, entry.size) == ("completed", len(DATA))
    assert entry.checksum == "md5:" + hashlib.md5(DATA).hexdigest()
    assert entry.transfer == {"type": "L"}
    assert content_of(repository, ada, draft) == DATA
    assert staged(repository) == []
    assert repository.files.commit(ada.actor, draft.id, "big.bin") == entry


def test_links_tell_where_the_parts_go(repository: Any, ada: Any, draft: Any) -> None:
    listing = repository.files.listing(ada.actor, draft.id, draft=True)
    links = listing.to_dict()["entries"][0]["links"]
    base = f"http://localhost:5000/api/records/{draft.id}/draft/files/big.bin"
    assert "content" not in links
    assert [part["part"] for part in links["parts"]] == [1, 2, 3]
    assert links["parts"][1]["url"] == f"{base}/content/2"
    assert links["parts"][1]["expiration"] > listing.snapshot.entries[0].created.isoformat()


def test_missing_parts_are_named(repository: Any, ada: Any, draft: Any) -> None:
    send(repository, ada, draft, 2)
    with pytest.raises(InvalidRequest, match=r"'big\.bin' have been uploaded; missing: 1, 3\."):
        repository.files.commit(ada.actor, draft.id, "big.bin")


def test_a_part_can_be_sent_again(repository: Any, ada: Any, draft: Any) -> None:
    send(repository, ada, draft, 1, b"x" * 1000)
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    repository.files.commit(ada.actor, draft.id, "big.bin")
    assert content_of(repository, ada, draft) == DATA


def test_a_cut_part_is_the_only_one_to_repeat(repository: Any, ada: Any, draft: Any) -> None:
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    incoming = Incoming(io.BytesIO(b"y" * 400), 1000)
    with pytest.raises(TransferCut):
        repository.files.set_part(ada.actor, draft.id, "big.bin", 2, incoming)
    with pytest.raises(InvalidRequest, match=r"missing: 2\."):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    send(repository, ada, draft, 2)
    assert repository.files.commit(ada.actor, draft.id, "big.bin").completed
    assert content_of(repository, ada, draft) == DATA


@pytest.mark.parametrize(
    ("part", "data", "message"),
    [
        (0, b"x" * 1000, "counted from 1"),
        (4, b"x" * 1000, "higher than total parts"),
        (1, b"x" * 999, "Size of this part must be equal to part_size.*1000 bytes, but 999"),
        (1, b"x" * 1001, "Size of this part must be equal"),
        (3, b"x" * 1000, "560 bytes, but 1000"),
    ],
)
def test_parts_have_their_size(repository: Any, ada: Any, draft: Any, part: int, data: bytes, message: str) -> None:
    with pytest.raises(InvalidRequest, match=message):
        send(repository, ada, draft, part, data)


def test_a_part_of_unknown_length_must_fit_too(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(InvalidRequest, match="999 of 1000 bytes of this part"):
        repository.files.set_part(ada.actor, draft.id, "big.bin", 1, Incoming(io.BytesIO(b"x" * 999)))


def test_content_in_one_is_refused(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(InvalidRequest, match="use the parts instead"):
        repository.files.set_content(ada.actor, draft.id, "big.bin", Incoming(io.BytesIO(DATA), len(DATA)))


def test_parts_of_a_plain_file_are_refused(repository: Any, ada: Any, draft: Any) -> None:
    repository.files.declare(ada.actor, draft.id, [{"key": "a.txt"}])
    with pytest.raises(InvalidRequest, match="not announced as a multipart"):
        repository.files.set_part(ada.actor, draft.id, "a.txt", 1, Incoming(io.BytesIO(b"x"), 1))
    with pytest.raises(FileNotFound):
        repository.files.set_part(ada.actor, draft.id, "b.txt", 1, Incoming(io.BytesIO(b"x"), 1))


def test_deleting_the_file_ends_the_upload(repository: Any, ada: Any, draft: Any) -> None:
    send(repository, ada, draft, 1)
    repository.files.delete(ada.actor, draft.id, "big.bin")
    assert staged(repository) == []
    with repository.database.read() as session:
        assert [row.file_id for row in session.scalars(select(Upload))] == [None]
    announce(repository, ada, draft)
    with pytest.raises(InvalidRequest, match="missing: 1, 2, 3"):
        repository.files.commit(ada.actor, draft.id, "big.bin")


def test_the_checksum_of_the_whole_is_compared(repository: Any, ada: Any) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})
    announce(repository, ada, draft, checksum="md5:" + hashlib.md5(DATA).hexdigest())
    for part in (1, 2):
        send(repository, ada, draft, part)
    send(repository, ada, draft, 3, b"?" * 560)
    with pytest.raises(InvalidRequest, match=r"checksum of 'big\.bin' should be md5:"):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    assert repository.files.commit(ada.actor, draft.id, "big.bin").completed


def test_bytes_that_change_on_the_disk_are_noticed(repository: Any, ada: Any, draft: Any) -> None:
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    (path,) = staged(repository)
    raw = bytearray(path.read_bytes())
    raw[1500] ^= 4
    path.write_bytes(raw)
    with pytest.raises(StorageFailed, match=r"'big\.bin' from 1000 on are not what was sent"):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    with pytest.raises(InvalidRequest, match=r"missing: 2\."):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    send(repository, ada, draft, 2)
    repository.files.commit(ada.actor, draft.id, "big.bin")
    assert content_of(repository, ada, draft) == DATA


def test_lost_bytes_have_to_be_sent_again(repository: Any, ada: Any, draft: Any) -> None:
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    for path in staged(repository):
        path.unlink()
    with pytest.raises(StorageFailed, match="lost"):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    assert repository.files.commit(ada.actor, draft.id, "big.bin").completed


def test_a_database_that_is_busy_at_the_end_costs_no_bytes(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from muniment.errors import Busy

    for part in (1, 2, 3):
        send(repository, ada, draft, part)

    def busy(*_: Any, **__: Any) -> None:
        raise Busy()

    monkeypatch.setattr(repository.files.pieces, "_keep", busy)
    with pytest.raises(Busy):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    monkeypatch.undo()
    assert [key for key, _ in repository.files.storages.default.stored()] == []
    assert repository.files.commit(ada.actor, draft.id, "big.bin").completed
    assert content_of(repository, ada, draft) == DATA


def test_parts_come_side_by_side(repository: Any, ada: Any, draft: Any) -> None:
    errors: list[MunimentError] = []

    def run(part: int) -> None:
        try:
            send(repository, ada, draft, part)
        except MunimentError as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(part,)) for part in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    repository.files.commit(ada.actor, draft.id, "big.bin")
    assert content_of(repository, ada, draft) == DATA


def test_the_same_part_twice_at_once_and_a_commit_meanwhile(repository: Any, ada: Any, draft: Any) -> None:
    for part in (1, 2, 3):
        send(repository, ada, draft, part)
    begun, go_on = threading.Event(), threading.Event()

    class Waiting:
        def __init__(self) -> None:
            self.pieces: Iterator[bytes] = iter([DATA[:500], DATA[500:1000], b""])

        def read(self, size: int = -1, /) -> bytes:
            if begun.is_set():
                assert go_on.wait(30)
            begun.set()
            return next(self.pieces)

    results: list[Any] = []

    def run() -> None:
        try:
            incoming = Incoming(Waiting(), 1000)
            results.append(repository.files.set_part(ada.actor, draft.id, "big.bin", 1, incoming))
        except Locked as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(30)
    with pytest.raises(Locked):
        send(repository, ada, draft, 1)
    with pytest.raises(InvalidRequest, match=r"missing: 1\."):
        repository.files.commit(ada.actor, draft.id, "big.bin")
    go_on.set()
    thread.join()
    send(repository, ada, draft, 1)
    repository.files.commit(ada.actor, draft.id, "big.bin")
    assert content_of(repository, ada, draft) == DATA


def test_a_disk_without_room_refuses_at_the_announcement(
    repository: Any, ada: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})
    monkeypatch.setattr(repository.files.staging, "min_free_bytes", 1 << 60)
    with pytest.raises(StorageFull):
        announce(repository, ada, draft)
    assert repository.files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0
