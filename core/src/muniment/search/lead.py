"""What the leader of the index does, step by step: drain the log, adopt a rebuilt index, set bad documents aside."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from muniment.errors import MunimentError
from muniment.hooks.caller import PluginFailure
from muniment.search.port import Leadership, Operation, Rebuild
from muniment.search.set_aside import SetAside
from muniment.search.source import IndexSource, LogEntry, affected_keys, operations

log = structlog.get_logger(__name__)

BATCH: Final = 500
TRIES: Final = 3
DRAFT_SECONDS: Final = 0.1
"""So late may changes of drafts be found while a leader follows: nobody waits for them, and each commit keeps those
waiting whose record was published meanwhile."""

OUTAGE: Final = (DBAPIError, MunimentError, OSError)
"""The database or the disk is not there: no document is to blame, and the same batch is tried again later."""

BLAME: Final = (
    PluginFailure, ArithmeticError, AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError
)  # fmt: skip
"""What reading, analysing or adding a document raises when something is wrong with it."""


class Lead:
    """One term of leadership. `source` gives the log and the documents of the present generation."""

    def __init__(self, leadership: Leadership, source: Callable[[], IndexSource], set_aside: SetAside) -> None:
        self.leadership = leadership
        self.source = source
        self.set_aside = set_aside
        self.seen = leadership.position
        self._out_of_step = self._is_out_of_step()
        self._held_until: float | None = None

    @property
    def must_rebuild(self) -> bool:
        return self._out_of_step or self.leadership.needs_rebuild

    @property
    def unsettled(self) -> bool:
        """Whether there are events that `read_after` does not show yet."""
        return self.source().last_id() > self.seen

    @property
    def held_seconds(self) -> float:
        """How long changes of drafts are still held back; 0 when there are none."""
        return 0.0 if self._held_until is None else max(0.0, self._held_until - time.monotonic())

    def drain(self, *, hold_drafts: bool = False) -> bool:
        """Bring one batch of events into the index; False when there was none.

        With `hold_drafts` events about drafts alone are held back for `DRAFT_SECONDS`, or until a record changes.
        """
        if not self.leadership.usable:
            return False
        source = self.source()
        entries = source.read_after(self.seen, BATCH)
        if not entries or (hold_drafts and self._holds(entries)):
            return False
        self._held_until = None
        position = entries[-1].id
        keys = affected_keys(entries)
        if keys:
            index_batch(source, keys, (self.leadership.position, position), self.leadership.apply, self.set_aside)
        else:
            self.leadership.advance(position)
        self.seen = position
        return True

    def _holds(self, entries: Sequence[LogEntry]) -> bool:
        kinds = {entry.key.partition(":")[0] for entry in entries}
        if "draft" not in kinds or "record" in kinds or len(entries) == BATCH:
            return False
        if self._held_until is None:
            self._held_until = time.monotonic() + DRAFT_SECONDS
        return self.held_seconds > 0

    def adopt_offered(self) -> bool:
        """Bring an index that was rebuilt as far as the present one, and let it serve; False when there is none."""
        candidate = self.leadership.candidate()
        if candidate is None:
            return False
        try:
            catch_up(self.source(), candidate, self.seen, self.set_aside)
        except OUTAGE:
            candidate.discard()
            raise
        except Exception:
            self.leadership.refuse(candidate)
            raise
        self.leadership.adopt(candidate)
        self.seen = candidate.position
        self._out_of_step = False
        log.info("search_index_replaced", position=candidate.position)
        return True

    def _is_out_of_step(self) -> bool:
        """The log does not go on where the index ends: events were removed, or the database was restored."""
        source = self.source()
        if self.seen > source.last_id():
            return True
        return self.seen < source.first_id() - 1


def catch_up(source: IndexSource, rebuild: Rebuild, position: int, set_aside: SetAside) -> None:
    """Bring a rebuilt index at least to `position`, as far as the log goes."""
    while rebuild.position < position:
        entries = source.read_after(rebuild.position, BATCH)
        if not entries:
            break
        span = (rebuild.position, entries[-1].id)
        index_batch(source, affected_keys(entries), span, rebuild.apply, set_aside)
    rebuild.commit()


def index_batch(
    source: IndexSource,
    keys: Sequence[str],
    span: tuple[int, int],
    apply: Callable[[Sequence[Operation], int], None],
    set_aside: SetAside,
) -> None:
    """Index documents with one commit; `span` is the position before and after the batch.

    If that fails they are tried one by one, and those that fail three times are set aside. Raises what is not the
    fault of a document.
    """
    before, after = span
    try:
        apply(operations(source, keys), after)
    except OUTAGE:
        raise
    except BLAME:
        log.exception("search_batch_failed", documents=len(keys), then="tried one by one")
    else:
        set_aside.forget(keys)
        return
    for key in keys:
        _index_one(source, key, before, apply, set_aside)
    apply([], after)


def _index_one(
    source: IndexSource,
    key: str,
    position: int,
    apply: Callable[[Sequence[Operation], int], None],
    set_aside: SetAside,
) -> None:
    for attempt in range(1, TRIES + 1):
        try:
            apply(operations(source, [key]), position)
        except OUTAGE:
            raise
        except BLAME as error:
            if attempt == TRIES:
                apply([], position)  # raises when not even nothing can be written: then it is not the document
                set_aside.add(key, position, error)
                log.exception("search_document_set_aside", key=key)
        else:
            set_aside.forget([key])
            return
