"""What the plugin holds about people, why and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete

from muniment.api import Category, Retention, Table, UnitOfWork
from muniment_support.models import Message

#: A message that could not be mailed for so long is removed.
KEPT: Final = timedelta(days=30)


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="support.messages",
            label=_("Messages to support"),
            fields=(_("name and e-mail address"), _("what was written, and about which page")),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="support",
            stores=(Table(Message, subject="subject_id"),),
            retention=Retention(until=("message.sent", "message.written + P30D"), sweep=_sweep),
            transfers=(_("those who answer for the repository, by e-mail"),),
        )
    ]


def _sweep(unit: UnitOfWork) -> int:
    statement = delete(Message).where(Message.created < unit.now - KEPT)
    return int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]
