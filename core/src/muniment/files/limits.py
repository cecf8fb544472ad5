"""How many files of what size a draft may have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from muniment.errors import InvalidRequest, TooLarge
from muniment.files.names import shown
from muniment.files.receive import too_large

if TYPE_CHECKING:
    from muniment.settings.config import Files


@dataclass(frozen=True)
class Limits:
    """Sizes in bytes: of all files of a record together, and of one. `note` says in one sentence why there is no more
    room, where that is not the limit of the record."""

    max_count: int
    max_bytes: int
    max_file_bytes: int
    allow_empty: bool
    refused_endings: tuple[str, ...] = ()
    note: str = ""

    @classmethod
    def of(cls, config: Files) -> Limits:
        endings = tuple(ending.lower().lstrip(".") for ending in config.refused_endings)
        return cls(config.max_count, config.max_bytes, config.max_file_bytes, config.allow_empty, endings)

    def room(self, used: int) -> int:
        """The most bytes that one more file may have beside others of `used` bytes, declared ones included."""
        return max(0, min(self.max_file_bytes, self.max_bytes - used))

    def check_count(self, present: int, added: int) -> None:
        """Raises `InvalidRequest`; a draft that has too many already (an older limit) may keep what it has."""
        if present + added > self.max_count:
            raise InvalidRequest(
                "Uploading selected files will result in exceeding the max amount per record. "
                f"The limit is {self.max_count} files, the record has {present}.",
                reason="files.too_many",
                values={"limit": self.max_count, "present": present},
            )

    def check_size(self, name: str, size: int, used: int) -> None:
        """Raises `TooLarge` (413) for what does not fit beside `used` bytes, `InvalidRequest` for an empty file where
        none is allowed."""
        if size == 0 and not self.allow_empty:
            message = f"Empty files are not accepted: {shown(name)} has no bytes."
            raise InvalidRequest(message, reason="file.empty", values={"name": name})
        room = self.room(used)
        if size > room:
            error = too_large(name, room)
            if room < self.max_file_bytes:
                error.reason = "files.full"
                error.values["total"] = self.max_bytes
            raise self._explained(error, room)

    def too_large(self, name: str, room: int) -> TooLarge:
        """The error for a file that has more bytes than are left for it."""
        return self._explained(too_large(name, room), room)

    def _explained(self, error: TooLarge, room: int) -> TooLarge:
        if self.note and room < self.max_file_bytes:
            error.reason, error.message = "files.quota", f"{error.message} {self.note}"
        return error

    def check_type(self, name: str) -> None:
        """Raises `InvalidRequest` for a file whose name ends in a way that the repository does not take."""
        ending = next((item for item in self.refused_endings if name.lower().endswith(f".{item}")), None)
        if ending is not None:
            message = f"Files that end in .{ending} are not accepted here: {shown(name)}."
            raise InvalidRequest(message, reason="file.type", values={"name": name, "ending": ending})
