"""Bodies as they arrive: counted, bounded, and told apart from bodies that were cut off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from muniment.errors import TooLarge
from muniment.files.digests import CHUNK
from muniment.files.errors import TransferCut
from muniment.files.names import shown


@runtime_checkable
class Readable(Protocol):
    """What can be read from: a WSGI input, a file, a pipe."""

    def read(self, size: int = -1, /) -> bytes: ...


class Incoming:
    """The bytes of one file, part or piece on their way in.

    `length` is what the sender declared in bytes, or None when it did not know (a chunked body). `may_be_cut` tells
    that the stream ends alike when all of it came and when the connection broke. Iterate once.
    """

    def __init__(self, stream: Readable, length: int | None = None, *, may_be_cut: bool = False) -> None:
        self._stream = stream
        self.length = length
        self.may_be_cut = may_be_cut
        self.received = 0

    def bounded(self, limit: int, name: str) -> Iterator[bytes]:
        """The bytes in pieces of up to 1 MiB.

        Raises `TooLarge` once more than `limit` bytes come, `TransferCut` when fewer come than were declared. `name`
        is the file's, for messages.
        """
        if self.length is not None and self.length > limit:
            raise too_large(name, limit)
        while chunk := self._read(CHUNK):
            if self.received > limit:
                raise too_large(name, limit)
            yield chunk
        if self.length is not None and self.received < self.length:
            raise TransferCut(
                f"The connection ended after {self.received} of {self.length} bytes of {shown(name)}; send it again."
            )

    def skip(self, size: int) -> int:
        """Read and forget up to `size` bytes; returns how many came, 0 at the end."""
        return len(self._read(size))

    def _read(self, size: int) -> bytes:
        wanted = size if self.length is None else min(size, self.length - self.received)
        if not wanted:
            return b""
        try:
            chunk = self._stream.read(wanted)
        except OSError as error:
            raise TransferCut(f"The connection ended after {self.received} bytes.") from error
        self.received += len(chunk)
        return chunk


def too_large(name: str, limit: int) -> TooLarge:
    """The error for a file that has more bytes than are left for it."""
    return TooLarge(
        f"{shown(name)} is too large: {limit} bytes are allowed for it here.",
        reason="file.too_large",
        values={"name": name, "limit": limit},
    )
