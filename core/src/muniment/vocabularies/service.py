"""The service for vocabularies: resolve references, look terms up, load files, edit single terms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, func, not_, select

from muniment.errors import Conflict, InvalidRequest, NotFound
from muniment.jobs.declarations import EventHandler
from muniment.vocabularies import editing
from muniment.vocabularies.cache import TermCache
from muniment.vocabularies.events import VocabularyLoadRequested
from muniment.vocabularies.loading import LoadReport, load_terms
from muniment.vocabularies.models import VocabularyTerm
from muniment.vocabularies.query import queried, rank, tagged, typed
from muniment.vocabularies.reading import (
    CHUNK,
    read_counts,
    read_digests,
    read_generations,
    read_pairs,
    select_terms,
    term_from,
)
from muniment.vocabularies.source import Source
from muniment.vocabularies.store import TermSearch
from muniment.vocabularies.storing import CHANGES_TERMS, TermWriter
from muniment.vocabularies.term import DEPRECATED, Term
from muniment.vocabularies.vocabulary import Vocabularies, Vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from sqlalchemy.orm import Session

    from muniment.access.actor import Actor
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.events.outbox import LogEntry
    from muniment.repository import Repository

BEST_MATCH: Final = "bestmatch"
SORTS: Final = (BEST_MATCH, "title", "newest", "oldest")
#: What InvenioRDM calls the order of titles in some of its lists.
SORT_ALIASES: Final = {"name": "title", "subject": "title"}


@dataclass(frozen=True)
class VocabularyInfo:
    """A vocabulary as lists of vocabularies show it; `count` is the number of its terms."""

    vocabulary: Vocabulary
    count: int


@dataclass(frozen=True)
class TermPage:
    """One page of a search."""

    terms: list[Term]
    total: int
    sort_by: str
    page: int
    size: int


class VocabularyService:
    """The terms of all vocabularies that enabled plugins register."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.cache = repository.resources.get("vocabulary-terms", TermCache)
        self._moment = threading.local()

    @cached_property
    def registered(self) -> Vocabularies:
        return Vocabularies(self.repository.hooks.register_vocabularies())

    def types(self) -> list[VocabularyInfo]:
        """All vocabularies in the order of their names."""
        with self.repository.database.read() as session:
            counts = read_counts(session)
            counts |= {item.name: item.store.count(session) for item in self.registered if item.store}
        return [VocabularyInfo(item, counts.get(item.name, 0)) for item in self.registered]

    def resolve(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Term]:
        """The terms of `pairs` of vocabulary and id; what does not exist is not in the answer.

        Costs one small statement when all of them are remembered, and one more for each vocabulary when not; the small
        one is asked once `at_one_moment`.
        """
        wanted = {pair for pair in pairs if pair[0] in self.registered}
        if not wanted:
            return {}
        database = self.repository.database
        unit = database.current
        if unit is not None and unit.session.info.get(CHANGES_TERMS):
            return {(term.type, term.id): term for term in self._read(unit.session, wanted)}
        generations = self._generations()
        found = self.cache.find(wanted, generations)
        if len(found) == len(wanted):
            return found
        with database.read() as session:
            missing = list(self._read(session, wanted - found.keys()))
        self.cache.remember(missing, generations)
        return {**found, **{(term.type, term.id): term for term in missing}}

    @contextmanager
    def at_one_moment(self) -> Iterator[None]:
        """Within the block, in this thread, terms are shown as they were when one was first asked for: what is checked
        and what is answered of it need not look twice whether they have changed."""
        outer = getattr(self._moment, "generations", None)
        self._moment.generations = outer if outer is not None else {}
        try:
            yield
        finally:
            self._moment.generations = outer

    def _generations(self) -> dict[str, int]:
        known: dict[str, int] | None = getattr(self._moment, "generations", None)
        if known:
            return known
        with self.repository.database.single() as connection:
            found = read_generations(connection)
        if known is not None:
            known.update(found)
        return found

    def _read(self, session: Session, pairs: set[tuple[str, str]]) -> Iterator[Term]:
        """Terms out of the table of all vocabularies and out of the stores of those that have one."""
        kept = {name for name, _ in pairs if self.registered.get(name).store}
        yield from read_pairs(session, [pair for pair in pairs if pair[0] not in kept])
        for name in sorted(kept):
            store = self.registered.get(name).store
            identifiers = sorted(identifier for of, identifier in pairs if of == name and "\x00" not in identifier)
            for start in range(0, len(identifiers) if store else 0, CHUNK):
                yield from store.read(session, identifiers[start : start + CHUNK]) if store else ()

    def get(self, vocabulary: str, identifier: str) -> Term:
        """One term; raises `NotFound` when there is no such vocabulary or term."""
        self.registered.get(vocabulary)
        pair = (vocabulary, identifier)
        term = self.resolve([pair]).get(pair)
        if term is None:
            raise NotFound()
        return term

    def search(
        self,
        vocabulary: str,
        q: str = "",
        suggest: str = "",
        tags: Iterable[str] = (),
        sort: str | None = None,
        page: int = 1,
        size: int = 25,
        deprecated: bool = False,
    ) -> TermPage:
        """Terms that match all that is given.

        `suggest` is what somebody has typed so far: every word has to begin a word of the titles, of the id or of
        another name. `q` is a query in the query language over id, title and tags. `sort` is one of `SORTS`; best
        matches first when there is something to match, else by English title. ``bestmatch`` without anything to
        match gives the order of the vocabulary's file, which is the one for forms. Suggestions leave terms out that
        are tagged as deprecated, unless `deprecated` asks for them.

        Raises `NotFound` for an unknown vocabulary, `InvalidRequest` for a query or an order that is not known.
        """
        store = self.registered.get(vocabulary).store
        text = suggest.strip() or q.strip()
        order = SORT_ALIASES.get(sort or "", sort) or (BEST_MATCH if text else "title")
        if store is not None:
            if order not in SORTS:
                raise _unknown_sort(order)
            wanted = TermSearch(q.strip(), suggest.strip(), frozenset(tags), order, page, size)
            with self.repository.database.read() as session:
                terms, total = store.search(session, wanted)
            return TermPage(terms, total, order, page, size)
        statement = select_terms(vocabulary).where(tagged(tags))
        if q.strip():
            statement = statement.where(queried(q))
        if suggest.strip():
            statement = statement.where(typed(suggest))
            if not deprecated:
                statement = statement.where(not_(tagged([DEPRECATED])))
        ordered = statement.order_by(*_order(order, text), VocabularyTerm.id)
        with self.repository.database.read() as session:
            total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            rows = session.execute(ordered.limit(size).offset((page - 1) * size))
            return TermPage([term_from(row) for row in rows], total, order, page, size)

    def load(
        self,
        names: Iterable[str] | None = None,
        *,
        force: bool = False,
        progress: Callable[[LoadReport], None] | None = None,
    ) -> list[LoadReport]:
        """Bring the database in line with the files of the vocabularies, each in a transaction of its own.

        A file that was loaded last time is skipped unless `force` is set. `progress` is told each report as it
        comes. A vocabulary with a store has no file: an empty store is filled with what comes with its plugin. Raises
        `NotFound` for an unknown name, `ConfigurationError` for a file with a mistake.
        """
        chosen = list(self.registered) if names is None else [self.registered.get(name) for name in names]
        with self.repository.database.read() as session:
            digests = read_digests(session)
        reports = []
        for vocabulary in chosen:
            if vocabulary.source is not None:
                loaded = "" if force else digests.get(vocabulary.name, "")
                reports.append(self._load(vocabulary.name, vocabulary.source, loaded))
            elif vocabulary.store is not None:
                reports.append(LoadReport(vocabulary.name, added=vocabulary.store.begin(self.repository)))
            if progress is not None:
                progress(reports[-1])
        return reports

    def request_load(self, actor: Actor, names: Iterable[str] | None = None, *, force: bool = False) -> list[str]:
        """Have a worker load the files of vocabularies (all of them without `names`), as `load` does; returns which.

        Raises `PermissionDenied` unless `actor` may administrate the site, and `NotFound` for an unknown name.
        """
        editing.require_administrator(actor)
        chosen = list(self.registered) if names is None else [self.registered.get(name) for name in names]
        asked = list(dict.fromkeys(item.name for item in chosen))
        with self.repository.database.write() as unit:
            for name in asked:
                unit.emit(VocabularyLoadRequested(vocabulary=name, force=force))
                unit.audit("vocabulary.load_requested", f"vocabulary:{name}", actor, force=force)
        return asked

    def _load(self, vocabulary: str, path: Path, loaded: str) -> LoadReport:
        source = Source.read(path)
        if source.digest == loaded:
            with self.repository.database.read() as session:
                count = read_counts(session).get(vocabulary, 0)
            return LoadReport(vocabulary, unchanged=count, skipped=True)
        contents = source.terms()
        with self.repository.database.write() as unit:
            return load_terms(TermWriter(unit, vocabulary), contents, source.digest)

    def create(self, actor: Actor, vocabulary: str, data: dict[str, Any]) -> Term:
        """Add a term. See `muniment.vocabularies.editing` for the errors of this and the next two.

        The terms of a vocabulary with a store are changed where they come from: here that is a `Conflict`.
        """
        self._file_of(vocabulary)
        with self.repository.database.write() as unit:
            return editing.create(unit, actor, vocabulary, data)

    def update(
        self, actor: Actor, vocabulary: str, identifier: str, data: dict[str, Any], revision: int | None = None
    ) -> Term:
        """Replace what a term says; loading its file again will leave it alone."""
        self._file_of(vocabulary)
        with self.repository.database.write() as unit:
            return editing.update(unit, actor, vocabulary, identifier, data, revision)

    def delete(self, actor: Actor, vocabulary: str, identifier: str, revision: int | None = None) -> None:
        """Remove a term that an administrator has added."""
        source = Source.read(self._file_of(vocabulary))
        from_file = any(content.id == identifier for content in source.terms())
        with self.repository.database.write() as unit:
            editing.delete(unit, actor, vocabulary, identifier, revision, from_file=from_file)

    def changed(self, unit: UnitOfWork, vocabulary: str) -> None:
        """Say within `unit` that terms of a vocabulary with a store are other ones now: what shows them is renewed."""
        self.registered.get(vocabulary)
        TermWriter(unit, vocabulary).finish()

    def _file_of(self, name: str) -> Path:
        source = self.registered.get(name).source
        if source is None:
            raise Conflict(f"The terms of '{name}' come from the plugin that keeps them; they are not changed here.")
        return source


def load_requested(repository: Repository, entry: LogEntry) -> None:
    """Load a vocabulary of which that was asked for, unless its plugin was disabled meanwhile."""
    name = str(entry.payload["vocabulary"])
    if name in repository.vocabularies.registered:
        repository.vocabularies.load([name], force=bool(entry.payload["force"]))


LOADER: Final = EventHandler(
    name="vocabularies.load", events=(VocabularyLoadRequested.name,), function=load_requested, attempts=3
)


def _order(sort: str, text: str) -> list[ColumnElement[Any]]:
    if sort == BEST_MATCH:
        return [*(rank(text) if text else ()), VocabularyTerm.position.expression]
    if sort == "title":
        return [VocabularyTerm.title_sort.expression]
    if sort == "newest":
        return [VocabularyTerm.created.desc(), VocabularyTerm.position.expression]
    if sort == "oldest":
        return [VocabularyTerm.created.expression, VocabularyTerm.position.expression]
    raise _unknown_sort(sort)


def _unknown_sort(sort: str) -> InvalidRequest:
    return InvalidRequest(f"Invalid sort option '{sort}'. Use one of: {', '.join(SORTS)}.")
