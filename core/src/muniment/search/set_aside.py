"""Documents that could not be indexed: kept in a list for the operator, tried again when they change."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson

from muniment.search.embedded.folder import write_atomically


@dataclass(frozen=True)
class SetAsideEntry:
    """A document that was given up after three tries. `event_id` is the last event that concerned it."""

    key: str
    event_id: int
    error: str
    at: str


class SetAside:
    """The list, in a JSON file beside the index."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.Lock()

    def entries(self) -> list[SetAsideEntry]:
        try:
            loaded = orjson.loads(self.path.read_bytes())
        except (OSError, ValueError):
            return []
        return [SetAsideEntry(**entry) for entry in loaded]

    def add(self, key: str, event_id: int, error: Exception) -> None:
        entry = SetAsideEntry(
            key, event_id, f"{type(error).__name__}: {error}"[:500], datetime.now(UTC).isoformat(timespec="seconds")
        )
        with self._lock:
            kept = [known for known in self.entries() if known.key != key]
            self._write([*kept, entry])

    def forget(self, keys: Sequence[str]) -> None:
        """These were indexed after all."""
        with self._lock:
            known = self.entries()
            kept = [entry for entry in known if entry.key not in keys]
            if len(kept) != len(known):
                self._write(kept)

    def clear(self) -> None:
        with self._lock:
            self.path.unlink(missing_ok=True)

    def _write(self, entries: Sequence[SetAsideEntry]) -> None:
        write_atomically(self.path, orjson.dumps([asdict(entry) for entry in entries], option=orjson.OPT_INDENT_2))
