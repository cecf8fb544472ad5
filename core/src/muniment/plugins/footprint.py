"""When files and folders changed last: whether looking at them again could find anything else."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import Final

#: Within this time (seconds) two changes may leave the same time behind; the coarsest file systems count in twos.
_COARSE: Final = 2.0


class Footprint:
    """The times of the folders on `sys.path`, where installers add and remove entries, and of what it is told.

    It is taken before one looks.
    """

    def __init__(self) -> None:
        self._began = time.time()
        self._search_path = tuple(sys.path)
        self._times: dict[Path, int | None] = {}
        self.add(*map(Path, self._search_path))

    def add(self, *paths: Path) -> None:
        for path in paths:
            self._times[path] = _changed(path)

    def is_still_there(self) -> bool:
        """Whether nothing changed since, for certain: what had just changed may have changed once more unseen."""
        if tuple(sys.path) != self._search_path:
            return False
        newest = max(changed or 0 for changed in self._times.values())
        if newest / 1e9 > self._began - _COARSE:
            return False
        return all(_changed(path) == before for path, before in self._times.items())


def _changed(path: Path) -> int | None:
    try:
        return os.stat(path).st_mtime_ns
    except OSError:
        return None
