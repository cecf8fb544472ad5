"""Answers queries from the newest committed index. Any number of threads may ask at once."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import tantivy
from tantivy import Order, Query

from muniment.errors import Busy
from muniment.search.columns import NUMBER_COLUMNS
from muniment.search.embedded.compile import Clause, Compiler, restricted
from muniment.search.embedded.counting import CodedValues, Counts, count_facets
from muniment.search.embedded.folder import IndexFolder
from muniment.search.embedded.schema import (
    NUMBER,
    Layout,
    build_schema,
    key_of,
)
from muniment.search.embedded.state import SharedState
from muniment.search.port import BackendQuery, BackendResult, FacetRequest, IndexState
from muniment.search.query.errors import query_error
from muniment.search.query.tree import KeywordPattern, PatternMatch, leaves_of

_OPEN_ATTEMPTS: Final = 3


@dataclass(frozen=True)
class Snapshot:
    """One committed state of the index."""

    searcher: tantivy.Searcher
    compiler: Compiler
    layout: Layout
    generation: int
    coded_values: CodedValues = field(default_factory=CodedValues)


class IndexReader:
    """Reads the directory that the pointer names.

    tantivy's `Index` must not be reloaded while another thread uses it, so it is touched under a lock only; what
    searches use are searchers, which are immutable.
    """

    def __init__(self, folder: IndexFolder) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._pointer: tuple[int, int] | None = None
        self._state: SharedState | None = None
        self._index: tantivy.Index | None = None
        self._snapshot: Snapshot | None = None

    def state(self) -> IndexState:
        """How far the index has come, (0, 0) before there is one."""
        with self._lock:
            self._follow_pointer()
            return self._state.read() if self._state is not None else IndexState(0, 0)

    def has_leader(self) -> bool:
        with self._lock:
            self._follow_pointer()
            return self._state is not None and self._state.has_leader()

    def snapshot(self) -> Snapshot:
        """The newest committed state. Raises `Busy` when no index can be read."""
        with self._lock:
            self._follow_pointer()
            if self._state is None or self._index is None or self._snapshot is None:
                raise Busy("The search index is being built; please try again in a moment.", retry_after=5)
            generation = self._state.generation
            if generation != self._snapshot.generation:
                self._index.reload()
                self._snapshot = replace(self._snapshot, searcher=self._index.searcher(), generation=generation)
            return self._snapshot

    def _follow_pointer(self) -> None:
        """Open the directory that serves, when it has changed since the last look."""
        signature = _signature(self.folder.current_path)
        if signature is not None and signature == self._pointer:
            return
        self._drop()
        for _ in range(_OPEN_ATTEMPTS):
            signature = _signature(self.folder.current_path)
            directory = self.folder.current()
            if signature is None or directory is None:
                return
            try:
                self._open(directory)
            except (ValueError, OSError):  # removed meanwhile because the next one serves, or damaged
                self._drop()
                continue
            self._pointer = signature
            return

    def _open(self, directory: Path) -> None:
        layout = self.folder.layout(directory)
        if layout is None or not layout.readable():
            return
        state = SharedState(self.folder.state_path)
        generation = state.generation
        index = tantivy.Index.open(str(directory))
        index.config_reader("manual")
        index.reload()
        compiler = Compiler(build_schema(layout.columns), frozenset((*NUMBER_COLUMNS, *layout.columns)))
        self._state, self._index = state, index
        self._snapshot = Snapshot(index.searcher(), compiler, layout, generation)

    def _drop(self) -> None:
        if self._state is not None:
            self._state.close()
        self._pointer = self._state = self._index = self._snapshot = None

    def close(self) -> None:
        with self._lock:
            self._drop()


def run_query(snapshot: Snapshot, query: BackendQuery) -> BackendResult:
    """Search one snapshot. Raises `InvalidRequest` for a pattern that the engine refuses."""
    compiler = snapshot.compiler
    visible = compiler.visibility(query.visibility)
    filters = {chosen.facet: compiler.filter(chosen) for chosen in query.filters}
    ranked = query.order is None
    matching = restricted(compiler.alternatives(query.tree, ranked), visible, filters.values())
    order = {} if query.order is None else _order(query)
    try:
        found = snapshot.searcher.search(matching, max(1, query.limit), True, offset=query.offset, **order)
        counts = _counts(snapshot, query, visible, filters, _total(found)) if query.facets else {}
    except ValueError as error:
        if any(isinstance(leaf, PatternMatch | KeywordPattern) for leaf in leaves_of(query.tree)):
            raise query_error("a word with wildcards is too complex; use fewer of them") from error
        raise
    addresses = [address for _, address in found.hits[: query.limit]]
    numbers = snapshot.searcher.fast_field_values(NUMBER, addresses) if addresses else []
    keys = tuple(key_of(int(number)) for number in numbers if number is not None)
    return BackendResult(keys, _total(found), counts)


def _total(found: tantivy.SearchResult) -> int:
    total: int = found.count  # type: ignore[attr-defined]  # missing in tantivy's stubs
    return total


def _order(query: BackendQuery) -> dict[str, Any]:
    assert query.order is not None
    return {
        "order_by_field": query.order.column,
        "order": Order.Desc if query.order.descending else Order.Asc,
    }


def _counts(
    snapshot: Snapshot, query: BackendQuery, visible: list[Clause], filters: dict[str, Query], total: int
) -> dict[str, Counts]:
    """Count the facets: those without a selection in one go, each other one without its own selection."""
    base = snapshot.compiler.alternatives(query.tree, scoring=False)
    groups: dict[str, list[FacetRequest]] = {}
    for request in query.facets:
        groups.setdefault(request.facet if request.facet in filters else "", []).append(request)
    counts: dict[str, Counts] = {}
    for own, requests in groups.items():
        others = [chosen for facet, chosen in filters.items() if facet != own]
        matching = restricted(base, visible, others)
        counts |= count_facets(snapshot.searcher, snapshot.coded_values, matching, requests, total)
    return {request.facet: counts[request.facet] for request in query.facets}


def _signature(path: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns
