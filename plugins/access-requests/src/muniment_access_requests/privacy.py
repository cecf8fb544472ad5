"""What the plugin holds about guests, why and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import and_, delete, or_, select

from muniment.api import Category, Departure, NotFound, Repository, Retention, Table, UnitOfWork
from muniment_access_requests.models import Guest

#: What is decided stays so long, so that the guest can read what became of it.
KEPT: Final = timedelta(days=30)
#: Longer than any request is open, for those that were closed by something else than a decision.
AT_MOST: Final = timedelta(days=365) + KEPT


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="access-requests.guests",
            label=_("Guests who ask for access"),
            fields=(_("name"), _("e-mail address"), _("what they wrote"), _("language")),
            purposes=("make_and_act_on_requests", "communicate"),
            basis="consent",
            source=("user_input",),
            owner="access-requests",
            stores=(Table(Guest),),
            retention=Retention(
                until=("guest.unconfirmed + settings.confirm_hours", "request.closed + P30D"), sweep=_sweep
            ),
            access=("service_operators", "request_counterparties"),
            transfers=(_("those who manage the record"),),
            export=_asked,
            leave=_forget,
        )
    ]


def _sweep(unit: UnitOfWork) -> int:
    over = or_(
        and_(Guest.request.is_(None), Guest.expires < unit.now),
        Guest.closed < unit.now - KEPT,
        Guest.created < unit.now - AT_MOST,
    )
    return int(unit.session.execute(delete(Guest).where(over)).rowcount)  # type: ignore[attr-defined]


def _asked(repository: Repository, subject: int) -> Iterable[tuple[str, Any]]:
    """What was asked with the address of somebody who has an account."""
    key = repository.users.get(subject).email_key
    with repository.database.read() as session:
        rows = session.execute(select(Guest).where(Guest.email_key == key)).scalars()
        found = [
            {"record": row.number, "name": row.full_name, "message": row.message, "created": row.created.isoformat()}
            for row in rows
        ]
    if found:
        yield "as-guest.json", found


def _forget(repository: Repository, departure: Departure) -> None:
    try:
        key = repository.users.get(departure.subject).email_key
    except NotFound:
        return
    with repository.database.write() as unit:
        unit.session.execute(delete(Guest).where(Guest.email_key == key))
