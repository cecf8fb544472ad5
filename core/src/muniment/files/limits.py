"""How many files of what size a draft may have."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import InvalidRequest
from muniment.files.names import shown
from muniment.files.receive import too_large
from muniment.files.snapshots import FileEntry

if TYPE_CHECKING:
    from muniment.settings.config import Files


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes: of all files of a record together, and of one."""

    max_count: int
    max_bytes: int
    max_file_bytes: int
    allow_empty: bool

    @classmethod
    def of(cls, config: Files) -> Limits:
        return cls(config.max_count, config.max_bytes, config.max_file_bytes, config.allow_empty)

    def room(self, others: Iterable[FileEntry]) -> int:
        """The most bytes that one more file may have beside `others`, whose declared sizes count as used."""
        used = sum(entry.size if entry.size is not None else entry.declared_size or 0 for entry in others)
        return max(0, min(self.max_file_bytes, self.max_bytes - used))

    def check_count(self, present: int, added: int) -> None:
        """Raises `InvalidRequest`; a draft that has too many already (an older limit) may keep what it has."""
        if present + added > self.max_count:
            raise InvalidRequest(
                "Uploading selected files will result in exceeding the max amount per record. "
                f"The limit is {self.max_count} files, the record has {present}."
            )

    def check_size(self, name: str, size: int, others: Iterable[FileEntry]) -> None:
        """Raises `TooLarge` (413) for what does not fit, `InvalidRequest` for an empty file where none is allowed."""
        if size == 0 and not self.allow_empty:
            raise InvalidRequest(f"Empty files are not accepted: {shown(name)} has no bytes.")
        room = self.room(others)
        if size > room:
            raise too_large(name, room)
