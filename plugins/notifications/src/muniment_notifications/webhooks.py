"""Addresses of programs to which people have their notifications sent, as Standard Webhooks describes it."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Iterable, MutableSequence, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from muniment.api import (
    SYSTEM,
    Actor,
    Attempt,
    Conflict,
    Limit,
    NotFound,
    Problem,
    Repository,
    SecretBox,
    UnitOfWork,
    ValidationFailed,
)
from muniment_notifications.events import WebhookPaused, WebhookWaiting
from muniment_notifications.models import Webhook, WebhookDelivery

#: A person has no more.
MOST: Final = 5
#: After a new secret the one before is signed with too for so long, so that the receiver can change over.
OVERLAP: Final = timedelta(days=1)
#: The newest deliveries that are listed.
LISTED: Final = 50
LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
WAITING, SENT, FAILED = "waiting", "sent", "failed"
_TESTS: Final = (Limit("notifications.webhooks.hour", 20, timedelta(hours=1)),)
NONE: Final = "There is no such webhook."


@dataclass(frozen=True)
class Hook:
    """A webhook as its owner sees it; `paused` is why nothing is sent, empty while it is."""

    id: int
    url: str
    created: datetime
    paused: str
    paused_since: datetime | None

    @classmethod
    def of(cls, row: Webhook) -> Hook:
        return cls(row.id, row.url, row.created, row.paused, row.paused_since)

    @property
    def host(self) -> str:
        return urlsplit(self.url).netloc


@dataclass(frozen=True)
class Delivered:
    """A delivery of the log. `state` is waiting, sent or failed; `type` is empty for a test."""

    id: int
    type: str
    state: str
    tries: int
    detail: str
    created: datetime
    at: datetime | None


class Webhooks:
    """The webhooks of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def list(self, subject: int) -> list[Hook]:
        mine = select(Webhook).where(Webhook.subject == subject).order_by(Webhook.id)
        with self.database.read() as session:
            return [Hook.of(row) for row in session.execute(mine).scalars()]

    def get(self, subject: int, id: int) -> Hook:
        """One of a person's; raises `NotFound` for those of others too."""
        with self.database.read() as session:
            return Hook.of(_own(session, subject, id))

    def make(self, actor: Actor, subject: int, url: str) -> tuple[Hook, str]:
        """A new webhook and its secret, which is shown once. Raises `ValidationFailed` and `Conflict`."""
        address = _checked(url)
        with self.database.write() as unit:
            present = select(func.count()).select_from(Webhook).where(Webhook.subject == subject)
            if unit.session.execute(present).scalar_one() >= MOST:
                raise Conflict(f"You have {MOST} webhooks, which is as many as there can be. Remove one first.")
            row = Webhook(
                subject=subject, url=address, secrets={}, created=unit.now, paused="", paused_since=None, turn=0
            )
            unit.session.add(row)
            unit.session.flush()
            secret = self._renew(unit, row, [])
            unit.audit("notifications.webhook_made", f"user:{subject}", actor)
            return Hook.of(row), secret

    def renew(self, actor: Actor, subject: int, id: int) -> str:
        """A new secret, which is shown once; the one before is good for another day."""
        with self.database.write() as unit:
            row = _own(unit.session, subject, id)
            secret = self._renew(unit, row, self.secrets(row, unit.now)[:1])
            unit.audit("notifications.webhook_renewed", f"user:{subject}", actor)
            return secret

    def remove(self, actor: Actor, subject: int, id: int) -> None:
        """End a webhook; what waits for it is not sent, and its log goes."""
        with self.database.write() as unit:
            unit.session.delete(_own(unit.session, subject, id))
            unit.audit("notifications.webhook_removed", f"user:{subject}", actor)

    def resume(self, actor: Actor, subject: int, id: int) -> None:
        """Send again, beginning at once with what waits."""
        with self.database.write() as unit:
            row = _own(unit.session, subject, id)
            if row.paused:
                unit.audit("notifications.webhook_resumed", f"user:{subject}", actor)
            row.paused, row.paused_since = "", None
            self.hurry(unit, row)

    def test(self, actor: Actor, subject: int, id: int) -> None:
        """Send a test, also to one that is paused. Raises `TooManyRequests`."""
        with self.database.write() as unit:
            row = _own(unit.session, subject, id)
            self.repository.users.throttle.count(unit, [Attempt(_TESTS, str(subject))])
            delivery = self._delivery(unit, row, None)
            unit.emit(WebhookWaiting(row.id, delivery.id, f"test-{delivery.id}"))
            unit.audit("notifications.webhook_tested", f"user:{subject}", actor)

    def send_again(self, subject: int, id: int, delivery: int) -> None:
        """Try once more what failed."""
        with self.database.write() as unit:
            row = _own(unit.session, subject, id)
            found = unit.session.get(WebhookDelivery, delivery)
            if found is None or found.webhook != row.id or found.state != FAILED or found.notification is None:
                raise NotFound("There is nothing to send again.")
            found.state, found.tries, found.detail = WAITING, 0, ""
            unit.emit(WebhookWaiting(row.id, found.id, str(row.turn)))

    def log(self, subject: int, id: int) -> Sequence[Delivered]:
        """The newest deliveries of a webhook."""
        from muniment_notifications.models import NotificationRow

        with self.database.read() as session:
            row = _own(session, subject, id)
            statement = (
                select(WebhookDelivery, NotificationRow.type)
                .outerjoin(NotificationRow, NotificationRow.id == WebhookDelivery.notification)
                .where(WebhookDelivery.webhook == row.id)
                .order_by(WebhookDelivery.id.desc())
                .limit(LISTED)
            )
            return [
                Delivered(one.id, type or "", one.state, one.tries, one.detail, one.created, one.at)
                for one, type in session.execute(statement)
            ]

    def queue(self, unit: UnitOfWork, notification: int, row: Webhook) -> None:
        """Have a notification sent, with the transaction that writes it."""
        delivery = self._delivery(unit, row, notification)
        unit.emit(WebhookWaiting(row.id, delivery.id, str(row.turn)))

    def active(self, session: Session, subjects: Iterable[int]) -> dict[int, Sequence[Webhook]]:
        """The webhooks of people to which something is sent: one question for all."""
        found: dict[int, MutableSequence[Webhook]] = {}
        wanted = select(Webhook).where(Webhook.subject.in_(list(subjects)), Webhook.paused == "")
        for row in session.execute(wanted).scalars():
            found.setdefault(row.subject, []).append(row)
        return dict(found)

    def pause(self, unit: UnitOfWork, row: Webhook, why: str) -> None:
        """Send nothing more to an address that does not take it, and tell its owner."""
        row.paused, row.paused_since = why, unit.now
        unit.emit(WebhookPaused(row.id, row.subject))
        unit.audit("notifications.webhook_paused", f"user:{row.subject}", SYSTEM)

    def hurry(self, unit: UnitOfWork, row: Webhook) -> None:
        """What waits is sent now, in its order, whatever the pauses are in which it is."""
        row.turn += 1
        waiting = select(WebhookDelivery.id).where(
            WebhookDelivery.webhook == row.id,
            WebhookDelivery.state == WAITING,
            WebhookDelivery.notification.is_not(None),
        )
        for id in unit.session.execute(waiting.order_by(WebhookDelivery.id)).scalars():
            unit.emit(WebhookWaiting(row.id, id, str(row.turn)))

    def secrets(self, row: Webhook, now: datetime) -> Sequence[str]:
        """The secrets to sign with, the newest first. Raises `CannotDecrypt`."""
        kept = self._box.decrypt(row.secrets, _place(row))
        return [secret for secret, until in kept if until is None or datetime.fromisoformat(until) > now]

    def _renew(self, unit: UnitOfWork, row: Webhook, former: Iterable[str]) -> str:
        secret = "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode()
        until = (unit.now + OVERLAP).isoformat()
        row.secrets = self._box.encrypt([[secret, None], *([one, until] for one in former)], _place(row))
        return secret

    def _delivery(self, unit: UnitOfWork, row: Webhook, notification: int | None) -> WebhookDelivery:
        delivery = WebhookDelivery(
            webhook=row.id,
            subject=row.subject,
            notification=notification,
            state=WAITING,
            tries=0,
            detail="",
            created=unit.now,
            at=None,
        )
        unit.session.add(delivery)
        unit.session.flush()
        return delivery

    @property
    def _box(self) -> SecretBox:
        return SecretBox(self.repository.instance.secret_key)


def _place(row: Webhook) -> str:
    return f"notifications.webhook:{row.id}"


def _own(session: Session, subject: int, id: int) -> Webhook:
    row = session.get(Webhook, id)
    if row is None or row.subject != subject:
        raise NotFound(NONE)
    return row


def _checked(url: str) -> str:
    """An address to which something can be sent; where it leads is judged with each sending."""
    address = url.strip()
    try:
        parts = urlsplit(address)
        host, _port = parts.hostname, parts.port
    except ValueError:
        host, parts = None, urlsplit("")
    if not host or parts.username is not None or len(address) > 500 or not address.isprintable():
        raise ValidationFailed(errors=[Problem("url", "Enter a web address, like https://example.org/hook.")])
    if parts.scheme != "https" and not (parts.scheme == "http" and host in LOCAL):
        raise ValidationFailed(errors=[Problem("url", "The address must begin with https://.")])
    return address
