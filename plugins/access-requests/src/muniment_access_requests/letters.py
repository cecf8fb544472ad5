"""The messages to guests. Addresses and titles are looked up when they are sent, so that no event holds any."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import structlog
from babel.dates import format_date

from muniment.api import ANONYMOUS, SYSTEM, LogEntry, MunimentError, Repository, strip_html
from muniment_access_requests.deciding import origin_of
from muniment_access_requests.models import Guest
from muniment_requests.api import Request
from muniment_sharing.api import sharing_of

if TYPE_CHECKING:
    from muniment_access_requests.guests import Guests

log = structlog.get_logger(__name__)

#: A message that could not be sent for this long is of no use any more.
USEFUL: Final = timedelta(days=3)
PATH: Final = "/access-requests/guests"


class Letters:
    """Sends what `GuestLetter` asks for."""

    def __init__(self, guests: Guests) -> None:
        self.guests = guests

    def send(self, repository: Repository, entry: LogEntry) -> None:
        letter, id = str(entry.payload["letter"]), str(entry.payload["guest"])
        if repository.now() - datetime.fromisoformat(str(entry.payload["requested"])) > USEFUL:
            log.warning("access_requests_letter_dropped", letter=letter)
            return
        with repository.database.read() as session:
            row = session.get(Guest, id)
        if row is None:
            return
        request = self.guests.asking.requests.get(SYSTEM, row.request) if row.request else None
        if letter == "confirm" and request is not None:
            letter = "waiting"
        values = {"title": self._title(repository, row.number), "person": row.full_name, "note": ""}
        site = repository.config.site.url
        links = {"record": f"{site}{PATH}/{self.guests.token(row.id)}"}
        if letter == "confirm":
            values["hours"] = self.guests.asking.context.settings.confirm_hours
        elif letter in ("accepted", "declined"):
            assert request is not None
            values["note"] = self._reason(request)
        if letter == "accepted":
            assert request is not None
            link = sharing_of(repository).links.made_for(origin_of(request))
            if link is None:
                return  # revoked before the letter was sent
            links = {"record": f"{site}/records/{row.number}?token={link.token}"}
            locale = "en_GB" if row.language == "en" else row.language
            values["day"] = format_date(link.expires, "long", locale=locale) if link.expires else ""
        self._hand_over(repository, letter, row, values, links)

    def _title(self, repository: Repository, number: str) -> str:
        """What everybody may read: a guest whose record is closed whole is told its number only."""
        try:
            return str(repository.records.read(ANONYMOUS, number).data["metadata"].get("title", ""))
        except MunimentError:
            return number

    def _reason(self, request: Request) -> str:
        """What was said together with the decision."""
        lines, _total = self.guests.asking.requests.conversation.lines(SYSTEM, request.id)
        said = [line for line in lines if line.kind == "C" and line.parent is None and not line.removed]
        decided = [line for line in lines if line.kind == "L"]
        if not said or not decided or said[-1].created != decided[-1].created:
            return ""
        return strip_html(said[-1].content)

    def _hand_over(
        self, repository: Repository, letter: str, row: Guest, values: dict[str, Any], links: dict[str, str]
    ) -> None:
        repository.mail.hand_over(
            f"access-requests-{letter}", to=row.email, language=row.language, values=values, links=links
        )
