"""Letters to people who were invited by their address. What they say is looked up when they are sent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from muniment.api import EventHandler, LogEntry, Repository
from muniment_communities.events import CommunityLetter
from muniment_communities.models import InvitationRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

#: A letter that could not be sent for this long is of no use any more.
USEFUL: Final = timedelta(days=3)


def sending(service: CommunityService) -> EventHandler:
    def send(repository: Repository, entry: LogEntry) -> None:
        if repository.now() - datetime.fromisoformat(str(entry.payload["requested"])) > USEFUL:
            return
        with repository.database.read() as session:
            row = session.get(InvitationRow, str(entry.payload["invitation"]))
        community = service.named([row.community]).get(row.community) if row is not None else None
        if row is None or community is None or row.state != "open":
            return
        account = repository.users.find(row.email)
        if account is not None and not account.active:
            return
        language = (account.locale if account is not None else "") or repository.config.site.languages[0]
        names = repository.users.names([row.invited_by], addresses=False)
        values = {
            "title": community.title,
            "person": names.get(row.invited_by or 0, ""),
            "note": row.message,
            "address": row.email,
            "day": format_date(row.expires, "long", locale="en_GB" if language == "en" else language),
        }
        links = {"invitation": f"{repository.config.site.url.rstrip('/')}/communities/invitations/{row.id}"}
        repository.mail.hand_over("communities-invited", to=row.email, language=language, values=values, links=links)

    return EventHandler("communities.letters", (CommunityLetter.name,), send)
