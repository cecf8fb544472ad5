"""Errors that only files know."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator

from muniment.errors import MunimentError, NotFound, StorageFull
from muniment.files.names import shown_first


class FileNotFound(NotFound):
    """The record has no file of that name (or none that can be downloaded yet)."""

    def __init__(self, record_id: str, key: str) -> None:
        super().__init__(f"Record '{record_id}' has no file '{key}'.")


class StorageFailed(MunimentError):
    """The storage did not keep what it was given, or cannot give back what it holds. Nothing was acknowledged."""

    status = 503
    default_message = "The storage did not keep the file; it is still pending. Please send it again."


class UploadGone(MunimentError):
    """A resumable upload that ended: it expired, was terminated, or its file was deleted."""

    status = 410
    default_message = "This upload has expired or was ended; begin a new one."


class ChecksumMismatch(MunimentError):
    """tus: the bytes that arrived are not those whose checksum was sent; they were discarded."""

    status = 460
    default_message = "Checksum Mismatch: the bytes were discarded; send them again from the same offset."


class TransferCut(MunimentError):
    """The connection ended before the whole body had arrived. Nobody reads this answer, but the log does."""

    status = 400
    default_message = "The connection ended before all bytes had arrived."


@contextlib.contextmanager
def naming_what_does_not_fit(*keys: str) -> Iterator[None]:
    """Make a full disk, wherever it was noticed, a `StorageFull` that names the files for which there was no room."""
    try:
        yield
    except (StorageFull, OSError) as error:
        if isinstance(error, OSError) and error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageFull(
            f"The storage of this repository is full: {shown_first(keys)} could not be stored. "
            "Try again when there is room."
        ) from error
