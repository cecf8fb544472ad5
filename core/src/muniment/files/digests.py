"""Checksums: computed while bytes pass by, and read from what clients declare."""

from __future__ import annotations

import hashlib
import queue
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

#: Bytes that are read, hashed and written at a time.
CHUNK = 1 << 20
#: From this many bytes on a second thread is worth its start.
HELPER_BYTES = 8 << 20

_HEX_LENGTHS = {"md5": 32, "sha1": 40, "sha256": 64}


@dataclass(frozen=True)
class Digest:
    """What is known of a run of bytes. MD5 is for the API's sake, SHA-256 for ours; both in hexadecimal."""

    size: int
    md5: str
    sha256: str

    @property
    def checksum(self) -> str:
        """As InvenioRDM's API writes it."""
        return f"md5:{self.md5}"


class RunningDigest:
    """Sees every chunk once and has the digest at the end.

    The slower of the two hashes moves to a thread of its own once the bytes are many, since hashing is what limits
    uploads. Use it in a `with` block, so that the thread ends whatever happens.
    """

    def __init__(self) -> None:
        self.size = 0
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._sha256 = hashlib.sha256()
        self._helper: _Helper | None = None

    def __enter__(self) -> RunningDigest:
        return self

    def __exit__(self, *_: object) -> None:
        if self._helper is not None:
            self._helper.finish()

    def update(self, chunk: bytes) -> None:
        if self._helper is None and self.size >= HELPER_BYTES:
            self._helper = _Helper(self._md5.update)
        self.size += len(chunk)
        if self._helper is None:
            self._md5.update(chunk)
        else:
            self._helper.put(chunk)
        self._sha256.update(chunk)

    def pass_on(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The same chunks, seen."""
        for chunk in chunks:
            self.update(chunk)
            yield chunk

    @property
    def digest(self) -> Digest:
        """The digest of everything seen; nothing can be added afterwards."""
        if self._helper is not None:
            self._helper.finish()
        return Digest(self.size, self._md5.hexdigest(), self._sha256.hexdigest())


class _Helper:
    """A thread that is fed chunks, a few at most waiting."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._queue: queue.Queue[bytes | None] = queue.Queue(maxsize=4)
        self._thread = threading.Thread(target=self._run, args=(take,), name="digest", daemon=True)
        self._thread.start()

    def put(self, chunk: bytes) -> None:
        self._queue.put(chunk)

    def finish(self) -> None:
        """Wait until every chunk was taken; can be called again."""
        if self._thread.is_alive():
            self._queue.put(None)
            self._thread.join()

    def _run(self, take: Callable[[bytes], None]) -> None:
        while (chunk := self._queue.get()) is not None:
            take(chunk)


@dataclass(frozen=True)
class DeclaredChecksum:
    """A checksum that a client promised, like ``md5:9e107d9d…``."""

    algorithm: str
    value: str

    @classmethod
    def parse(cls, text: object) -> DeclaredChecksum:
        """Raises `ValueError` whose text says what is accepted."""
        if not isinstance(text, str):
            raise ValueError("Send the checksum as a text like 'md5:d41d8cd98f00b204e9800998ecf8427e'.")
        algorithm, colon, value = text.strip().partition(":")
        algorithm, value = algorithm.lower().replace("-", ""), value.lower()
        if not colon or algorithm not in ("md5", "sha256"):
            raise ValueError("Not a checksum that can be checked here; use 'md5:' or 'sha256:' and hexadecimal digits.")
        if len(value) != _HEX_LENGTHS[algorithm] or not re.fullmatch(r"[0-9a-f]+", value):
            raise ValueError(f"A {algorithm} checksum has {_HEX_LENGTHS[algorithm]} hexadecimal digits.")
        return cls(algorithm, value)

    def matches(self, digest: Digest) -> bool:
        return bool(self.value == getattr(digest, self.algorithm))

    def of(self, digest: Digest) -> str:
        """The same kind of checksum of what was received, for the message."""
        return f"{self.algorithm}:{getattr(digest, self.algorithm)}"

    def __str__(self) -> str:
        return f"{self.algorithm}:{self.value}"
