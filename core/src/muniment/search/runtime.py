"""The index of one process: its backend, the thread that follows the log, and what was found and counted lately."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import func, select

from muniment.errors import Busy
from muniment.events.models import EventRow
from muniment.search.follower import Follower
from muniment.search.lead import OUTAGE, Lead
from muniment.search.port import BackendQuery, BackendResult, IndexDocument, SearchBackend
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.field import FieldMap
from muniment.search.rebuild import RebuildStopped, build, wait_until_adopted
from muniment.search.recent import Recent
from muniment.search.set_aside import SetAside
from muniment.search.source import IndexSource

if TYPE_CHECKING:
    from muniment.events.outbox import LogEntry
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

START_SECONDS: Final = 5.0
FILL_SECONDS: Final = 120.0
"""How long another process that writes to an index that is to be filled may take to bring it up to date."""
CACHED: Final = 512
"""So many pages of hits, and counts of facets, are kept for as long as the index does not change."""
CACHED_HITS: Final = 100
"""Pages with more hits are not kept."""

Counts = Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class IndexStatus:
    """How far the index has come. `last_event` is the newest event; `set_aside` counts documents that were given up;
    `problem` says what keeps the backend from its work."""

    position: int
    last_event: int
    generation: int
    set_aside: int
    problem: str = ""

    @property
    def lag(self) -> int:
        """Events that are not in the index yet."""
        return max(0, self.last_event - self.position)


@dataclass(frozen=True)
class Reindexed:
    """What a rebuild did: how many documents it looked at, how many of them were set aside."""

    documents: int
    set_aside: int


class RepositorySource:
    """The log and the documents of a repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def read_after(self, position: int, limit: int) -> Sequence[LogEntry]:
        return self.repository.events.read_after(position, limit)

    def first_id(self) -> int:
        with self.repository.database.read() as session:
            return session.execute(select(func.min(EventRow.id))).scalar() or 0

    def last_id(self) -> int:
        return self.repository.events.last_id()

    def index_documents(self, keys: Iterable[str]) -> Mapping[str, IndexDocument | None]:
        return self.repository.records.index_documents(keys)

    def index_keys(self, after: str | None, limit: int) -> Sequence[str]:
        return self.repository.records.index_keys(after, limit)


class SearchRuntime:
    """Shared by all generations of a process that search with this backend; `serve` names the one whose documents and
    fields are indexed. `factory` opens the backend; `folder` is for what it keeps on this machine."""

    def __init__(self, folder: Path, factory: Callable[[Path, Callable[[], FieldMap]], SearchBackend]) -> None:
        self._fields = CORE_FIELDS
        self._source: IndexSource | None = None
        self.backend: SearchBackend = factory(folder, lambda: self._fields)
        self.set_aside = SetAside(folder / "set-aside.json")
        self.follower = Follower(self.backend, self.source, self.set_aside, self._build)
        self._inline = threading.Lock()
        self._counts: Recent[Counts] = Recent(CACHED)
        self._pages: Recent[BackendResult] = Recent(CACHED)

    def prepare(self, repository: Repository, fields: FieldMap) -> None:
        """From now on index what this generation of plugins makes of the records."""
        self._source = RepositorySource(repository)
        self._fields = fields

    def serve(self, repository: Repository, fields: FieldMap) -> None:
        """The same, and hear of every event of this process at once."""
        self.prepare(repository, fields)
        repository.events.forget(self.backend.nudge)
        repository.events.listen(self.backend.nudge)

    def retire(self, repository: Repository) -> None:
        """Another backend serves: give up following. Requests under way still find their answers here."""
        repository.events.forget(self.backend.nudge)
        self.stop()

    def source(self) -> IndexSource:
        if self._source is None:
            raise RuntimeError("no repository is served yet")
        return self._source

    def search(self, query: BackendQuery) -> BackendResult:
        """Answer from the index; what was found or counted before in the same state of it is not looked for again."""
        self._catch_up_here()
        generation = self.backend.state.generation
        hits = replace(query, facets=())
        counted = (generation, query.tree, query.visibility, query.filters, query.facets)
        counts = self._counts.get(counted) if query.facets else {}
        # An engine that is in trouble is asked anew: it says so, and what is known of its state may be old.
        page = None if self.backend.problem else self._pages.get((generation, hits))
        if counts is None:
            page = self.backend.search(query)
            counts = page.counts
            self._counts.put(counted, counts)
        elif page is None:
            page = self.backend.search(hits)
        if query.limit <= CACHED_HITS:
            self._pages.put((generation, hits), page)
        return replace(page, counts=counts)

    def start(self) -> None:
        self.follower.start()
        deadline = time.monotonic() + START_SECONDS
        while self.backend.state.generation == 0 and time.monotonic() < deadline:
            time.sleep(0.005)

    def stop(self) -> None:
        self.follower.stop()

    def close(self) -> None:
        self.follower.stop()
        self.backend.close()

    def wait_for(self, event_id: int, deadline: float) -> bool:
        """Wait until the index holds the event, or until `deadline` (monotonic seconds); False when it does not.

        Never raises for an index that cannot be written (a full disk): what is waited for is in the database.
        """
        if self.backend.state.position >= event_id:
            return True
        self.backend.nudge()
        if not self.follower.running:
            try:
                self._follow_once()
            except (*OUTAGE, ValueError):  # tantivy says ValueError when it cannot open its files
                log.exception("search_index_lags", waited_for=event_id)
                return False
        pause = 0.001
        while self.backend.state.position < event_id:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return False
            if self.follower.leading:
                with self.follower.moved:
                    if self.backend.state.position < event_id:
                        self.follower.moved.wait(min(remaining, 0.05))
            else:
                time.sleep(min(remaining, pause))
                pause = min(pause * 1.5, 0.002)
        return True

    def let_follow(self, seconds: float) -> None:
        """Wait while this process brings changes into the index, at most `seconds`."""
        self.follower.resting.wait(seconds)

    def holds(self, extension: str) -> bool:
        """Whether the values of a plugin's field are in the index yet."""
        self._catch_up_here()
        return self.backend.holds(extension)

    def _catch_up_here(self) -> None:
        """A process that does not follow (a command, a test) brings the index up to date when it needs it."""
        if self.follower.running or self.backend.has_leader:
            return
        state = self.backend.state
        if state.generation == 0 or state.position < self.source().last_id():
            self._follow_once()

    def _follow_once(self, progress: Callable[[int], None] = lambda _: None) -> bool:
        """Do the leader's work here; False when another process does."""
        with self._inline:
            leadership = self.backend.lead()
            if leadership is None:
                return False
            try:
                lead = Lead(leadership, self.source, self.set_aside)
                if lead.must_rebuild:
                    build(self.backend, self.source(), self.set_aside, progress=progress)
                lead.adopt_offered()
                while lead.drain():
                    pass
            finally:
                leadership.release(merge=True)
            return True

    def fill(self, progress: Callable[[int], None]) -> None:
        """Bring the index of this backend, which need not serve yet, up to the newest event.

        One that ends where the log still goes on is caught up, any other is built. Raises `Busy` when another process
        writes to it and does not get there.
        """
        if self._follow_once(progress):
            return
        wanted = self.source().last_id()
        deadline = time.monotonic() + FILL_SECONDS
        while self.backend.state.position < wanted:
            if time.monotonic() > deadline:
                raise Busy("Another process writes to that index and does not bring it up to date; is it stopped?")
            self.backend.nudge()
            time.sleep(0.1)

    def reindex(self, progress: Callable[[int], None]) -> Reindexed:
        self.set_aside.clear()
        rebuild, documents = build(self.backend, self.source(), self.set_aside, progress=progress)
        wait_until_adopted(self.backend, rebuild, self.source, self.set_aside)
        return Reindexed(documents, len(self.set_aside.entries()))

    def status(self) -> IndexStatus:
        state = self.backend.state
        return IndexStatus(
            state.position,
            self.source().last_id(),
            state.generation,
            len(self.set_aside.entries()),
            self.backend.problem,
        )

    def _build(self, stopping: Callable[[], bool]) -> None:
        with contextlib.suppress(RebuildStopped):
            build(self.backend, self.source(), self.set_aside, stopping=stopping)
