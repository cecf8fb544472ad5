"""Storing so that it can be believed: digests are taken on the way in and compared with what is read back.

Storage services have been seen to answer success and store nothing, so nothing is acknowledged before the object
was read back whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass

from muniment.files.digests import CHUNK, Digest, RunningDigest
from muniment.files.errors import StorageFailed
from muniment.files.names import shown, shown_first
from muniment.files.storage import BatchStorage, Storage


@dataclass(frozen=True)
class NewObject:
    """Bytes on their way into a storage: under `key`, for the file `name`. `size` in bytes, where it is known."""

    key: str
    name: str
    chunks: Iterable[bytes]
    size: int | None = None


def store(storage: Storage, key: str, chunks: Iterable[bytes], *, name: str, size: int | None = None) -> Digest:
    """Store one object; see `store_all`."""
    return store_all(storage, [NewObject(key, name, chunks, size)])[0]


def store_all(storage: Storage, objects: Sequence[NewObject]) -> list[Digest]:
    """Store objects, read them back, and return their digests. Each object's chunks are asked for after those before.

    Raises `StorageFailed` when what is read back is not what was sent, and whatever the chunks or the storage raise;
    nothing is left in the storage then.
    """
    try:
        digests = _put(storage, objects)
        for new, digest in zip(objects, digests, strict=True):
            verify(storage, new.key, digest, name=new.name)
    except BaseException:
        for new in objects:
            storage.delete(new.key)
        raise
    return digests


def _put(storage: Storage, objects: Sequence[NewObject]) -> list[Digest]:
    with ExitStack() as stack:
        seen = [stack.enter_context(RunningDigest()) for _ in objects]
        passing = [digest.pass_on(new.chunks) for digest, new in zip(seen, objects, strict=True)]
        try:
            if len(objects) > 1 and isinstance(storage, BatchStorage):
                storage.put_all(zip((new.key for new in objects), passing, strict=True))
            else:
                for new, chunks in zip(objects, passing, strict=True):
                    storage.put(new.key, chunks, new.size)
        except OSError as error:
            names = shown_first([new.name for new in objects])
            raise StorageFailed(
                f"The storage could not keep {names} ({error.strerror or error}); please send it again."
            ) from error
        return [digest.digest for digest in seen]


def verify(storage: Storage, key: str, digest: Digest, *, name: str) -> None:
    """Read the object back and compare size and SHA-256; raises `StorageFailed` which names the file."""
    stat = storage.stat(key)
    if stat is None:
        raise StorageFailed(f"The storage said it kept {shown(name)}, but has nothing; please send the file again.")
    if stat.size != digest.size:
        raise StorageFailed(
            f"The storage kept {stat.size} of the {digest.size} bytes of {shown(name)}; please send the file again."
        )
    found = hashlib.sha256()
    try:
        # No larger pieces than there are bytes: a buffer of a mebibyte costs a small file more than its hash does.
        for chunk in read_chunks(storage, key, min(CHUNK, digest.size + 1)):
            found.update(chunk)
    except OSError as error:
        raise StorageFailed(f"The storage cannot give {shown(name)} back ({error.strerror or error}).") from error
    if found.hexdigest() != digest.sha256:
        raise StorageFailed(
            f"What the storage gives back for {shown(name)} is not what was sent; please send the file again."
        )


def read_chunks(storage: Storage, key: str, chunk: int = CHUNK) -> Iterator[bytes]:
    """The object piece by piece; raises `OSError` when it cannot be read."""
    with closing(storage.open(key)) as handle:
        while data := handle.read(chunk):
            yield data
