"""Sends what waits: one message for all of it, so that many things at once make no many messages."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select, update

from muniment.api import EventHandler, Job, LogEntry, NotFound, Repository, RetryLater
from muniment_notifications.bounces import Bounces
from muniment_notifications.events import NotificationsWaiting
from muniment_notifications.models import NotificationRow
from muniment_notifications.sending import keep
from muniment_notifications.unsubscribing import link

#: What could not be sent for this long is only on the site.
USEFUL: Final = timedelta(days=3)
#: Seconds between two tries while the mail server is away.
PAUSE: Final = 300.0
#: A message tells of no more; what is left is on the site.
MOST: Final = 50


class Mailer:
    """Mails the notifications of one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.bounces = Bounces(repository)

    def handler(self) -> EventHandler:
        return EventHandler("notifications.mail", (NotificationsWaiting.name,), self._follow)

    def job(self) -> Job:
        return Job("notifications.daily", "0 7 * * *", self._daily, "Mail what people want to hear once a day")

    def _follow(self, _repository: Repository, entry: LogEntry) -> None:
        self.send(int(entry.payload["subject_id"]), str(entry.payload["way"]))

    def _daily(self, repository: Repository) -> str:
        waiting = select(NotificationRow.subject).where(NotificationRow.mail == "daily").distinct()
        with repository.database.write() as unit:
            subjects = list(unit.session.execute(waiting).scalars())
            for subject in subjects:
                unit.emit(NotificationsWaiting(subject, "daily"))
        return f"{len(subjects)} people"

    def send(self, subject: int, way: str) -> None:
        """Mail a person what waits for `way`. Raises `RetryLater` while the mail server is away."""
        rows = self._waiting(subject, way)
        useful = [row for row in rows if self.repository.now() - row.created < USEFUL]
        try:
            user = self.repository.users.get(subject)
        except NotFound:
            return
        paused = self.bounces.of(subject, user.email) is not None
        if not useful or not user.may_act or paused:
            self._done(rows, subject, "")
            return
        try:
            self._hand_over(useful, subject, user.email, user.locale, daily=way == "daily")
        except smtplib.SMTPRecipientsRefused as error:
            code = max((answer[0] for answer in error.recipients.values()), default=550)
            if code < 500:
                raise RetryLater(f"the mail server does not take it now: {code}", PAUSE) from error
            self.bounces.pause(subject, user.email, f"SMTP {code}")
            self._done(rows, subject, "")
        except OSError as error:  # smtplib's exceptions are OSErrors too
            if not _is_temporary(error):
                self._done([], subject, "failed", _shortly(error))
                raise
            raise RetryLater(f"the message cannot be handed over now: {type(error).__name__}", PAUSE) from error
        else:
            self._done(rows, subject, "sent")

    def _waiting(self, subject: int, way: str) -> Sequence[NotificationRow]:
        waiting = select(NotificationRow).where(NotificationRow.subject == subject, NotificationRow.mail == way)
        with self.repository.database.read() as session:
            return session.execute(waiting.order_by(NotificationRow.id)).scalars().all()

    def _hand_over(self, rows: Sequence[NotificationRow], subject: int, to: str, language: str, *, daily: bool) -> None:
        site = self.repository.config.site.url.rstrip("/")
        shown = rows[-MOST:]
        links = {f"target_{number}": f"{site}{row.path}" for number, row in enumerate(shown)}
        stop = link(self.repository, subject, (row.type for row in rows))
        links |= {"all": f"{site}/me/notifications", "choices": f"{site}/me/notifications/settings", "stop": stop}
        entries = [
            {"type": row.type, "text": row.text, "places": row.values, "words": row.words, "target": target}
            for row, target in zip(shown, links.values(), strict=False)
        ]
        values: dict[str, Any] = {"entries": entries, "number": len(rows), "daily": daily}
        headers = {
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "List-Id": f"<notifications.{site.partition('//')[2].partition('/')[0].partition(':')[0]}>",
        }
        self.repository.mail.send(
            "notifications", to=to, language=language, values=values, links=links, headers=headers
        )

    def _done(self, rows: Sequence[NotificationRow], subject: int, outcome: str, detail: str = "") -> None:
        """Nothing of it waits any more; `outcome` is kept for operators unless it is empty."""
        if not rows and not outcome:
            return
        with self.repository.database.write() as unit:
            ids = [row.id for row in rows]
            unit.session.execute(update(NotificationRow).where(NotificationRow.id.in_(ids)).values(mail=""))
            if outcome:
                keep(unit, subject, "mail", outcome, len(rows), detail)


def _is_temporary(error: OSError) -> bool:
    """Whether trying again without anybody's help can succeed: a server that is away or says "later" (4xx)."""
    if isinstance(error, smtplib.SMTPConnectError | smtplib.SMTPServerDisconnected):
        return True
    if isinstance(error, smtplib.SMTPResponseException):
        return 400 <= error.smtp_code < 500
    # A template that is not there is an OSError too, and a LookupError.
    return not isinstance(error, smtplib.SMTPException | ssl.SSLError | LookupError)


def _shortly(error: OSError) -> str:
    """The kind of an error and its code; its text may name addresses."""
    code = f" {error.smtp_code}" if isinstance(error, smtplib.SMTPResponseException) else ""
    return f"{type(error).__name__}{code}"
