"""The search service: what pages, the API and the record services ask."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

from muniment.access.labels import shared_parents
from muniment.errors import InvalidRequest, Problem
from muniment.records.plain_text import strip_html, title_text
from muniment.search.backend_spec import SETTINGS, SWITCH_JOB
from muniment.search.backends import Backends
from muniment.search.extensions import extension_facets, extension_fields
from muniment.search.facets import CORE_FACETS, Facet, Facets
from muniment.search.highlight import excerpt, highlight
from muniment.search.port import BackendQuery, Scope, Visibility
from muniment.search.query import parse
from muniment.search.query.core_fields import CORE_FIELDS
from muniment.search.query.suggestions import suggestion
from muniment.search.query.tree import Boolean, MatchAll, Node, ranks
from muniment.search.record_facet import facet_fields
from muniment.search.runtime import Counts, IndexStatus, Reindexed
from muniment.search.sorts import Sorts

if TYPE_CHECKING:
    from collections.abc import Callable

    from muniment.access.actor import Actor
    from muniment.records.requests import SearchRequest
    from muniment.repository import Repository
    from muniment.search.set_aside import SetAsideEntry

WINDOW: Final = 10_000
"""Results beyond this place cannot be paged to, as in InvenioRDM."""


@dataclass(frozen=True)
class IndexPage:
    """One page of a result: index keys (``record:12``, ``draft:12``) in order, the total, and the facets."""

    keys: Sequence[str]
    total: int
    aggregations: Mapping[str, Any] | None
    sort_by: str


class SearchService:
    """Search for one generation of plugins. The index and the thread that follows the log belong to the process."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        offered = repository.hooks.contributions("register_facets")
        known = CORE_FIELDS.extended(extension_fields(repository.fields, CORE_FIELDS))
        self.fields = known.extended(facet_fields(offered))
        added = (item.value.facet() for item in offered)
        self.facets = Facets((*CORE_FACETS, *extension_facets(repository.fields), *added))
        self.sorts = Sorts()
        self.backends = Backends(repository)
        self.runtime = self.backends.open(self.backends.serving)
        self.runtime.serve(repository, self.fields)

    # Finding ----------------------------------------------------------------------------------------------------

    def search(
        self, actor: Actor, request: SearchRequest, *, scope: Scope = Scope.RECORDS, parent_id: str | None = None
    ) -> IndexPage:
        """What `actor` may see of what `request` asks for; `parent_id` keeps to the versions of one record.

        Raises `InvalidRequest` for a query, order, facet value or page that makes no sense.
        """
        if request.page < 1 or request.size < 1 or request.page * request.size > WINDOW:
            message = f"Only the first {WINDOW} results can be listed; use a narrower search or a smaller page."
            raise InvalidRequest("Invalid querystring parameters.", errors=[Problem("page", message)])
        tree = self._tree(request)
        has_query = not isinstance(tree, MatchAll)
        option = self.sorts.choose(request.sort, has_query=has_query, scope=scope)
        # Suggestions are asked for with every letter, and nobody narrows them.
        with_facets = request.with_facets and not request.suggest
        query = BackendQuery(
            tree=self._within(request, tree),
            visibility=_visibility(actor, request, scope, parent_id, self._shared(actor, request)),
            filters=self.facets.chosen(request.facets, scope),
            facets=self.facets.requests(scope, self._is_prepared) if with_facets else (),
            order=self.sorts.order_of(option, ranked=ranks(tree), scope=scope),
            offset=(request.page - 1) * request.size,
            limit=request.size,
        )
        result = self.runtime.search(query)
        aggregations = None
        if with_facets:
            labels = self._labels(actor, result.counts)
            aggregations = self.facets.aggregations(result.counts, request.facets, scope, labels)
        return IndexPage(result.keys, result.total, aggregations, option.name)

    def _shared(self, actor: Actor, request: SearchRequest) -> frozenset[str] | None:
        """The public ids of what was shared with `actor`, if that alone is asked for."""
        if not request.shared_with_me:
            return None
        return frozenset(map(self.repository.records.public_id, shared_parents(actor.labels)))

    def highlights(self, query: str, records: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Markup]]:
        """For each record (public JSON by id) what the query matched in its title and description.

        The values are safe HTML in which only `<mark>` occurs; fields without a match are left out.
        """
        tree = parse(query, self.fields, now=self.repository.now)
        found = {number: _highlighted(data, tree) for number, data in records.items()}
        return {number: marks for number, marks in found.items() if marks}

    def vocabulary_of(self, facet: str) -> str:
        """The vocabulary whose terms are the values of a facet; empty when there is none."""
        found = self.facets.facets.get(facet)
        return found.vocabulary if found else ""

    def _tree(self, request: SearchRequest) -> Node:
        if request.suggest:
            return suggestion(request.suggest)
        return parse(request.q, self.fields, now=self.repository.now)

    def _within(self, request: SearchRequest, tree: Node) -> Node:
        """The tree with what the page itself narrows to."""
        if not request.within:
            return tree
        narrowing = parse(request.within, self.fields, now=self.repository.now)
        return narrowing if isinstance(tree, MatchAll) else Boolean(must=(tree, narrowing))

    def _is_prepared(self, facet: Facet) -> bool:
        return not facet.extension or self.runtime.holds(facet.extension)

    def _labels(self, actor: Actor, counts: Counts) -> Callable[[Facet, Sequence[str]], Mapping[str, str]]:
        """Titles for the values of all facets, looked up in one go."""
        terms = self.repository.vocabularies.resolve(self.facets.terms(counts))

        def labels(facet: Facet, keys: Sequence[str]) -> Mapping[str, str]:
            found = {key: terms.get((facet.vocabulary, key)) for key in keys}
            return {key: term.title_for(actor.locale) for key, term in found.items() if term is not None}

        return labels

    # Keeping up -------------------------------------------------------------------------------------------------

    def start(self) -> None:
        """Follow the event log in this process; waits a moment for an index that does not exist yet.

        Call it once the process is up (after any fork); `stop`, or closing the repository, ends it. What another
        backend followed before is given up.
        """
        self.backends.runtimes.retire_others(self.repository, self.runtime)
        self.runtime.start()

    def stop(self) -> None:
        """Give up following; another process takes over."""
        self.runtime.stop()

    def nudge(self) -> None:
        """Tell whoever follows the log, in any process, that it has grown."""
        self.runtime.backend.nudge()

    def wait_for(self, event_id: int, timeout: float | None = None) -> bool:
        """Wait until the effect of an event can be found, at most `timeout` seconds (by default `search.wait_seconds`).

        False when it took longer; the index catches up by itself.
        """
        seconds = self.repository.config.search.wait_seconds if timeout is None else timeout
        return self.runtime.wait_for(event_id, time.monotonic() + seconds)

    def let_follow(self, seconds: float) -> None:
        """Leave the processor to the index while this process brings changes into it, at most `seconds`: somebody waits
        for their record to be found, and for what the caller is about to do nobody does."""
        self.runtime.let_follow(seconds)

    def reindex(self, progress: Callable[[int], None] = lambda _: None) -> Reindexed:
        """Build the index anew from the database beside the present one, and swap.

        Works with and without a running site; `progress` is called with the number of documents done.
        """
        return self.runtime.reindex(progress)

    # Switching --------------------------------------------------------------------------------------------------

    def fill(self, name: str, progress: Callable[[int], None] = lambda _: None) -> None:
        """Bring the index of a backend up to date, whether it serves or not.

        `progress` is called with the number of documents done where it has to be built. Raises `NotFound` for a name
        that is not offered, `Busy` when the backend cannot take it.
        """
        runtime = self.backends.open(name)
        runtime.prepare(self.repository, self.fields)
        runtime.fill(progress)

    def switch(self, name: str, actor: Actor, progress: Callable[[int], None] = lambda _: None) -> bool:
        """Search with another backend: fill it, then let it take over in every process; False when it serves already.

        Each process takes it over with its next generation; until then the one before answers and is followed.
        """
        self.fill(name, progress)
        settings = self.repository.plugin_settings
        if name == self.backends.serving:
            settings.change(SETTINGS, {"wanted": None}, actor)
            return False
        settings.change(SETTINGS, {"backend": name, "wanted": None}, actor)
        return True

    def request_switch(self, name: str, actor: Actor) -> None:
        """Have the worker switch; it tries again every hour until it is done. Raises `NotFound`."""
        self.backends.spec(name)
        self.repository.plugin_settings.change(SETTINGS, {"wanted": name}, actor)
        self.repository.jobs.request_run(SWITCH_JOB, actor)

    def withdraw_switch(self, actor: Actor) -> None:
        """Stay with the backend that serves."""
        self.repository.plugin_settings.change(SETTINGS, {"wanted": None}, actor)

    def status_of(self, name: str) -> IndexStatus:
        """How far the index of one of the backends has come."""
        runtime = self.backends.open(name)
        if runtime is not self.runtime:
            runtime.prepare(self.repository, self.fields)
        return runtime.status()

    def status(self) -> IndexStatus:
        """How far the index has come, and what was set aside."""
        return self.runtime.status()

    def set_aside(self) -> list[SetAsideEntry]:
        """Documents that could not be indexed."""
        return self.runtime.set_aside.entries()


def _visibility(
    actor: Actor, request: SearchRequest, scope: Scope, parent_id: str | None, shared: frozenset[str] | None
) -> Visibility:
    if scope is Scope.RECORDS:
        return Visibility(
            labels=actor.labels,
            all_versions=request.all_versions,
            include_deleted=request.include_deleted and actor.can("moderation"),
            only_deleted=request.only_deleted and actor.can("moderation"),
            parent_id=parent_id,
        )
    return Visibility(
        labels=actor.labels,
        scope=scope,
        all_versions=request.all_versions,
        owner=str(actor.subject),
        parents=shared,
        parent_id=parent_id,
    )


def _highlighted(data: Mapping[str, Any], tree: Node) -> dict[str, Markup]:
    metadata = data.get("metadata") or {}
    title = highlight(title_text(metadata.get("title")), tree, "title")
    description = excerpt(strip_html(str(metadata.get("description") or "")), tree, "description")
    return {name: text for name, text in (("title", title), ("description", description)) if text is not None}
