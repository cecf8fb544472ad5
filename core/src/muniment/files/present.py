"""What lies in a draft already, as far as it limits what comes beside it."""

from __future__ import annotations

from collections.abc import Iterable

from muniment.errors import InvalidRequest
from muniment.files.names import folders_of, shown


class Present:
    """The files of one bucket of a draft as names, bytes and positions; those that are about to come can be added.

    Made from their keys, positions and sizes. Asking takes as long for the thousandth file as for the first.
    """

    def __init__(self, files: Iterable[tuple[str, int, int]] = ()) -> None:
        keys, positions, sizes = tuple(zip(*files, strict=True)) or ((), (), ())
        self.count = len(keys)
        self.used = sum(sizes)
        self.next_position = max(positions, default=-1) + 1
        self._names = set(keys)
        self._inside: dict[str, str] = {}
        for key in keys:
            if "/" in key:
                self._remember_folders(key)

    def add(self, key: str, size: int) -> None:
        """One more, behind all others."""
        self._names.add(key)
        self.count += 1
        self.used += size
        self.next_position += 1
        self._remember_folders(key)

    def _remember_folders(self, key: str) -> None:
        for folder in folders_of(key):
            self._inside.setdefault(folder, key)

    def refuse_taken(self, key: str) -> None:
        """Raises `InvalidRequest` for a name that is taken, or that would be a file and a folder at once."""
        if key in self._names:
            raise _taken(key)
        other = self._inside.get(key) or next((folder for folder in folders_of(key) if folder in self._names), None)
        if other is not None:
            raise _file_and_folder(key, other)


def _taken(key: str) -> InvalidRequest:
    message = f"File with key {key} already exists."
    return InvalidRequest(message, reason="file.exists", values={"name": key})


def _file_and_folder(key: str, other: str) -> InvalidRequest:
    message = f"{shown(key)} cannot stand beside {shown(other)}: one name would be file and folder."
    return InvalidRequest(message, reason="file.and_folder", values={"name": key, "other": other})
