"""The port between the repository and a search backend: what goes in, what comes out, and what a backend promises.

A backend compiles the tree of a query, intersects it with the labels of the reader, and follows the event log: each
batch of changes becomes durable together with the position in the log that it reaches.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, Final, Protocol

import orjson

from muniment.search.query.tree import Node

TITLE_BOOST: Final = 3.0
CREATORS_BOOST: Final = 1.5
PHRASE_BOOST: Final = 2.0
"""How much more a word counts in a title or a name, and a long run in order: in all backends alike."""


class Scope(Enum):
    """What a search looks through: published records, or the uploads of one person."""

    RECORDS = "records"
    USER = "user"


@dataclass(frozen=True)
class IndexDocument:
    """A record or draft as it is indexed.

    `key` is ``record:<number>`` or ``draft:<number>``; `id` and `parent_id` are the public ids. `body` is the public
    JSON and `extensions` what plugins add under their names. `labels` say who may see it. `is_latest`: the newest
    published version. `is_latest_draft`: the newest version, drafts included. `has_draft`: a published record whose
    draft stands for it among its owner's uploads.
    """

    key: str
    id: str
    parent_id: str
    kind: str
    labels: frozenset[str]
    is_latest: bool
    deleted: bool
    body: bytes
    extensions: Mapping[str, Any] = field(default_factory=dict)
    is_latest_draft: bool = True
    has_draft: bool = False

    @property
    def number(self) -> int:
        return int(self.key.partition(":")[2])

    @property
    def data(self) -> Any:
        """The public JSON, decoded anew each time: a whole batch of it at once keeps the garbage collector busy."""
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Upsert:
    """Index this document in place of what is there under its key."""

    document: IndexDocument

    @property
    def key(self) -> str:
        return self.document.key


@dataclass(frozen=True)
class Remove:
    """Forget what is indexed under this key."""

    key: str


Operation = Upsert | Remove


@dataclass(frozen=True)
class Visibility:
    """Which documents a search may find at all: those that carry one of `labels`, within the scope.

    `include_deleted` takes deleted records in, `only_deleted` leaves all others out. `owner` (user scope) keeps to what
    this subject owns; with `parents`, public ids, to those of others that were shared with the subject. `parent_id`
    keeps to the versions of one record.
    """

    labels: frozenset[str]
    scope: Scope = Scope.RECORDS
    all_versions: bool = False
    include_deleted: bool = False
    only_deleted: bool = False
    owner: str | None = None
    parents: frozenset[str] | None = None
    parent_id: str | None = None


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet column, compared exactly."""

    column: str
    value: str


@dataclass(frozen=True)
class ColumnRange:
    """A number column between two bounds, both included; None is open."""

    column: str
    low: int | None
    high: int | None


@dataclass(frozen=True)
class FacetFilter:
    """What is selected in one facet: any of the alternatives."""

    facet: str
    alternatives: tuple[FacetValue | ColumnRange, ...]


@dataclass(frozen=True)
class FacetRequest:
    """Count the values of a column: the `size` most frequent, or (`by_key`) those with the highest keys."""

    facet: str
    column: str
    size: int
    by_key: bool = False


@dataclass(frozen=True)
class Order:
    """Sort by a number column; None in a query means by relevance."""

    column: str
    descending: bool = True


@dataclass(frozen=True)
class BackendQuery:
    """One search, in terms that every backend understands."""

    tree: Node
    visibility: Visibility
    filters: tuple[FacetFilter, ...] = ()
    facets: tuple[FacetRequest, ...] = ()
    order: Order | None = None
    offset: int = 0
    limit: int = 25


@dataclass(frozen=True)
class BackendResult:
    """The keys of one page in order, how many match in all, and for each facet its values with their counts.

    The counts of a facet ignore what is selected in that facet and respect all other selections.
    """

    keys: tuple[str, ...]
    total: int
    counts: Mapping[str, tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class IndexState:
    """How far the index has come: `position` is the last event in it, `generation` changes with every change."""

    position: int
    generation: int


class Rebuild(Protocol):
    """A new index that is being filled beside the one that serves."""

    @property
    def position(self) -> int:
        """The last event whose effect is in the new index."""

    def apply(self, operations: Sequence[Operation], position: int) -> None:
        """Take the operations; they become durable with the next commit, at the latest with `offer`."""

    def commit(self) -> None: ...

    def offer(self) -> None:
        """It is complete up to `position`: the leader may adopt it after catching up."""

    @property
    def settled(self) -> bool:
        """Whether it was adopted, or another one that was offered later."""

    def discard(self) -> None: ...


class Leadership(Protocol):
    """The right to write to the index; one process of all holds it."""

    @property
    def position(self) -> int: ...

    @property
    def usable(self) -> bool:
        """Whether there is an index that can be written to and read."""

    @property
    def needs_rebuild(self) -> bool:
        """There is no usable index, or it lacks what the enabled plugins want to search."""

    def apply(self, operations: Sequence[Operation], position: int) -> None:
        """Make the operations durable and visible, together with `position`; all of them or none."""

    def advance(self, position: int) -> None:
        """Tell readers that the events up to `position` concern nothing in the index."""

    def candidate(self) -> Rebuild | None:
        """A rebuilt index that was offered, ready to be caught up."""

    def adopt(self, candidate: Rebuild) -> None:
        """Let the candidate serve from now on; it has to be as far as the present index."""

    def refuse(self, candidate: Rebuild) -> None:
        """The candidate cannot be used."""

    def wait(self, timeout: float) -> bool:
        """Sleep until someone calls `nudge`, at most `timeout` seconds; True when woken."""

    def tidy(self) -> None:
        """Remove what serves no more."""

    def release(self, *, merge: bool = False) -> None:
        """Give up the lead; with `merge` after the merges under way have ended."""


class SearchBackend(Protocol):
    """A search engine behind the port."""

    @property
    def state(self) -> IndexState:
        """How far the index has come; position and generation are 0 before there is one.

        Never raises: an engine that is away is where it was last seen.
        """

    @property
    def has_leader(self) -> bool:
        """Whether some process follows the log, as far as can be told at no cost."""

    def holds(self, extension: str) -> bool:
        """Whether the index that serves has the values of this field of a plugin."""

    @property
    def problem(self) -> str:
        """What keeps it from answering or from taking changes, for operators; empty when nothing is known to."""

    def search(self, query: BackendQuery) -> BackendResult:
        """Answer from the newest committed index. Raises `Busy` when there is none that can be read."""

    def lead(self) -> Leadership | None:
        """Become the writer, or None when another process is. Does not wait."""

    def nudge(self) -> None:
        """Tell the leader, wherever it runs, that the log has grown."""

    def begin_rebuild(self, position: int) -> Rebuild:
        """Start a new index beside the present one; it will hold everything up to event `position`."""

    def close(self) -> None: ...
