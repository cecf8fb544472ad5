"""Writing: the one process that follows the log into the index, and new indexes that are built beside it."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import structlog

from muniment.api import search_port as port
from muniment_elasticsearch.cluster import ClusterAway, ClusterRefused
from muniment_elasticsearch.indexes import Reached
from muniment_elasticsearch.layout import Layout
from muniment_elasticsearch.lease import Lease

if TYPE_CHECKING:
    from muniment_elasticsearch.backend import ClusterBackend

log = structlog.get_logger(__name__)

LOOK_SECONDS: Final = 0.2
"""How often the writer looks for events of other machines, whose calls do not reach it."""
TIDY_SECONDS: Final = 2.0
GRACE_SECONDS: Final = 30.0
"""An index that serves no more is kept so long for searches under way."""


class ClusterLeadership:
    """The one writer, from taking the right to giving it back."""

    def __init__(self, backend: ClusterBackend, lease: Lease) -> None:
        self._backend = backend
        self._indexes = backend.indexes
        self._lease = lease
        self._pipe = port.WakePipe(backend.wake_path)
        self._generation = time.time_ns() // 1000
        self._tidied = 0.0
        self._retired: list[tuple[str, float]] = []
        self._layout: Layout | None = None
        self._name = ""
        self.position = 0
        try:
            self._open()
        except BaseException:
            self._pipe.close()
            raise

    def _open(self) -> None:
        name = self._indexes.behind(self._indexes.serving)
        if not name:
            return
        layout, misfit = self._backend.layout_behind(name)
        if layout is None:
            log.error("search_index_does_not_fit", index=name, reason=misfit, then="built again")
            return
        self._name, self._layout = name, layout
        self.position = self._indexes.reached(name)
        self._publish()

    @property
    def usable(self) -> bool:
        return self._layout is not None

    @property
    def needs_rebuild(self) -> bool:
        return self._layout is None or not self._layout.serves(Layout.of(self._backend.fields()))

    def apply(self, operations: Sequence[port.Operation], position: int) -> None:
        if self._layout is None:
            raise RuntimeError("there is no index to write to; it has to be built first")
        self._lease.check()
        if operations:
            self._indexes.write(self._name, operations, position, self._backend.fields(), self._layout)
            self._indexes.refresh(self._name)
        self.position = position
        self._publish()

    def advance(self, position: int) -> None:
        self._lease.check()
        self.position = position
        self._publish()

    def candidate(self) -> ClusterRebuild | None:
        name = self._backend.offered_now()
        if not name:
            return None
        layout, _ = self._backend.layout_behind(name)
        if layout is None:
            self._indexes.withdraw(self._indexes.offered)
            return None
        return ClusterRebuild(self._backend, name, layout, self._indexes.reached(name))

    def adopt(self, candidate: port.Rebuild) -> None:
        assert isinstance(candidate, ClusterRebuild)
        self._lease.check()
        if self._name:
            self._retired.append((self._name, time.monotonic()))
        self._indexes.point(self._indexes.serving, candidate.name, no_more=self._indexes.offered)
        self._backend.offer_seen("")
        self._name, self._layout, self.position = candidate.name, candidate.layout, candidate.position
        self._publish()

    def refuse(self, candidate: port.Rebuild) -> None:
        self._indexes.withdraw(self._indexes.offered)
        self._backend.offer_seen("")
        candidate.discard()

    def wait(self, timeout: float) -> bool:
        return self._pipe.wait(min(timeout, LOOK_SECONDS))

    def tidy(self) -> None:
        """Remove what serves no more. Raises `ClusterAway` when the index has gone from under it."""
        now = time.monotonic()
        if now - self._tidied < TIDY_SECONDS:
            return
        if not self._tidied:
            self._retired += [(name, now) for name in self._indexes.abandoned()]
        self._tidied = now
        self._lease.check()
        if self._name and self._indexes.behind(self._indexes.serving) != self._name:
            raise ClusterAway(f"The index {self._name} serves no more.")
        for name, since in list(self._retired):
            if now - since > GRACE_SECONDS:
                self._indexes.remove(name)
                self._retired.remove((name, since))

    def release(self, *, merge: bool = False) -> None:  # noqa: ARG002 - the cluster merges by itself
        self._pipe.close()
        with contextlib.suppress(ClusterAway, ClusterRefused):
            for name, _ in self._retired:
                self._indexes.remove(name)
        self._lease.release()
        self._backend.led()

    def _publish(self) -> None:
        self._generation = max(self._generation + 1, time.time_ns() // 1000)
        reached = Reached(self._name, self.position, self._generation)
        self._indexes.write_note("current", vars(reached))
        self._backend.published(reached)


class ClusterRebuild:
    """A new index that is filled beside the one that serves."""

    def __init__(self, backend: ClusterBackend, name: str, layout: Layout, position: int) -> None:
        self._backend = backend
        self._indexes = backend.indexes
        self.name = name
        self.layout = layout
        self.position = position

    @classmethod
    def begin(cls, backend: ClusterBackend, position: int) -> ClusterRebuild:
        layout = Layout.of(backend.fields())
        return cls(backend, backend.indexes.create(layout), layout, position)

    def apply(self, operations: Sequence[port.Operation], position: int) -> None:
        if operations:
            self._indexes.write(self.name, operations, position, self._backend.fields(), self.layout)
        self.position = position

    def commit(self) -> None:
        self._indexes.refresh(self.name)
        self._indexes.write_note(self.name, {"index": self.name, "position": self.position})

    def offer(self) -> None:
        self._indexes.finish(self.name)
        self.commit()
        self._indexes.point(self._indexes.offered, self.name)
        self._backend.offer_seen(self.name)
        self._backend.nudge()

    @property
    def settled(self) -> bool:
        return self._indexes.behind(self._indexes.offered) != self.name

    def discard(self) -> None:
        with contextlib.suppress(ClusterAway, ClusterRefused):
            if self._indexes.behind(self._indexes.offered) != self.name:
                self._indexes.remove(self.name)
