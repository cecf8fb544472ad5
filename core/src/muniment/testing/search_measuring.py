"""Synthetic records in any number, and an event log in memory: for `scripts/bench` and for tests of the index."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from muniment.search.port import (
    IndexDocument,
    Visibility,
)

SYLLABLES: Final = tuple(first + second for first in "bdgklmnr" for second in "aeio")
TYPES: Final = ("dataset", "publication-article", "publication-preprint", "software", "image-photo", "poster", "lesson")
TEXT: Final = 1_000_000
LANGUAGES: Final = ("eng", "deu", "fra", "spa", "jpn", "zho")
VISITOR: Final = Visibility(frozenset({"public"}))


class Library:
    """Makes records whose words are as unevenly distributed as those of a language."""

    def __init__(self, seed: int = 1, words: int = 60_000) -> None:
        self.random = random.Random(seed)
        letters = itertools.product(SYLLABLES, repeat=3)
        self.words = ["".join(parts) + suffix for suffix in ("", "n", "s") for parts in letters][:words]
        self.random.shuffle(self.words)
        weights = list(itertools.accumulate(1 / rank for rank in range(8, len(self.words) + 8)))
        self.text = self.random.choices(self.words, cum_weights=weights, k=TEXT)
        self.subjects = [" ".join(self._some(2)) for _ in range(3000)]
        self.people = [f"{self._some(1)[0].title()}, {self._some(1)[0].title()}" for _ in range(20_000)]

    def _some(self, count: int) -> list[str]:
        """Neighbours in the long text: drawing each word by itself would take longer than to store a record."""
        start = self.random.randrange(TEXT - count)
        return self.text[start : start + count]

    def document(self, number: int) -> IndexDocument:
        chance = self.random
        created = f"20{chance.randint(10, 25)}-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}T10:00:00+00:00"
        data: dict[str, Any] = {
            "id": str(number),
            "created": created,
            "updated": created,
            "is_published": True,
            "pids": {"doi": {"identifier": f"10.5072/muniment.{number}"}},
            "parent": {"id": str(number + 10**9), "access": {"owned_by": {"user": str(number % 500)}}},
            "versions": {"index": 1, "is_latest": True},
            "access": {"record": "public", "files": "public", "status": "open"},
            "files": {"count": 1, "total_bytes": number, "entries": {"data.csv": {"ext": "csv"}}},
            "metadata": {
                "title": " ".join(self._some(9)),
                "description": f"<p>{' '.join(self._some(130))}</p>",
                "resource_type": {"id": chance.choice(TYPES)},
                "publication_date": created[:10],
                "creators": [
                    {"person_or_org": {"name": chance.choice(self.people)}, "affiliations": [{"name": "University"}]}
                    for _ in range(chance.randint(1, 6))
                ],
                "subjects": [{"subject": chance.choice(self.subjects)} for _ in range(chance.randint(1, 5))],
                "languages": [{"id": chance.choice(LANGUAGES)}],
                "rights": [{"id": "cc-by-4.0"}],
            },
        }
        return IndexDocument(
            f"record:{number}", str(number), str(number + 10**9), "record", frozenset({"public"}), True, False,
            orjson.dumps(data),
        )  # fmt: skip

    def documents(self, count: int, start: int = 1) -> Iterator[IndexDocument]:
        return (self.document(number) for number in range(start, start + count))


class MemoryLog:
    """An event log without a database, for measuring the follower alone. Its first event follows `start`."""

    def __init__(self, start: int = 0) -> None:
        self.start = start
        self.documents: dict[str, IndexDocument] = {}
        self.entries: list[_Entry] = []

    def publish(self, document: IndexDocument) -> int:
        self.documents[document.key] = document
        self.entries.append(_Entry(self.last_id() + 1, document.key))
        return self.last_id()

    def read_after(self, position: int, limit: int) -> Sequence[_Entry]:
        first = max(0, position - self.start)
        return self.entries[first : first + limit]

    def first_id(self) -> int:
        return self.start + 1 if self.entries else 0

    def last_id(self) -> int:
        return self.start + len(self.entries)

    def index_documents(self, keys: Iterable[str]) -> dict[str, IndexDocument | None]:
        return {key: self.documents.get(key) for key in keys}

    def index_keys(self, after: str | None, limit: int) -> Sequence[str]:
        keys = sorted(self.documents, key=lambda key: int(key.partition(":")[2]))
        start = 0 if after is None else keys.index(after) + 1
        return keys[start : start + limit]


@dataclass(frozen=True)
class _Entry:
    id: int
    key: str
