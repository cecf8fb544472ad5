"""What was refused at the door: wrong passwords, codes, links and tokens. Many of a kind are one entry a minute."""

from __future__ import annotations

import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import structlog
from sqlalchemy.exc import SQLAlchemyError

from muniment.access.actor import Actor
from muniment.errors import MunimentError

if TYPE_CHECKING:
    from collections.abc import Hashable

    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: Seconds in which the same refusal is written down once, and how many different ones of an action are.
SPAN: Final = 60.0
MOST: Final = 60
_REMEMBERED: Final = 2048


class Refusals:
    """Counts in the memory of the process: whoever guesses fills neither the database nor its write lock."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self._lock = Lock()
        self._last: OrderedDict[tuple[str, str, Hashable], float] = OrderedDict()
        self._written: dict[str, int] = {}
        self._began = 0.0

    def note(
        self, action: str, resource: str, actor: Actor, reason: str, key: Hashable, details: dict[str, Any]
    ) -> None:
        """Never raises: that somebody is refused may not depend on whether it can be written down."""
        log.info("refused", action=action, reason=reason)
        if self.repository.read_only or not self._is_due(action, reason, key):
            return
        try:
            with self.repository.database.write() as unit:
                unit.audit(action, resource, actor, reason=reason, **details)
        except (MunimentError, SQLAlchemyError):
            log.warning("refusal_not_audited", action=action, reason=reason)

    def _is_due(self, action: str, reason: str, key: Hashable) -> bool:
        now, same = time.monotonic(), (action, reason, key)
        with self._lock:
            if now - self._began >= SPAN:
                self._began, self._written = now, {}
            last = self._last.get(same)
            if (last is not None and now - last < SPAN) or self._written.get(action, 0) >= MOST:
                return False
            self._last.pop(same, None)
            self._last[same] = now
            self._written[action] = self._written.get(action, 0) + 1
            while len(self._last) > _REMEMBERED:
                self._last.popitem(last=False)
            return True
