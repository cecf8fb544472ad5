"""Files of a backup: only their owner may read them, and they are whole or not there."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

CHUNK = 1024 * 1024


def make_folder(path: Path) -> None:
    """Make the folder for its owner's eyes only; one that exists keeps its permissions."""
    path.mkdir(parents=True, exist_ok=True, mode=0o700)


def write_file(path: Path, pieces: Iterable[bytes]) -> str:
    """Write the pieces under a temporary name, flush them, then give them their name; returns their SHA-256.

    What the system refuses while writing (a full disk) is an `OSError` with the name of the file.
    """
    partial = path.with_name(f"{path.name}.part")
    partial.unlink(missing_ok=True)
    digest = hashlib.sha256()
    try:
        with open(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            for piece in pieces:
                digest.update(piece)
                handle.write(piece)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        if error.filename is None:
            error.filename = str(path)
        raise
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)
    return digest.hexdigest()


def pieces_of(handle: BinaryIO) -> Iterator[bytes]:
    """The rest of an open file in pieces of bounded size."""
    while piece := handle.read(CHUNK):
        yield piece


def sha256_of(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
