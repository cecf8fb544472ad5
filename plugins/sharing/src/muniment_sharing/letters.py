"""The messages of sharing. Addresses and titles are looked up when they are sent, so that no event holds any."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Final

import structlog
from babel.dates import format_date

from muniment.api import LogEntry, NotFound, ParentHandle, PluginContext, Repository
from muniment_sharing.events import SharingLetter
from muniment_sharing.models import OPEN, Grant, Invitation, Offer

log = structlog.get_logger(__name__)

#: A message that could not be sent for this long is of no use any more.
USEFUL: Final = timedelta(days=3)


class Letters:
    """Sends what `SharingLetter` asks for."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    def send(self, repository: Repository, entry: LogEntry) -> None:
        payload = entry.payload
        letter, row = str(payload["letter"]), str(payload["row"])
        if repository.now() - datetime.fromisoformat(str(payload["requested"])) > USEFUL:
            log.warning("sharing_letter_dropped", letter=letter)
            return
        if letter == "granted":
            self._granted(repository, int(row))
        elif letter in ("invited", "offered"):
            self._to_address(repository, letter, row)
        else:
            self._answered(repository, letter, row, payload.get("subject"), payload.get("other"))

    def _granted(self, repository: Repository, number: int) -> None:
        with repository.database.read() as session:
            row = session.get(Grant, number)
        parent = repository.records.parents([row.parent_id]).get(row.parent_id) if row is not None else None
        if row is None or parent is None or row.subject_id is None:
            return
        try:
            user = repository.users.get(row.subject_id)
        except NotFound:
            return
        if user.may_act:
            values = self._values(parent, row.granted_by, row.permission, row.message or "")
            links = {"record": self._address(parent)}
            self._hand_over(repository, "granted", user.email, user.locale, values, links)
        with repository.database.write() as unit:
            present = unit.session.get(Grant, number)
            if present is not None:
                present.message = None

    def _to_address(self, repository: Repository, letter: str, row_id: str) -> None:
        model = Invitation if letter == "invited" else Offer
        with repository.database.read() as session:
            row: Any = session.get(model, row_id)
        if row is None or row.state != OPEN:
            return
        parent = repository.records.parents([row.parent_id]).get(row.parent_id)
        if parent is None:
            return
        account = repository.users.find(row.email)
        if account is not None and not account.active:
            return
        language = (account.locale if account is not None else "") or repository.config.site.languages[0]
        giver = row.invited_by if letter == "invited" else row.giver
        permission = row.permission if letter == "invited" else ""
        values = self._values(parent, giver, permission, row.message or "")
        values["day"] = format_date(row.expires, "long", locale="en_GB" if language == "en" else language)
        values["address"] = row.email
        site = repository.config.site.url
        target = f"{site}/sharing/{'offers' if letter == 'offered' else 'invitations'}/{row.id}"
        self._hand_over(repository, letter, row.email, language, values, {"record": target})

    def _answered(
        self, repository: Repository, letter: str, row_id: str, giver: int | None, receiver: int | None
    ) -> None:
        with repository.database.read() as session:
            row = session.get(Offer, row_id)
        if row is None or giver is None:
            return
        parent = repository.records.parents([row.parent_id]).get(row.parent_id)
        try:
            user = repository.users.get(giver)
        except NotFound:
            return
        if parent is None or not user.may_act:
            return
        values = self._values(parent, receiver, row.keep, "")
        links = {"record": self._address(parent)}
        self._hand_over(repository, letter, user.email, user.locale, values, links)

    def _values(self, parent: ParentHandle, other: int | None, permission: str, message: str) -> dict[str, Any]:
        return {
            "title": parent.title,
            "person": self._name(other),
            "permission": permission,
            "note": message,
        }

    def _name(self, subject: int | None) -> str:
        if subject is None:
            return ""
        try:
            return str(self.context.repository.users.get(subject).display_name)
        except NotFound:
            return ""

    def _address(self, parent: ParentHandle) -> str:
        preview = "?preview=1" if parent.is_draft else ""
        return f"{self.context.repository.config.site.url}/records/{parent.number}{preview}"

    def _hand_over(
        self, repository: Repository, letter: str, to: str, language: str, values: dict[str, Any], links: dict[str, str]
    ) -> None:
        repository.mail.hand_over(f"sharing-{letter}", to=to, language=language, values=values, links=links)


NAME: Final = SharingLetter.name
