"""Run as a process of its own by the crash tests: follows a log that is a file into the index until it is killed.

    following_process.py INDEX LOG [rebuild]

A line of the log is an event: its number modulo 40 is the record, every seventh event deletes its record.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from muniment.search.embedded import EmbeddedBackend
from muniment.search.follower import Follower
from muniment.search.port import IndexDocument
from muniment.search.rebuild import build, wait_until_adopted
from muniment.search.set_aside import SetAside
from muniment.testing.search_documents import index_document

RECORDS = 40


@dataclass(frozen=True)
class Entry:
    id: int
    key: str


class FileLog:
    """The event log and the database at once: the state of a record follows from its last event."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def last_id(self) -> int:
        return self.path.stat().st_size

    def first_id(self) -> int:
        return 1 if self.last_id() else 0

    def read_after(self, position: int, limit: int) -> Sequence[Entry]:
        last = min(self.last_id(), position + limit)
        return [Entry(number, f"record:{number % RECORDS + 1}") for number in range(position + 1, last + 1)]

    def index_documents(self, keys: Iterable[str]) -> dict[str, IndexDocument | None]:
        return {key: self.document(key) for key in keys}

    def index_keys(self, after: str | None, limit: int) -> Sequence[str]:
        keys = [f"record:{number}" for number in range(1, RECORDS + 1)]
        return keys[0 if after is None else keys.index(after) + 1 :][:limit]

    def document(self, key: str) -> IndexDocument | None:
        kind, _, number = key.partition(":")
        event = self.last_event(int(number))
        if kind != "record" or event == 0 or event % 7 == 0:
            return None
        return index_document(int(number), f"Record at event{event}")

    def last_event(self, number: int) -> int:
        last = self.last_id()
        event = last - (last - (number - 1)) % RECORDS
        return event if event > 0 else 0


def main(index: Path, log: Path, *, rebuild: bool) -> None:
    source = FileLog(log)
    backend = EmbeddedBackend(index, memory_bytes=15_000_000)
    set_aside = SetAside(index / "set-aside.json")

    def build_index(stopping: object) -> None:
        build(backend, source, set_aside)

    follower = Follower(backend, lambda: source, set_aside, build_index)
    follower.start()
    print("following", flush=True)
    while rebuild:
        new, _ = build(backend, source, set_aside)
        wait_until_adopted(backend, new, lambda: source, set_aside)
        print("rebuilt", flush=True)
    while True:
        time.sleep(60)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), rebuild="rebuild" in sys.argv[3:])
