"""Storing so that it can be believed: digests are taken on the way in and compared with what is read back.

Storage services have been seen to answer success and store nothing, so nothing is acknowledged before the object
was read back whole.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import closing

from muniment.errors import MunimentError
from muniment.files.digests import CHUNK, Digest, RunningDigest
from muniment.files.errors import StorageFailed
from muniment.files.names import shown
from muniment.files.storage import Storage


def store(storage: Storage, key: str, chunks: Iterable[bytes], *, name: str, size: int | None = None) -> Digest:
    """Store the chunks under `key`, read them back, and return their digest. `name` is for messages.

    Raises `StorageFailed` (and removes the object) when what is read back is not what was sent, and whatever the
    chunks or the storage raise.
    """
    with RunningDigest() as running:
        try:
            storage.put(key, running.pass_on(chunks), size)
        except OSError as error:
            storage.delete(key)
            raise StorageFailed(
                f"The storage could not keep {shown(name)} ({error.strerror or error}); it is still pending."
            ) from error
        digest = running.digest
    try:
        verify(storage, key, digest, name=name)
    except MunimentError:
        storage.delete(key)
        raise
    return digest


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
        for chunk in read_chunks(storage, key):
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
