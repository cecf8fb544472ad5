"""Resumable uploads: offsets that last, pieces that are compared, uploads that end."""

from __future__ import annotations

import hashlib
import io
import random
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from muniment.errors import Conflict, InvalidRequest, Locked, NotFound, PermissionDenied, TooLarge
from muniment.files import resumable, segments, staging
from muniment.files.errors import ChecksumMismatch, StorageFailed, TransferCut, UploadGone
from muniment.files.models import Upload, UploadSegment
from muniment.files.receive import Incoming
from muniment.files.resumable import expected_digest
from muniment.files.segments import ExpectedDigest

DATA = bytes(range(256)) * 40


@pytest.fixture
def draft(repository: Any, ada: Any) -> Any:
    return repository.records.create(ada.actor, {"metadata": {"title": "Bytes"}})


@pytest.fixture
def upload(repository: Any, ada: Any, draft: Any) -> Any:
    return repository.files.resumable.create(ada.actor, draft.id, "a.bin", len(DATA))


def send(
    repository: Any,
    ada: Any,
    draft: Any,
    upload: Any,
    offset: int,
    data: bytes,
    *,
    length: int | None = None,
    checksum: ExpectedDigest | None = None,
) -> Any:
    incoming = Incoming(io.BytesIO(data), len(data) if length is None else length)
    return repository.files.resumable.append(ada.actor, draft.id, upload.id, offset, incoming, checksum)


def content_of(repository: Any, ada: Any, draft: Any, key: str = "a.bin") -> bytes:
    with repository.files.download(ada.actor, draft.id, key, draft=True).open() as handle:
        return bytes(handle.read())


