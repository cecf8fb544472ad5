"""The bytes of files in a backup: each content once, under its SHA-256, linked where that costs no space."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

import orjson

from muniment.backup.durable import make_folder, pieces_of, sha256_of, sync_folder, write_file
from muniment.backup.manifest import NAME, Manifest
from muniment.errors import MunimentError
from muniment.files.storage import Storage

OBJECTS: Final = "objects"
_NO_LINK: Final = {errno.EXDEV, errno.EPERM, errno.ENOTSUP, errno.EMLINK, errno.ENOSYS, errno.EACCES}


@dataclass(frozen=True)
class Content:
    """One content: its hash, its size in bytes, and where the storage keeps it (backend and key)."""

    sha256: str
    size: int
    places: tuple[tuple[str, str], ...]


@dataclass
class Taken:
    """What was added: contents and bytes that are new in this backup, and what could not be had, with the reason."""

    added: int = 0
    added_bytes: int = 0
    missing: dict[str, str] = field(default_factory=dict)


def contents_of(table: Path) -> dict[str, Content]:
    """The contents that the backed up table of stored objects names, by hash."""
    found: dict[str, Content] = {}
    with table.open("rb") as handle:
        for line in handle:
            row = orjson.loads(line)
            known = found.get(row["sha256"])
            places = (*(known.places if known else ()), (row["backend"], row["storage_key"]))
            found[row["sha256"]] = Content(row["sha256"], row["size"], places)
    return found


def object_path(folder: Path, sha256: str) -> Path:
    return folder / OBJECTS / sha256[:2] / sha256


class Collector:
    """Brings contents into the backup `folder`.

    A content that is there already, or in a backup beside it, is not read again. Others are linked when the storage is
    on the same disk and `copy` does not forbid it, else copied; either way their hash is checked.
    """

    def __init__(self, folder: Path, storages: Mapping[str, Storage], *, copy: bool = False) -> None:
        self.folder = folder
        self.storages = storages
        self.copy = copy
        self.earlier = earlier_backup(folder)
        self.taken = Taken()

    def take(self, content: Content) -> None:
        target = object_path(self.folder, content.sha256)
        if _has_size(target, content.size):
            return
        if not target.parent.is_dir():
            make_folder(target.parent)
            sync_folder(target.parent.parent)
        target.unlink(missing_ok=True)
        if not self._from_earlier(content, target):
            self._from_storage(content, target)

    def _from_earlier(self, content: Content, target: Path) -> bool:
        if self.earlier is None or self.copy:
            return False
        source = object_path(self.earlier, content.sha256)
        return _has_size(source, content.size) and _link(source, target)

    def _from_storage(self, content: Content, target: Path) -> None:
        reasons = []
        for backend, key in content.places:
            try:
                with self.storages[backend].open(key) as handle:
                    self._keep(handle, content, target)
            except KeyError:
                reasons.append(f"the storage backend '{backend}' cannot be opened")
            except (OSError, MunimentError) as error:
                if isinstance(error, OSError) and error.errno == errno.ENOSPC:
                    raise
                reasons.append(str(error))
            else:
                self.taken.added += 1
                self.taken.added_bytes += content.size
                return
        self.taken.missing[content.sha256] = "; ".join(reasons)

    def _keep(self, handle: BinaryIO, content: Content, target: Path) -> None:
        source = None if self.copy else _path_behind(handle)
        if source is not None and _link(source, target):
            digest = hashlib.sha256()
            for piece in pieces_of(handle):
                digest.update(piece)
            found = digest.hexdigest()
        else:
            found = write_file(target, pieces_of(handle))
        if found != content.sha256:
            target.unlink()
            raise MunimentError(f"the stored bytes have the hash {found}, not {content.sha256}")


def earlier_backup(folder: Path) -> Path | None:
    """The newest other backup in the same folder, whose files can be linked."""
    found = []
    for manifest in folder.parent.glob(f"*/{NAME}"):
        if manifest.parent != folder:
            with contextlib.suppress(MunimentError):
                found.append((Manifest.read(manifest.parent).made, manifest.parent))
    return max(found)[1] if found else None


def remove_unknown(folder: Path, known: Iterable[str]) -> None:
    """Remove contents that the present state of a backup does not name."""
    keep = set(known)
    for path in _stored(folder):
        if path.name not in keep:
            path.unlink()


def check_objects(folder: Path, contents: Iterable[Content], *, hashes: bool) -> Iterator[str]:
    """What is wrong with the contents, one sentence each; with `hashes` every byte is read."""
    for content in contents:
        path = object_path(folder, content.sha256)
        if not path.is_file():
            yield f"{path} is missing"
        elif path.stat().st_size != content.size:
            yield f"{path} has {path.stat().st_size} bytes instead of {content.size}"
        elif hashes and sha256_of(path) != content.sha256:
            yield f"{path} is not what was written: its hash differs from its name"


def _stored(folder: Path) -> Iterator[Path]:
    root = folder / OBJECTS
    for shard in sorted(root.iterdir()) if root.is_dir() else ():
        yield from sorted(shard.iterdir())


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _path_behind(handle: BinaryIO) -> Path | None:
    """The file on disk that a storage has opened, if it is one."""
    name = getattr(handle, "name", None)
    if not isinstance(name, (str, Path)):
        return None
    path = Path(name)
    try:
        return path if os.path.samestat(path.stat(), os.fstat(handle.fileno())) else None
    except OSError:
        return None


def _link(source: Path, target: Path) -> bool:
    """Give the same bytes a second name; False where the disk or its rights do not allow that."""
    try:
        os.link(source, target)
    except OSError as error:
        if error.errno in _NO_LINK:
            return False
        raise
    sync_folder(target.parent)
    return True
