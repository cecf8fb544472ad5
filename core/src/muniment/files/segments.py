"""Receiving a run of bytes so that each part of it counts as soon as it is on disk."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

from muniment.files.errors import ChecksumMismatch
from muniment.files.staging import Writer

#: After this many bytes the offset is made durable, so that a crash costs no more than these.
CHECKPOINT_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class ExpectedDigest:
    """What the bytes of one request hash to, by the client's word."""

    ALGORITHMS: ClassVar[tuple[str, ...]] = ("sha256", "sha1", "md5")

    algorithm: str
    value: bytes


class SegmentReceiver:
    """Writes chunks from `offset` on and reports flushed runs with `record(start, size, sha256)`.

    With a checksum to compare nothing is recorded before all bytes have come and agree.
    """

    def __init__(
        self,
        writer: Writer,
        offset: int,
        checksum: ExpectedDigest | None,
        record: Callable[[int, int, str], None],
    ) -> None:
        self._writer = writer
        self._record = record
        self._expected = checksum.value if checksum else None
        self._compared = hashlib.new(checksum.algorithm, usedforsecurity=False) if checksum else None
        self._start = offset
        self._end = offset
        self._digest = hashlib.sha256()

    def take(self, chunk: bytes) -> None:
        self._writer.write(self._end, chunk)
        self._digest.update(chunk)
        self._end += len(chunk)
        if self._compared is not None:
            self._compared.update(chunk)
        elif self._end - self._start >= CHECKPOINT_BYTES:
            self._checkpoint()

    def interrupted(self) -> None:
        """The body ended before its time: keep what came, unless it would have to be compared first."""
        if self._compared is None:
            self._checkpoint()

    def finish(self) -> None:
        """All bytes of the request have come; raises `ChecksumMismatch`."""
        if self._compared is not None and self._compared.digest() != self._expected:
            raise ChecksumMismatch()
        self._checkpoint()

    def _checkpoint(self) -> None:
        if self._end == self._start:
            return
        self._writer.flush()
        self._record(self._start, self._end - self._start, self._digest.hexdigest())
        self._start, self._digest = self._end, hashlib.sha256()
