"""Measures a search backend with synthetic records: bulk load, queries with and without facets, publish until found.

`scripts/bench` prints the figures; tests never look at them.
"""

from __future__ import annotations

import itertools
import random
import statistics
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from muniment.search.facets import CORE_FACETS, Facets
from muniment.search.follower import Follower
from muniment.search.port import (
    BackendQuery,
    IndexDocument,
    Order,
    Scope,
    SearchBackend,
    Upsert,
    Visibility,
)
from muniment.search.query import parse
from muniment.search.query.suggestions import suggestion
from muniment.search.query.tree import Node
from muniment.search.set_aside import SetAside

SYLLABLES: Final = tuple(first + second for first in "bdgklmnr" for second in "aeio")
TYPES: Final = ("dataset", "publication-article", "publication-preprint", "software", "image-photo", "poster", "lesson")
LANGUAGES: Final = ("eng", "deu", "fra", "spa", "jpn", "zho")
VISITOR: Final = Visibility(frozenset({"public"}))


@dataclass(frozen=True)
class Timing:
    """Milliseconds of repeated runs of one thing."""

    name: str
    p50: float
    p95: float
    worst: float
    detail: str = ""

    @classmethod
    def of(cls, name: str, seconds: Sequence[float], detail: str = "") -> Timing:
        ordered = sorted(1000 * value for value in seconds)
        return cls(name, statistics.median(ordered), ordered[int(len(ordered) * 0.95) - 1], ordered[-1], detail)


class Library:
    """Makes records whose words are as unevenly distributed as those of a language."""

    def __init__(self, seed: int = 1, words: int = 60_000) -> None:
        self.random = random.Random(seed)
        letters = itertools.product(SYLLABLES, repeat=3)
        self.words = ["".join(parts) + suffix for suffix in ("", "n", "s") for parts in letters][:words]
        self.random.shuffle(self.words)
        self.weights = list(itertools.accumulate(1 / rank for rank in range(8, len(self.words) + 8)))
        self.subjects = [" ".join(self._some(2)) for _ in range(3000)]
        self.people = [f"{self._some(1)[0].title()}, {self._some(1)[0].title()}" for _ in range(20_000)]

    def _some(self, count: int) -> list[str]:
        return self.random.choices(self.words, cum_weights=self.weights, k=count)

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
            f"record:{number}", str(number), str(number + 10**9), "record", frozenset({"public"}), True, False, data
        )

    def documents(self, count: int, start: int = 1) -> Iterator[IndexDocument]:
        return (self.document(number) for number in range(start, start + count))


def load(backend: SearchBackend, documents: Iterable[IndexDocument]) -> float:
    """Build an index of `documents` and let it serve; returns the seconds that the backend spent."""
    spent = 0.0
    rebuild = backend.begin_rebuild(0)
    iterator = iter(documents)
    while batch := list(itertools.islice(iterator, 500)):
        started = time.perf_counter()
        rebuild.apply([Upsert(document) for document in batch], 0)
        spent += time.perf_counter() - started
    started = time.perf_counter()
    rebuild.offer()
    leadership = backend.lead()
    if leadership is None:
        raise RuntimeError("another process leads; measure on an index of its own")
    candidate = leadership.candidate()
    assert candidate is not None
    leadership.adopt(candidate)
    leadership.release()
    return spent + time.perf_counter() - started


def measure_queries(backend: SearchBackend, library: Library, repeat: int = 30) -> list[Timing]:
    """Queries of several kinds, each without and with all facets; nothing is cached."""
    common, second, third = library.words[0], library.words[5], library.words[40]
    queries: list[tuple[str, Node]] = [
        ("everything", parse("")),
        ("common word", parse(common)),
        ("medium word", parse(library.words[600])),
        ("rare word", parse(library.words[9000])),
        ("two words, AND", parse(f"{common} AND {second}")),
        ("five words, OR", parse(" ".join(library.words[1:6]))),
        ("phrase", parse(f'"{common} {second}"')),
        ("(a OR b) AND c NOT d", parse(f"({common} OR {second}) AND {third} AND NOT {library.words[12]}")),
        ("creators:name", parse(f"creators:{library.people[0].split(',')[0]}")),
        ("prefix", parse(f"{library.words[600][:4]}*")),
        ("range of dates", parse(f"{common} AND publication_date:[2015 TO 2018]")),
        ("suggest", suggestion(f"{second} {library.words[300][:4]}")),
    ]
    timings = []
    for name, tree in queries:
        for facets in (False, True):
            timings.append(_measure(backend, name, tree, facets, repeat))
    return timings


def _measure(backend: SearchBackend, name: str, tree: Node, facets: bool, repeat: int) -> Timing:
    requests = Facets(CORE_FACETS).requests(Scope.RECORDS, lambda _: True) if facets else ()
    order = Order("created") if name == "everything" else None
    query = BackendQuery(tree, VISITOR, facets=requests, order=order)
    total = backend.search(query).total
    seconds = []
    for _ in range(repeat):
        started = time.perf_counter()
        backend.search(query)
        seconds.append(time.perf_counter() - started)
    return Timing.of(name + (" + facets" if facets else ""), seconds, f"{total} found")


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


def measure_publishing(
    backend: SearchBackend, set_aside: SetAside, library: Library, first_number: int, count: int = 100
) -> Timing:
    """From the event to the moment when the record is found, with the follower's thread doing the work."""
    log = MemoryLog(backend.state.position)
    follower = Follower(backend, lambda: log, set_aside, _no_rebuild)
    follower.start()
    _until(lambda: follower.leading)
    seconds = []
    for document in list(library.documents(count, first_number)):
        started = time.perf_counter()
        event = log.publish(document)
        backend.nudge()
        with follower.moved:
            while backend.state.position < event:
                follower.moved.wait(0.05)
        found = backend.search(BackendQuery(parse(f"id:{document.id}"), VISITOR))
        seconds.append(time.perf_counter() - started)
        if found.keys != (document.key,):
            raise RuntimeError(f"{document.key} is not found after its event was indexed")
        time.sleep(0.005)
    follower.stop()
    return Timing.of("publish until found", seconds)


def _no_rebuild(_stopping: Callable[[], bool]) -> None:
    raise RuntimeError("the index of a measurement is complete")


def _until(condition: Callable[[], bool]) -> None:
    paused = threading.Event()
    while not condition():
        paused.wait(0.005)
