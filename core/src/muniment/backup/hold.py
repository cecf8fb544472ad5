"""While a backup is written, no stored bytes are removed."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from muniment.db.engine import Database
from muniment.files.models import RemovalHold

#: A backup that was cut off keeps the sweep away for this long at most.
LIFETIME: Final = timedelta(hours=24)


@contextlib.contextmanager
def no_removals(database: Database) -> Iterator[None]:
    """Keep every stored byte until the block ends; needs the tables only, so it works before an upgrade too."""
    with database.write() as unit:
        hold = RemovalHold(reason="backup", expires=unit.now + LIFETIME)
        unit.session.add(hold)
        unit.session.flush()
        identity = hold.id
    try:
        yield
    finally:
        with database.write() as unit:
            unit.session.execute(delete(RemovalHold).where(RemovalHold.id == identity))
