"""Sends notifications to webhooks: signed, in order, again and again with longer pauses, until it is given up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from flask_babel import force_locale

from muniment.api import CannotDecrypt, EventHandler, LogEntry, NotFound, OutgoingFailed, Repository, RetryLater
from muniment_notifications.events import WebhookWaiting
from muniment_notifications.models import NotificationRow, Webhook, WebhookDelivery
from muniment_notifications.reading import sentence
from muniment_notifications.sending import keep
from muniment_notifications.webhooks import FAILED, SENT, WAITING, Webhooks

if TYPE_CHECKING:
    from muniment.api import UnitOfWork

#: Seconds between two tries; together two days and some hours, as Standard Webhooks recommends.
PAUSES: Final = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)
#: A receiver can ask to wait longer, but no longer than this.
LONGEST_WAIT: Final = 86_400
#: Answers with which an address says that it wants nothing more.
GONE: Final = 410
#: Reasons that trying again does not change.
FINAL: Final = frozenset({"address", "forbidden"})
TEST: Final = "notifications.test"


@dataclass(frozen=True)
class Parcel:
    """What is sent, whereto and how it is signed."""

    url: str
    headers: dict[str, str]
    body: bytes
    is_test: bool


@dataclass(frozen=True)
class Answer:
    """How a try ended: `problem` is empty when it arrived; `wait` is what the receiver asked for, in seconds."""

    problem: str = ""
    final: bool = False
    wait: float = 0.0


class Poster:
    """Sends what waits for the webhooks of one generation."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.webhooks = Webhooks(repository)

    def handler(self) -> EventHandler:
        return EventHandler(
            "notifications.webhooks", (WebhookWaiting.name,), self._follow, timeout=timedelta(minutes=2)
        )

    def _follow(self, _repository: Repository, entry: LogEntry) -> None:
        self.send(int(entry.payload["delivery"]))

    def send(self, delivery: int) -> None:
        """Send one delivery. Raises `RetryLater` when it did not arrive and is tried again."""
        try:
            parcel = self._parcel(delivery)
        except CannotDecrypt:
            self._settle(delivery, Answer("secret", final=True))
            return
        if parcel is None:
            return
        answer = self.posted(parcel)
        pause = self._settle(delivery, answer)
        if pause is not None:
            raise RetryLater(f"the webhook does not take it now: {answer.problem}", max(pause, answer.wait))

    def _parcel(self, delivery: int) -> Parcel | None:
        """None for what is settled already, or not to be sent any more."""
        with self.repository.database.read() as session:
            row = session.get(WebhookDelivery, delivery)
            hook = session.get(Webhook, row.webhook) if row is not None else None
            told = session.get(NotificationRow, row.notification or 0) if row is not None else None
        if row is None or hook is None or row.state != WAITING:
            return None
        is_test = row.notification is None
        try:
            user = self.repository.users.get(hook.subject)
        except NotFound:
            return None
        if not user.may_act or (told is None and not is_test) or (hook.paused and not is_test):
            self._drop(delivery)
            return None
        language = user.locale or self.repository.config.site.languages[0]
        body = json.dumps(self._document(told, language), ensure_ascii=False, separators=(",", ":"))
        return Parcel(hook.url, self._headers(hook, row, body), body.encode(), is_test)

    def _document(self, told: NotificationRow | None, language: str) -> dict[str, Any]:
        site = self.repository.config.site.url.rstrip("/")
        if told is None:
            return {
                "type": TEST,
                "timestamp": self.repository.now().isoformat(),
                "data": {"text": "It works.", "site": site},
            }
        with force_locale(language):
            text = sentence(told)
        links = {"self": f"{site}/api/user/notifications/{told.id}", "target": f"{site}{told.path}"}
        data = {"id": str(told.id), "text": text, "language": language, "site": site, "links": links}
        return {"type": told.type, "timestamp": told.created.isoformat(), "data": data}

    def _headers(self, hook: Webhook, row: WebhookDelivery, body: str) -> dict[str, str]:
        # Imported here: a site without webhooks does not wait for it.
        from standardwebhooks import Webhook as Signer

        now, id = self.repository.now(), f"msg_{row.id}_{int(row.created.timestamp())}"
        signatures = [Signer(secret).sign(id, now, body) for secret in self.webhooks.secrets(hook, now)]
        return {
            "Content-Type": "application/json",
            "webhook-id": id,
            "webhook-timestamp": str(int(now.timestamp())),
            "webhook-signature": " ".join(signatures),
        }

    def posted(self, parcel: Parcel) -> Answer:
        """Send once."""
        try:
            answer = self.repository.outgoing.request(
                "POST", parcel.url, headers=parcel.headers, body=parcel.body, reads=False
            )
        except OutgoingFailed as error:
            return Answer(error.reason, final=error.reason in FINAL or parcel.is_test)
        if answer.is_success:
            return Answer()
        asked = answer.headers.get("retry-after", "")
        wait = float(min(int(asked), LONGEST_WAIT)) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else 0.0
        return Answer(f"HTTP {answer.status}", final=answer.status == GONE or parcel.is_test, wait=wait)

    def _settle(self, delivery: int, answer: Answer) -> float | None:
        """Write how a try ended; the seconds until the next one, None when there is none."""
        with self.repository.database.write() as unit:
            row = unit.session.get(WebhookDelivery, delivery)
            hook = unit.session.get(Webhook, row.webhook) if row is not None else None
            if row is None or hook is None or row.state != WAITING:
                return None  # it was removed meanwhile, or arrived by another way
            row.tries, row.at, row.detail = row.tries + 1, unit.now, answer.problem[:60]
            is_test = row.notification is None
            if not answer.problem:
                row.state = SENT
                keep(unit, row.subject, "webhook", "sent", 0 if is_test else 1)
                if is_test and not hook.paused:
                    self.webhooks.hurry(unit, hook)
                return None
            if not answer.final and row.tries <= len(PAUSES):
                return float(PAUSES[row.tries - 1])
            row.state = FAILED
            keep(unit, row.subject, "webhook", "failed", 0 if is_test else 1, answer.problem)
            if not is_test and not hook.paused:
                self.webhooks.pause(unit, hook, answer.problem[:60])
            return None

    def _drop(self, delivery: int) -> None:
        """What is not sent any more says so in the log."""
        with self.repository.database.write() as unit:
            _dropped(unit, delivery)


def _dropped(unit: UnitOfWork, delivery: int) -> None:
    row = unit.session.get(WebhookDelivery, delivery)
    if row is not None and row.state == WAITING:
        row.state, row.at, row.detail = FAILED, unit.now, "paused"
