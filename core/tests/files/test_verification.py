"""Nothing is believed before it was read back: storages that lie are found out."""

from __future__ import annotations

import io
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import BinaryIO

import pytest

from muniment.errors import StorageFull
from muniment.files.digests import Digest
from muniment.files.errors import StorageFailed
from muniment.files.storage import DownloadHeaders, HandOver, ObjectStat
from muniment.files.verification import NewObject, store, store_all, verify


class MemoryStorage:
    """Keeps objects in memory; subclasses lie."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
        self.objects[key] = self.kept(b"".join(chunks))

    def kept(self, data: bytes) -> bytes:
        return data

    def open(self, key: str, start: int = 0) -> BinaryIO:
        if key not in self.objects:
            raise FileNotFoundError(key)
        return io.BytesIO(self.objects[key][start:])

    def stat(self, key: str) -> ObjectStat | None:
        found = self.objects.get(key)
        return None if found is None else ObjectStat(len(found), datetime.now(UTC))

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def url(self, key: str, headers: DownloadHeaders) -> HandOver | None:
        return None


class StoresNothing(MemoryStorage):
    def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
        for _ in chunks:
            pass


class Truncates(MemoryStorage):
    def kept(self, data: bytes) -> bytes:
        return data[:-1]


class FlipsABit(MemoryStorage):
    def kept(self, data: bytes) -> bytes:
        return bytes([data[0] ^ 1]) + data[1:]


class TimesOutAtTheEnd(MemoryStorage):
    def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
        super().put(key, chunks)
        raise TimeoutError("no answer on close")


class CannotRead(MemoryStorage):
    def open(self, key: str, start: int = 0) -> BinaryIO:
        raise OSError(5, "Input/output error")


LIARS = [
    (StoresNothing, "has nothing"),
    (Truncates, "kept 4 of the 5 bytes"),
    (FlipsABit, "is not what was sent"),
    (TimesOutAtTheEnd, "could not keep"),
    (CannotRead, "cannot give"),
]


def test_an_honest_storage_is_believed() -> None:
    storage = MemoryStorage()
    digest = store(storage, "k", [b"ab", b"cde"], name="a.txt")
    assert digest.size == 5
    assert storage.objects == {"k": b"abcde"}


@pytest.mark.parametrize(("liar", "message"), LIARS)
def test_a_lying_storage_is_found_out_and_nothing_remains(liar: type[MemoryStorage], message: str) -> None:
    storage = liar()
    with pytest.raises(StorageFailed, match=message) as caught:
        store(storage, "k", [b"ab", b"cde"], name="a.txt")
    assert "'a.txt'" in caught.value.message
    assert caught.value.status == 503
    assert storage.objects == {}


@pytest.mark.parametrize(("liar", "message"), LIARS)
def test_of_several_objects_nothing_remains_when_one_was_not_kept(liar: type[MemoryStorage], message: str) -> None:
    storage = liar()
    objects = [NewObject("k", "a.txt", [b"ab", b"cde"]), NewObject("l", "b.txt", [b"fghij"])]
    with pytest.raises(StorageFailed, match=message):
        store_all(storage, objects)
    assert storage.objects == {}


def test_several_objects_go_one_by_one_into_a_storage_that_knows_no_other_way() -> None:
    storage = MemoryStorage()
    digests = store_all(storage, [NewObject("k", "a.txt", [b"ab"]), NewObject("l", "b.txt", [b"cde"])])
    assert [digest.size for digest in digests] == [2, 3]
    assert storage.objects == {"k": b"ab", "l": b"cde"}


def test_a_full_storage_passes_through() -> None:
    class Full(MemoryStorage):
        def put(self, key: str, chunks: Iterable[bytes], size: int | None = None) -> None:
            raise StorageFull()

    with pytest.raises(StorageFull):
        store(Full(), "k", [b"x"], name="a.txt")


def test_verify_finds_rot() -> None:
    storage = MemoryStorage()
    digest = store(storage, "k", [b"abcde"], name="a.txt")
    storage.objects["k"] = b"abcdf"
    with pytest.raises(StorageFailed):
        verify(storage, "k", digest, name="a.txt")
    with pytest.raises(StorageFailed):
        verify(storage, "other", Digest(1, "", ""), name="a.txt")
