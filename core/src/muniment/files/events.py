"""Events of files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.events.event import RecordEvent


@dataclass(frozen=True)
class DraftFileEvent(RecordEvent):
    """Something happened to the file `file_key` of the draft with the number `record_id`."""

    file_key: str = ""
    bucket: str = "files"

    @property
    def key(self) -> str:
        return f"draft:{self.record_id}"


@dataclass(frozen=True)
class FileCommitted(DraftFileEvent):
    """All bytes of a file of a draft are stored and verified. `size` in bytes, `checksum` as ``md5:…``."""

    name: ClassVar[str] = "file.committed"
    size: int = 0
    checksum: str = ""


@dataclass(frozen=True)
class FileDeleted(DraftFileEvent):
    """A file was taken out of a draft, complete or not."""

    name: ClassVar[str] = "file.deleted"