def test_pieces_one_after_the_other_complete_the_file(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    assert (upload.offset, upload.length) == (0, len(DATA))
    state = send(repository, ada, draft, upload, 0, DATA[:1000])
    assert (state.offset, state.finished) == (1000, False)
    state = send(repository, ada, draft, upload, 1000, DATA[1000:])
    assert (state.offset, state.finished) == (len(DATA), True)
    _, entry = repository.files.file(ada.actor, draft.id, "a.bin", draft=True)
    assert entry.completed
    assert entry.checksum == "md5:" + hashlib.md5(DATA).hexdigest()
    assert content_of(repository, ada, draft) == DATA
    assert list(repository.files.staging.path.iterdir()) == []


def test_a_finished_upload_still_answers(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA)
    state = repository.files.resumable.state(ada.actor, draft.id, upload.id)
    assert (state.offset, state.finished) == (len(DATA), True)
    assert send(repository, ada, draft, upload, len(DATA), b"").finished


def test_what_came_before_a_cut_counts(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    with pytest.raises(TransferCut):
        send(repository, ada, draft, upload, 0, DATA[:700], length=5000)
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).offset == 700


def test_fifty_cuts_end_with_the_right_bytes(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    chance = random.Random(7)
    offset, cuts = 0, 0
    while offset < len(DATA):
        size = min(chance.randint(1, 180), len(DATA) - offset)
        if cuts < 50 and offset + size < len(DATA):
            cuts += 1
            with pytest.raises(TransferCut):
                send(repository, ada, draft, upload, offset, DATA[offset : offset + size], length=len(DATA) - offset)
        else:
            send(repository, ada, draft, upload, offset, DATA[offset : offset + size])
        offset = repository.files.resumable.state(ada.actor, draft.id, upload.id).offset
    assert cuts == 50
    assert content_of(repository, ada, draft) == DATA


def test_a_wrong_offset_tells_the_right_one(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA[:100])
    with pytest.raises(Conflict, match="stands at byte 100, not 50") as caught:
        send(repository, ada, draft, upload, 50, DATA[50:])
    assert caught.value.headers["Upload-Offset"] == "100"


def test_more_than_was_announced_is_refused(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    with pytest.raises(TooLarge):
        send(repository, ada, draft, upload, 0, DATA + b"more")
    state = repository.files.resumable.state(ada.actor, draft.id, upload.id)
    assert (state.offset, state.finished) == (0, False)
    incoming = Incoming(io.BytesIO(DATA + b"more"))
    with pytest.raises(TooLarge):
        repository.files.resumable.append(ada.actor, draft.id, upload.id, 0, incoming, None)
    assert not repository.files.file(ada.actor, draft.id, "a.bin", draft=True)[1].completed


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_a_piece_with_a_checksum(repository: Any, ada: Any, draft: Any, upload: Any, algorithm: str) -> None:
    right = expected_digest(algorithm, hashlib.new(algorithm, DATA[:100]).digest())
    wrong = expected_digest(algorithm, hashlib.new(algorithm, b"other").digest())
    with pytest.raises(ChecksumMismatch):
        send(repository, ada, draft, upload, 0, DATA[:100], checksum=wrong)
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).offset == 0
    assert send(repository, ada, draft, upload, 0, DATA[:100], checksum=right).offset == 100


def test_a_cut_piece_with_a_checksum_does_not_count(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    right = expected_digest("md5", hashlib.md5(DATA[:100]).digest())
    with pytest.raises(TransferCut):
        send(repository, ada, draft, upload, 0, DATA[:60], length=100, checksum=right)
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).offset == 0


def test_checksums_that_cannot_be_compared() -> None:
    with pytest.raises(InvalidRequest, match="sha256, sha1, md5"):
        expected_digest("crc32", b"1234")
    with pytest.raises(InvalidRequest, match="not a md5 digest"):
        expected_digest("md5", b"1234")


def test_the_offset_is_made_durable_on_the_way(
    repository: Any, ada: Any, draft: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(segments, "CHECKPOINT_BYTES", 2 << 20)
    monkeypatch.setattr(resumable, "WAIT_SECONDS", 0.0)
    size = 5 << 20
    upload = repository.files.resumable.create(ada.actor, draft.id, "a.bin", size)
    seen: list[int] = []

    class Body:
        left = size

        def read(self, wanted: int = -1, /) -> bytes:
            seen.append(repository.files.resumable.state(ada.actor, draft.id, upload.id).offset)
            piece = bytes(min(wanted, self.left))
            self.left -= len(piece)
            return piece

    repository.files.resumable.append(ada.actor, draft.id, upload.id, 0, Incoming(Body(), size), None)
    assert sorted(set(seen)) == [0, 2 << 20, 4 << 20]
    with repository.database.read() as session:
        assert session.scalars(select(UploadSegment)).all() == []
    assert content_of(repository, ada, draft) == bytes(size)


def test_bytes_beyond_the_durable_offset_are_written_again(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA[:100])
    with repository.files.staging.data(upload.id).open("ab") as handle:
        handle.write(b"?" * 5000)  # a process that was killed before it could record them
    send(repository, ada, draft, upload, 100, DATA[100:])
    assert content_of(repository, ada, draft) == DATA


def test_damage_on_the_disk_takes_the_offset_back(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA[:1000])
    send(repository, ada, draft, upload, 1000, DATA[1000:2000])
    path = repository.files.staging.data(upload.id)
    raw = bytearray(path.read_bytes())
    raw[1500] ^= 1
    path.write_bytes(raw)
    with pytest.raises(StorageFailed, match="from 1000 on"):
        send(repository, ada, draft, upload, 2000, DATA[2000:])
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).offset == 1000
    send(repository, ada, draft, upload, 1000, DATA[1000:])
    assert content_of(repository, ada, draft) == DATA


def test_the_checksum_of_the_whole_file(repository: Any, ada: Any, draft: Any) -> None:
    right = "sha256:" + hashlib.sha256(DATA).hexdigest()
    upload = repository.files.resumable.create(ada.actor, draft.id, "a.bin", len(DATA), checksum=right)
    with pytest.raises(ChecksumMismatch, match=r"checksum of 'a\.bin' should be sha256:"):
        send(repository, ada, draft, upload, 0, b"?" * len(DATA))
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).offset == 0
    assert send(repository, ada, draft, upload, 0, DATA).finished


def test_an_upload_interrupted_at_its_very_end_is_finished_by_asking(
    repository: Any, ada: Any, draft: Any, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: Any) -> None:
        raise StorageFailed()

    monkeypatch.setattr(repository.files.pieces, "complete", killed)
    with pytest.raises(StorageFailed):
        send(repository, ada, draft, upload, 0, DATA)
    monkeypatch.undo()
    assert repository.files.resumable.state(ada.actor, draft.id, upload.id).finished
    assert content_of(repository, ada, draft) == DATA


def test_a_commit_finishes_an_upload_too(
    repository: Any, ada: Any, draft: Any, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InvalidRequest, match=r"0 of 10240 bytes of 'a\.bin' have come"):
        repository.files.commit(ada.actor, draft.id, "a.bin")
    send(repository, ada, draft, upload, 0, DATA)
    assert repository.files.commit(ada.actor, draft.id, "a.bin").completed


def test_one_upload_for_each_name(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    with pytest.raises(Conflict, match=r"upload of 'a\.bin' is under way"):
        repository.files.resumable.create(ada.actor, draft.id, "a.bin", 10)
    with pytest.raises(Conflict, match=r"resumable upload of 'a\.bin' is under way"):
        repository.files.set_content(ada.actor, draft.id, "a.bin", Incoming(io.BytesIO(b"x"), 1))
    send(repository, ada, draft, upload, 0, DATA)
    with pytest.raises(Conflict, match=r"a\.bin already exists"):
        repository.files.resumable.create(ada.actor, draft.id, "a.bin", 10)


def test_a_file_announced_before_is_taken_up(repository: Any, ada: Any, draft: Any) -> None:
    checksum = "md5:" + hashlib.md5(DATA).hexdigest()
    repository.files.declare(
        ada.actor, draft.id, [{"key": "b.bin", "size": len(DATA), "checksum": checksum, "metadata": {"x": 1}}]
    )
    with pytest.raises(Conflict, match="announced with 10240 bytes, not 10"):
        repository.files.resumable.create(ada.actor, draft.id, "b.bin", 10)
    upload = repository.files.resumable.create(ada.actor, draft.id, "b.bin", len(DATA))
    with pytest.raises(ChecksumMismatch):
        send(repository, ada, draft, upload, 0, b"?" * len(DATA))
    send(repository, ada, draft, upload, 0, DATA)
    assert repository.files.file(ada.actor, draft.id, "b.bin", draft=True)[1].description == {"x": 1}


def test_two_tabs_send_to_the_same_upload(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    begun, go_on = threading.Event(), threading.Event()

    class Waiting:
        def __init__(self) -> None:
            self.pieces = iter([DATA[:100], DATA[100:200]])

        def read(self, size: int = -1, /) -> bytes:
            if begun.is_set():
                assert go_on.wait(30)
            begun.set()
            return next(self.pieces)

    results: list[Any] = []
    thread = threading.Thread(
        target=lambda: results.append(
            repository.files.resumable.append(ada.actor, draft.id, upload.id, 0, Incoming(Waiting(), 200), None)
        )
    )
    thread.start()
    assert begun.wait(30)
    with pytest.raises(Locked):
        send(repository, ada, draft, upload, 0, DATA)
    go_on.set()
    thread.join()
    assert results[0].offset == 200


def test_a_dead_connection_gives_way(
    repository: Any, ada: Any, draft: Any, upload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(staging, "STALLED_SECONDS", 0.0)
    begun, go_on = threading.Event(), threading.Event()

    class Dead:
        sent = False

        def read(self, size: int = -1, /) -> bytes:
            if not self.sent:
                self.sent = True
                return b"stale" * 20
            begun.set()
            assert go_on.wait(30)
            return b"late" * 25

    results: list[Any] = []

    def run() -> None:
        try:
            repository.files.resumable.append(ada.actor, draft.id, upload.id, 0, Incoming(Dead(), 200), None)
        except (Locked, Conflict) as error:
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert begun.wait(30)
    send(repository, ada, draft, upload, 0, DATA[:1000])
    go_on.set()
    thread.join()
    assert len(results) == 1
    send(repository, ada, draft, upload, 1000, DATA[1000:])
    assert content_of(repository, ada, draft) == DATA


def test_terminating(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA[:100])
    repository.files.resumable.terminate(ada.actor, draft.id, upload.id)
    assert list(repository.files.staging.path.iterdir()) == []
    assert repository.files.listing(ada.actor, draft.id, draft=True).snapshot.count == 0
    calls: list[Callable[[], Any]] = [
        lambda: repository.files.resumable.state(ada.actor, draft.id, upload.id),
        lambda: send(repository, ada, draft, upload, 100, DATA[100:]),
        lambda: repository.files.resumable.terminate(ada.actor, draft.id, upload.id),
    ]
    for call in calls:
        with pytest.raises(UploadGone):
            call()
    repository.files.resumable.create(ada.actor, draft.id, "a.bin", 10)


def test_terminating_a_finished_upload_keeps_the_file(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    send(repository, ada, draft, upload, 0, DATA)
    repository.files.resumable.terminate(ada.actor, draft.id, upload.id)
    with pytest.raises(UploadGone):
        repository.files.resumable.state(ada.actor, draft.id, upload.id)
    assert content_of(repository, ada, draft) == DATA


def test_an_expired_upload_is_gone(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    with repository.database.write() as unit:
        unit.session.get_one(Upload, upload.id).expires = unit.now - timedelta(seconds=1)
    with pytest.raises(UploadGone):
        repository.files.resumable.state(ada.actor, draft.id, upload.id)


def test_each_piece_prolongs_the_upload(repository: Any, ada: Any, draft: Any, upload: Any) -> None:
    assert send(repository, ada, draft, upload, 0, DATA[:10]).expires > upload.expires


def test_only_those_who_may_change_the_draft(repository: Any, ada: Any, grace: Any, draft: Any, upload: Any) -> None:
    with pytest.raises(PermissionDenied):
        repository.files.resumable.state(grace.actor, draft.id, upload.id)
    with pytest.raises(PermissionDenied):
        repository.files.resumable.create(grace.actor, draft.id, "b.bin", 10)
    other = repository.records.create(ada.actor, {"metadata": {"title": "Other"}})
    with pytest.raises(NotFound, match="has no upload"):
        repository.files.resumable.state(ada.actor, other.id, upload.id)


@pytest.mark.configuration("files", max_bytes=1000)
def test_limits_hold_from_the_beginning(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(TooLarge):
        repository.files.resumable.create(ada.actor, draft.id, "a.bin", 1001)
    repository.files.resumable.create(ada.actor, draft.id, "a.bin", 600)
    with pytest.raises(TooLarge):
        repository.files.resumable.create(ada.actor, draft.id, "b.bin", 401)


def test_an_empty_file_is_refused_at_once(repository: Any, ada: Any, draft: Any) -> None:
    with pytest.raises(InvalidRequest, match="Empty files are not accepted"):
        repository.files.resumable.create(ada.actor, draft.id, "a.bin", 0)


@pytest.mark.configuration("files", allow_empty=True)
def test_an_empty_file_is_finished_at_once(repository: Any, ada: Any, draft: Any) -> None:
    assert repository.files.resumable.create(ada.actor, draft.id, "a.bin", 0).finished
    assert content_of(repository, ada, draft) == b""


def test_what_has_come_is_told_in_pieces_to_those_who_may_go_on(
    repository: Any, ada: Any, grace: Any, draft: Any, upload: Any
) -> None:
    assert repository.files.resumable.pieces(ada.actor, draft.id, upload.id) == []
    send(repository, ada, draft, upload, 0, DATA[:1000])
    send(repository, ada, draft, upload, 1000, DATA[1000:1500])
    found = repository.files.resumable.pieces(ada.actor, draft.id, upload.id)
    assert [(piece.start, piece.length) for piece in found] == [(0, 1000), (1000, 500)]
    assert found[1].sha256 == hashlib.sha256(DATA[1000:1500]).hexdigest()
    with pytest.raises((PermissionDenied, NotFound)):
        repository.files.resumable.pieces(grace.actor, draft.id, upload.id)
