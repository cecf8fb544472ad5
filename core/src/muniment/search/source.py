"""Where the index gets its content from: the event log says what changed, the database how it is now."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol

from muniment.search.port import IndexDocument, Operation, Remove, Upsert

SETTLING: Final = 1000
"""So many events may be waiting for older transactions to end, on databases that hand out ids early."""


class LogEntry(Protocol):
    """One committed event, as far as the index is concerned."""

    @property
    def id(self) -> int: ...

    @property
    def key(self) -> str: ...


class IndexSource(Protocol):
    """The log and the documents of one repository."""

    def read_after(self, position: int, limit: int) -> Sequence[LogEntry]:
        """Events after `position`, oldest first; never one that an older transaction could still precede."""

    def first_id(self) -> int:
        """The oldest event that is still kept, 0 when there is none."""

    def last_id(self) -> int:
        """The newest event, 0 when there is none."""

    def index_documents(self, keys: Iterable[str]) -> Mapping[str, IndexDocument | None]:
        """What is behind the keys now; None for what is gone."""

    def index_keys(self, after: str | None, limit: int) -> Sequence[str]:
        """All keys in a fixed order, in pages."""


def affected_keys(entries: Iterable[LogEntry]) -> list[str]:
    """The documents that events concern, each once.

    A record and its draft share a number, and whether there is a draft decides how the record is listed: an event
    about one concerns both.
    """
    keys: dict[str, None] = {}
    for entry in entries:
        kind, _, number = entry.key.partition(":")
        if kind in ("record", "draft") and number.isdigit():
            keys[f"record:{number}"] = None
            keys[f"draft:{number}"] = None
    return list(keys)


def settled_position(source: IndexSource) -> int:
    """The newest event before which no other can still appear."""
    last = source.last_id()
    start = max(0, last - SETTLING)
    entries = source.read_after(start, SETTLING)
    return entries[-1].id if entries else start


def operations(source: IndexSource, keys: Sequence[str]) -> list[Operation]:
    """What has to happen in the index so that it shows these documents as they are now."""
    documents = source.index_documents(keys)
    found: list[Operation] = []
    for key in keys:
        document = documents.get(key)
        found.append(Remove(key) if document is None else Upsert(document))
    return found
