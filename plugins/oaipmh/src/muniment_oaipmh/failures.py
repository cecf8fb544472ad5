"""Records that a format could not be made of, kept for operators."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, select

from muniment.api import MunimentError, Repository
from muniment_oaipmh.models import Failure

log = structlog.get_logger(__name__)

_LONGEST: Final = 500
#: What was told is not written again for so long, so that a harvest costs no transaction for each page.
_AGAIN: Final = timedelta(hours=1)
_KEEP: Final = timedelta(days=30)


@dataclass(frozen=True)
class NotWritten:
    """A record, the prefix of a format, and what went wrong."""

    number: str
    prefix: str
    message: str
    seen: datetime


class Failures:
    """What could not be written."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def remember(self, record_id: int, prefix: str, message: str) -> None:
        """Keep a failure; the harvester is answered whether that works or not."""
        now = self.repository.now()
        try:
            with self.database.read() as session:
                row = session.get(Failure, (record_id, prefix))
            if row is not None and row.message == message[:_LONGEST] and now - row.seen < _AGAIN:
                return
            with self.database.write() as unit:
                made = Failure(record_id=record_id, prefix=prefix, message=message[:_LONGEST], seen=unit.now)
                unit.session.merge(made)
        except MunimentError as error:
            log.warning("oaipmh_failure_not_kept", record=record_id, error=error.message)

    def latest(self, limit: int = 50) -> list[NotWritten]:
        """What could not be written lately, the newest first."""
        with self.database.read() as session:
            rows = session.execute(select(Failure).order_by(Failure.seen.desc()).limit(limit)).scalars().all()
        public_id = self.repository.records.public_id
        return [NotWritten(public_id(row.record_id), row.prefix, row.message, row.seen) for row in rows]

    def forget_old(self) -> None:
        with self.database.write() as unit:
            unit.session.execute(delete(Failure).where(Failure.seen < unit.now - _KEEP))
