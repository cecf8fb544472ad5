"""A page of memory that all processes share: how far the index has come. It is a signal, never the truth.

The truth is the position that is committed with the index; the leader writes it here after each commit.
"""

from __future__ import annotations

import mmap
import os
import struct
from pathlib import Path
from typing import Final

from muniment.search.port import IndexState

SIZE: Final = 64
_GENERATION: Final = 8
_POSITION: Final = 16
_LEADER: Final = 24
_WORD: Final = struct.Struct("=Q")


class SharedState:
    """The shared page. Words are aligned and eight bytes long, so that readers never see half of one."""

    def __init__(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(descriptor).st_size < SIZE:
                os.ftruncate(descriptor, SIZE)
            self._page = mmap.mmap(descriptor, SIZE)
        finally:
            os.close(descriptor)

    def read(self) -> IndexState:
        """Position first: whoever sees a position also sees the generation that contains it."""
        position = self._get(_POSITION)
        return IndexState(position, self._get(_GENERATION))

    @property
    def position(self) -> int:
        return self._get(_POSITION)

    @property
    def generation(self) -> int:
        return self._get(_GENERATION)

    @property
    def leader(self) -> int:
        """The process id of the leader, 0 when none is known."""
        return self._get(_LEADER)

    def has_leader(self) -> bool:
        """Whether the leader that was written down is a process that lives."""
        process = self.leader
        if process == 0:
            return False
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return False
        except PermissionError:  # it lives, under another account
            return True
        return True

    def publish(self, position: int, generation: int) -> None:
        """Generation first, see `read`."""
        _WORD.pack_into(self._page, _GENERATION, generation)
        _WORD.pack_into(self._page, _POSITION, position)

    def set_leader(self, process: int) -> None:
        _WORD.pack_into(self._page, _LEADER, process)

    def _get(self, offset: int) -> int:
        value: int = _WORD.unpack_from(self._page, offset)[0]
        return value

    def close(self) -> None:
        self._page.close()
