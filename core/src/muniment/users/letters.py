"""The messages about accounts: written and sent by a durable handler, never inside a transaction.

The event names a person and a kind of message only. The address is looked up and the one-time link is made when the
message is sent, so neither of them ever stands in the event log.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

import structlog
from babel.dates import format_date

from muniment.events.outbox import LogEntry
from muniment.jobs.declarations import EventHandler
from muniment.users import links
from muniment.users.account_models import User
from muniment.users.events import LetterRequested

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: A message that could not be sent for this long is of no use any more.
USEFUL: Final = timedelta(days=3)

ERASURE_REQUESTED: Final = "erasure-requested"

#: The letters that carry a one-time link; the name of the letter is the purpose of the link.
WITH_LINK: Final = frozenset({links.CONFIRM_EMAIL, links.RESET_PASSWORD, links.INVITE, links.CHANGE_EMAIL})


def send_letter(repository: Repository, entry: LogEntry) -> None:
    """Write one letter and hand it to the mail service; tried again while the server is away."""
    letter, user_id = str(entry.payload["letter"]), int(entry.payload["subject_id"])
    requested = datetime.fromisoformat(str(entry.payload["requested"]))
    if repository.now() - requested > USEFUL:
        log.warning("letter_dropped", letter=letter, reason="older than three days")
        return
    user = _recipient(repository, user_id, letter)
    if user is None:
        return
    to = user.pending_email if letter == links.CHANGE_EMAIL else user.email
    addresses = _links(repository, user, letter)
    values = _values(repository, user, letter)
    repository.mail.hand_over(letter, to=to or "", language=user.locale, values=values, links=addresses)


def _recipient(repository: Repository, user_id: int, letter: str) -> User | None:
    """The person, unless the message has become pointless since it was asked for."""
    with repository.database.read() as session:
        user = session.get(User, user_id)
    if user is None or (letter in WITH_LINK and (not user.active or user.blocked_at is not None)):
        return None
    if letter == links.CONFIRM_EMAIL and user.confirmed_at is not None:
        return None
    if letter == links.CHANGE_EMAIL and not user.pending_email:
        return None
    if letter == ERASURE_REQUESTED and user.erase_at is None:
        return None
    return user


def _values(repository: Repository, user: User, letter: str) -> dict[str, Any]:
    """Numbers and days that the text of a letter names."""
    values: dict[str, Any] = {"hours": 0, "days": repository.config.privacy.export_days, "day": ""}
    if letter in WITH_LINK:
        values["hours"] = int(links.LIFETIMES[letter].total_seconds() // 3600)
    if letter == ERASURE_REQUESTED and user.erase_at is not None:
        zone = ZoneInfo(user.timezone) if user.timezone else repository.config.site.zone
        language = user.locale or repository.config.site.languages[0]
        values["day"] = format_date(user.erase_at.astimezone(zone), "long", locale=_locale(language))
    return values


def _locale(language: str) -> str:
    """Plain English is written the European way, as on the pages."""
    return "en_GB" if language == "en" else language.replace("-", "_")


def _links(repository: Repository, user: User, letter: str) -> dict[str, str]:
    site = repository.config.site.url
    addresses = {
        "sign_in": f"{site}/login",
        "forgot": f"{site}/lost-password",
        "own_data": f"{site}/account/settings/privacy",
        "waiting": f"{site}/control/users?state=waiting",
    }
    if letter in WITH_LINK:
        addresses["link"] = repository.users.one_time_link(user, letter)
    return addresses


LETTERS = EventHandler(name="users.letters", events=(LetterRequested.name,), function=send_letter)
