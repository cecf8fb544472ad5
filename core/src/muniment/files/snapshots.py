"""The files of a draft or record as frozen values, and their JSON inside a record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

from muniment.files.names import extension

#: What a file name may keep in a URL; a slash stays a slash.
_SAFE = "/!$&'()*,;:@-._~"


def key_in_url(key: str) -> str:
    """A file's name as the path of a URL."""
    return quote(key, safe=_SAFE)


@dataclass(frozen=True)
class FileEntry:
    """One file. `size` in bytes and `checksum` (``md5:…``) are None until its bytes have arrived.

    `object_id` names the stored bytes, which versions of a record share; `id` is this entry's own.
    """

    id: UUID
    object_id: UUID | None
    key: str
    status: str
    size: int | None
    checksum: str | None
    mimetype: str
    hidden: bool
    created: datetime
    updated: datetime
    position: int = 0
    description: Mapping[str, Any] | None = field(default=None, hash=False)
    transfer: Mapping[str, Any] = field(default_factory=dict, hash=False)
    declared_size: int | None = None
    declared_checksum: str | None = None

    @property
    def completed(self) -> bool:
        return self.status == "completed"

    @property
    def ext(self) -> str:
        return extension(self.key)

    def more_links(self, address: str) -> dict[str, str]:
        """Links that only some kinds of complete files have; `address` is the file's own."""
        return {"container": f"{address}/container"} if self.completed and self.ext == "zip" else {}

    def to_dict(self, links_base: str) -> dict[str, Any]:
        """The entry of `files.entries` in a record's JSON."""
        address = f"{links_base}/{key_in_url(self.key)}"
        return {
            "id": str(self.object_id or self.id),
            "checksum": self.checksum,
            "ext": self.ext,
            "size": self.size,
            "mimetype": self.mimetype,
            "storage_class": "L",
            "key": self.key,
            "metadata": dict(self.description) if self.description is not None else None,
            "access": {"hidden": self.hidden},
            "links": {"self": address, "content": f"{address}/content", **self.more_links(address)},
        }


@dataclass(frozen=True)
class FilesSnapshot:
    """All files of one draft or record at one moment, in the order in which they were announced.

    `media` are its media files, which belong to the work's presentation and not to the work; nothing else counts them.
    """

    entries: tuple[FileEntry, ...] = ()
    media: tuple[FileEntry, ...] = ()

    @property
    def count(self) -> int:
        return len(self.entries)

    @property
    def total_bytes(self) -> int:
        return sum(entry.size or 0 for entry in self.entries)

    @property
    def pending(self) -> tuple[FileEntry, ...]:
        """Files that were announced but not committed."""
        return tuple(entry for entry in self.entries if not entry.completed)

    @property
    def completed(self) -> tuple[FileEntry, ...]:
        return tuple(entry for entry in self.entries if entry.completed)

    @property
    def visible(self) -> tuple[FileEntry, ...]:
        """Completed files that pages list; hidden ones can be fetched by their address only."""
        return tuple(entry for entry in self.entries if entry.completed and not entry.hidden)

    def get(self, key: str) -> FileEntry | None:
        return next((entry for entry in self.entries if entry.key == key), None)

    def to_dict(self, links_base: str) -> dict[str, Any]:
        """`files.entries` of a record's JSON; `links_base` is the address of the record's file list."""
        return {entry.key: entry.to_dict(links_base) for entry in self.entries}
