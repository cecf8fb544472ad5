"""The names in the cluster: indexes, the alias of the one that serves, the alias of the one that is offered, the notes.

``<prefix>-records`` is the alias that is searched, ``<prefix>-offered`` that of an index that was built beside it, and
``<prefix>-notes`` an index with what is remembered: how far each index has come, and who writes.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson

from muniment.api import search_port as port
from muniment_elasticsearch.cluster import Cluster, ClusterAway, ClusterRefused, reason_of
from muniment_elasticsearch.layout import Layout, lay_out

CHUNK_BYTES: Final = 5_000_000
ABANDONED_SECONDS: Final = 24 * 3600
"""An index that neither serves nor is offered was given up by who built it after this time."""
_NOTES_MAPPING: Final = {"dynamic": False, "properties": {}}


@dataclass(frozen=True)
class Reached:
    """How far an index has come, as it is noted."""

    index: str = ""
    position: int = 0
    generation: int = 0


class Indexes:
    """What this repository has in the cluster."""

    def __init__(self, cluster: Cluster) -> None:
        prefix, self.cluster = cluster.settings.prefix, cluster
        self.serving = f"{prefix}-records"
        self.offered = f"{prefix}-offered"
        self.notes = f"{prefix}-notes"
        self.built = f"{prefix}-index-"

    # Indexes --------------------------------------------------------------------------------------------------------

    def create(self, layout: Layout) -> str:
        """A new index, set up for being filled: without copies."""
        name = f"{self.built}{time.time_ns():x}"
        settings = {
            "number_of_shards": self.cluster.settings.shards,
            "number_of_replicas": 0,
            "refresh_interval": -1,
        }
        body = {"settings": {"index": settings}, "mappings": layout.mapping(), "aliases": {_gate(name): {}}}
        self.cluster.request("PUT", f"/{name}", body, seconds=60)
        return name

    def finish(self, name: str) -> None:
        """It is full: from now on it is kept in as many copies as are wanted."""
        if self.cluster.settings.replicas:
            settings = {"number_of_replicas": self.cluster.settings.replicas}
            self.cluster.request("PUT", f"/{name}/_settings", {"index": settings}, seconds=60)

    def remove(self, name: str) -> None:
        self.cluster.request("DELETE", f"/{name}", seconds=60, ignore_unavailable="true")

    def behind(self, alias: str) -> str:
        """The index that an alias names, "" for none."""
        try:
            found = self.cluster.request("GET", f"/_alias/{alias}")
        except ClusterRefused:
            return ""
        return min((name for name in found if name != "error" and name != "status"), default="")

    def point(self, alias: str, name: str, *, no_more: str = "") -> None:
        """Let `alias` name this index alone, and no alias `no_more` any, in one step."""
        actions: list[dict[str, Any]] = [{"add": {"index": name, "alias": alias}}]
        for other in (alias, no_more):
            before = self.behind(other) if other else ""
            if before and (other, before) != (alias, name):
                actions.append({"remove": {"index": before, "alias": other}})
        self.cluster.request("POST", "/_aliases", {"actions": actions}, seconds=60)

    def withdraw(self, alias: str) -> None:
        before = self.behind(alias)
        if before:
            self.cluster.request("POST", "/_aliases", {"actions": [{"remove": {"index": before, "alias": alias}}]})

    def mapping(self, name: str) -> Mapping[str, Any]:
        """The mapping that an index really has; empty when there is no such index."""
        try:
            found = self.cluster.request("GET", f"/{name}/_mapping")
        except ClusterRefused:
            return {}
        return next((entry["mappings"] for entry in found.values()), {})

    def abandoned(self) -> list[str]:
        """Indexes that neither serve nor are offered, and are so old that nobody builds them any more."""
        used = {self.behind(self.serving), self.behind(self.offered)}
        oldest = time.time_ns() - ABANDONED_SECONDS * 10**9
        try:
            found = self.cluster.request("GET", f"/{self.built}*/_alias")
        except ClusterRefused:
            return []
        return [name for name in found if name not in used and _made(name, self.built) < oldest]

    # Documents ------------------------------------------------------------------------------------------------------

    def write(
        self, name: str, operations: Sequence[port.Operation], position: int, fields: port.FieldMap, layout: Layout
    ) -> None:
        """Write a batch. `position` is the version of each document: what is older is refused, and that is well.

        Raises `ValueError` for a document that cannot be laid out or that the cluster refuses, `ClusterAway` when it
        takes none. A batch that was written in part can be written again.
        """
        last = {operation.key: operation for operation in operations}
        lines: list[bytes] = []
        size = 0
        chunks = [lines]
        for key, operation in last.items():
            head = {"_id": key, "version": max(0, position), "version_type": "external_gte"}
            if isinstance(operation, port.Upsert):
                document = orjson.dumps(lay_out(operation.document, fields, layout))
                entry = [orjson.dumps({"index": head}), document]
            else:
                entry = [orjson.dumps({"delete": head})]
            if size > CHUNK_BYTES:
                lines, size = [], 0
                chunks.append(lines)
            lines += entry
            size += sum(map(len, entry))
        for chunk in chunks:
            if chunk:
                self._send(name, chunk)

    def refresh(self, name: str) -> None:
        self.cluster.request("POST", f"/{name}/_refresh", seconds=60)

    def _send(self, name: str, lines: list[bytes]) -> None:
        # Through the gate, an alias: an index that was removed must not come back with a mapping that nobody chose.
        try:
            answer = self.cluster.bulk(f"/{_gate(name)}/_bulk", lines, require_alias="true")
        except ClusterRefused as error:
            raise ClusterAway(f"The index {name} takes no changes: {error}") from error
        if not answer.get("errors"):
            return
        for item in answer.get("items", ()):
            (done,) = item.values()
            status = int(done.get("status", 200))
            if status in (404, 409) and "error" not in done:
                continue
            if status == 409:
                continue
            if status == 400:
                raise ClusterRefused(status, f"{done.get('_id')}: {reason_of(done)}")
            if status > 400:
                self.cluster.problem = f"The index {name} takes no changes ({status}): {reason_of(done)}"
                raise ClusterAway(self.cluster.problem)

    # Notes ----------------------------------------------------------------------------------------------------------

    def prepare_notes(self) -> None:
        """Have an index for them as it is wanted; a cluster would make one by itself, or refuse to."""
        settings = {"number_of_shards": 1, "number_of_replicas": self.cluster.settings.replicas}
        body = {"settings": {"index": settings}, "mappings": _NOTES_MAPPING}
        try:
            self.cluster.request("PUT", f"/{self.notes}", body, seconds=60)
        except ClusterRefused as error:
            if "exists" not in str(error):
                raise

    def read_notes(self, *names: str) -> list[tuple[dict[str, Any], int, int]]:
        """For each name its content, sequence number and term; ({}, -1, -1) for one that is not there."""
        docs = [{"_index": self.notes, "_id": name} for name in names]
        found = self.cluster.request("POST", "/_mget", {"docs": docs})["docs"]
        return [
            (doc["_source"], doc["_seq_no"], doc["_primary_term"]) if doc.get("found") else ({}, -1, -1)
            for doc in found
        ]

    def write_note(self, name: str, content: Mapping[str, Any], **conditions: Any) -> tuple[int, int]:
        """Returns the sequence number and term. Raises `ClusterRefused` (409) when the conditions do not hold."""
        done = self.cluster.request("PUT", f"/{self.notes}/_doc/{name}", content, **conditions)
        return done["_seq_no"], done["_primary_term"]

    def reached(self, name: str) -> int:
        """The last event whose effect is in an index."""
        ((current, _, _), (own, _, _)) = self.read_notes("current", name)
        if current.get("index") == name:
            return int(current["position"])
        return int(own.get("position", 0))


def _gate(name: str) -> str:
    return f"{name}-gate"


def _made(name: str, built: str) -> int:
    try:
        return int(name.removeprefix(built), 16)
    except ValueError:
        return time.time_ns()
