"""The search backend on a cluster: any number of processes and machines read, one writes."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Final

from muniment.api import Busy
from muniment.api import search_port as port
from muniment_elasticsearch.cluster import AWAY, Cluster, ClusterAway, ClusterRefused
from muniment_elasticsearch.indexes import Indexes, Reached
from muniment_elasticsearch.layout import Layout
from muniment_elasticsearch.leadership import ClusterLeadership, ClusterRebuild
from muniment_elasticsearch.lease import LAPSE_SECONDS, NOTE, Candidacy
from muniment_elasticsearch.reader import result_of, search_body

FRESH_SECONDS: Final = 0.02
"""So long what was noted is taken for what is; a search asks for it, and so does who waits for a change."""
OFFERS_SECONDS: Final = 1.0
_BUILDING: Final = "The search index is being built; please try again in a moment."


class ClusterBackend:
    """An index in Elasticsearch or OpenSearch. `folder` is for what calls the writer from processes of this machine."""

    def __init__(self, folder: Path, fields: Callable[[], port.FieldMap], settings: SimpleNamespace) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.wake_path = folder / "wake"
        self.fields = fields
        self.cluster = Cluster(settings)
        self.indexes = Indexes(self.cluster)
        self._several_shards = settings.shards > 1
        self._candidacy = Candidacy(self.indexes)
        self._lock = threading.Lock()
        self._layouts: dict[str, Layout] = {}
        self._reached = Reached()
        self._renewed = 0.0
        self._asked = -1.0
        self._leads = False
        self._offer = ""
        self._offer_asked = -1.0
        self._misfit = ""

    # Where it stands ------------------------------------------------------------------------------------------------

    @property
    def state(self) -> port.IndexState:
        reached = self._look()
        return port.IndexState(reached.position, reached.generation)

    @property
    def has_leader(self) -> bool:
        self._look()
        return self._leads or time.time() - self._renewed < LAPSE_SECONDS

    @property
    def problem(self) -> str:
        return self.cluster.problem or self._misfit

    def holds(self, extension: str) -> bool:
        layout = self._layout_serving()
        return layout is not None and extension in layout.extensions

    def _look(self) -> Reached:
        """What is noted, at most `FRESH_SECONDS` old; what was seen last when the cluster is away."""
        with self._lock:
            if self._leads or time.monotonic() - self._asked < FRESH_SECONDS:
                return self._reached
        try:
            ((current, _, _), (lease, _, _)) = self.indexes.read_notes("current", NOTE)
        except (ClusterAway, ClusterRefused):
            return self._reached
        with self._lock:
            self._asked = time.monotonic()
            self._renewed = float(lease.get("renewed", 0)) if lease.get("holder") else 0.0
            if current:
                self._reached = Reached(**current)
            return self._reached

    def published(self, reached: Reached) -> None:
        """The writer is in this process."""
        with self._lock:
            self._leads, self._reached, self._asked = True, reached, time.monotonic()

    def led(self) -> None:
        """The writer was in this process."""
        with self._lock:
            self._leads, self._asked = False, -1.0

    # Searching ------------------------------------------------------------------------------------------------------

    def search(self, query: port.BackendQuery) -> port.BackendResult:
        layout = self._layout_serving()
        if layout is None:
            raise ClusterAway(AWAY) if self.cluster.problem else Busy(_BUILDING, retry_after=5)
        body = search_body(query, layout)
        params: dict[str, Any] = {"allow_partial_search_results": "false"}
        if self._several_shards:
            params["search_type"] = "dfs_query_then_fetch"
        try:
            answer = self.cluster.request("POST", f"/{self.indexes.serving}/_search", body, **params)
        except ClusterRefused as error:
            if error.status == 404:
                self._layouts.clear()
                raise Busy(_BUILDING, retry_after=5) from error
            if any(isinstance(leaf, port.PatternMatch | port.KeywordPattern) for leaf in port.leaves_of(query.tree)):
                raise port.query_error("a word with wildcards is too complex; use fewer of them") from error
            raise
        return result_of(query, answer)

    def layout_behind(self, name: str) -> tuple[Layout | None, str]:
        """What an index holds; None when its mapping does not fit, with what is wrong."""
        known = self._layouts.get(name)
        mapping = self.indexes.mapping(name)
        layout = Layout.of_mapping(mapping)
        misfit = "it was not built by this version" if layout is None else layout.misfit(mapping)
        if layout is None or misfit:
            self._misfit = (
                f"The mapping of the index {name} does not fit: {misfit}. It is built again." if mapping else ""
            )
            self._layouts.pop(name, None)
            return None, misfit
        self._misfit = ""
        if known is None:
            self._layouts[name] = layout
        return layout, ""

    def _layout_serving(self) -> Layout | None:
        name = self._look().index
        if not name:
            return None
        return self._layouts.get(name) or self.layout_behind(name)[0]

    # Writing --------------------------------------------------------------------------------------------------------

    def lead(self) -> ClusterLeadership | None:
        lease = self._candidacy.take()
        if lease is None:
            return None
        try:
            return ClusterLeadership(self, lease)
        except BaseException:
            lease.release()
            raise

    def offered_now(self) -> str:
        """The index that was offered, asked for once a second unless somebody in this process offers one."""
        if not self._offer and time.monotonic() - self._offer_asked > OFFERS_SECONDS:
            self._offer_asked = time.monotonic()
            self._offer = self.indexes.behind(self.indexes.offered)
        return self._offer

    def offer_seen(self, name: str) -> None:
        self._offer = name

    def nudge(self) -> None:
        port.wake(self.wake_path)

    def begin_rebuild(self, position: int) -> ClusterRebuild:
        self.indexes.prepare_notes()
        return ClusterRebuild.begin(self, position)

    def close(self) -> None:
        self.cluster.close()
