"""Requests whose time is over, and those whose time is over soon."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from muniment.api import SYSTEM, MunimentError
from muniment_requests.events import RequestExpiring
from muniment_requests.models import RequestRow
from muniment_requests.request import SUBMITTED

if TYPE_CHECKING:
    from muniment_requests.service import RequestService

#: How long before its end those whom a request concerns are reminded; requests that are open for no longer than twice
#: that have no reminder.
BEFORE_END: Final = timedelta(days=7)


def expire_due(requests: RequestService) -> int:
    """Close the open requests whose time is over; returns how many. One that fails keeps no other from it."""
    due = select(RequestRow.id).where(RequestRow.expires <= requests.repository.now(), RequestRow.status == SUBMITTED)
    with requests.database.read() as session:
        found = list(session.execute(due).scalars())
    done = 0
    for id in found:
        try:
            requests.act(SYSTEM, id, "expire")
            done += 1
        except MunimentError:
            continue  # somebody decided meanwhile, or its plugin is off: the next run looks again
    return done


def remind_due(requests: RequestService) -> int:
    """Tell once of each open request that it ends within `BEFORE_END`; returns how many."""
    with requests.database.write() as unit:
        due = select(RequestRow).where(
            RequestRow.expires > unit.now,
            RequestRow.expires <= unit.now + BEFORE_END,
            RequestRow.status == SUBMITTED,
            RequestRow.reminded.is_(False),
        )
        rows = list(unit.session.execute(due).scalars())
        for row in rows:
            row.reminded = True
            if row.expires is not None and row.expires - row.created > 2 * BEFORE_END:
                unit.emit(RequestExpiring(row.number, row.type, None))
        return len(rows)
