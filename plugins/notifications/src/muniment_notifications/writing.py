"""Turns what happened into notifications of people: after the transaction of the cause, once for each person."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from sqlalchemy import select

from muniment.api import (
    EventHandler,
    LogEntry,
    Notification,
    NotificationType,
    PluginFailure,
    Repository,
    UnitOfWork,
    attempt,
)
from muniment_notifications.choices import Choices, Wish
from muniment_notifications.events import NotificationsWaiting
from muniment_notifications.models import NotificationRow, Webhook
from muniment_notifications.webhooks import Webhooks

#: At most so many people are told of one thing in one transaction.
AT_ONCE: Final = 500


class Writer:
    """Writes the notifications of one generation."""

    def __init__(self, repository: Repository, *, webhooks: bool = True) -> None:
        """`webhooks` says whether anything is sent to programs."""
        self.repository = repository
        self.choices = Choices(repository)
        self.webhooks = Webhooks(repository) if webhooks else None

    def handler(self) -> list[EventHandler]:
        """The handler for all events of which people are told; none where no plugin declares any."""
        events = sorted({event for one in self.choices.types.values() for event in one.events})
        return [EventHandler("notifications.write", tuple(events), self._follow)] if events else []

    def _follow(self, _repository: Repository, entry: LogEntry) -> None:
        self.follow(entry)

    def follow(self, entry: LogEntry) -> None:
        """Write what people are to be told of an event; what one type raises keeps no other from being told."""
        failure: PluginFailure | None = None
        for type in self.choices.types.values():
            if entry.name not in type.events:
                continue
            try:
                notifications = attempt(type.id, "tell", lambda type=type: list(type.tell(self.repository, entry)))
            except PluginFailure as error:  # raised below, so that it is tried again
                failure = failure or error
                continue
            for notification in notifications:
                self._tell(entry, type, notification)
        if failure is not None:
            raise failure

    def _tell(self, entry: LogEntry, type: NotificationType, notification: Notification) -> None:
        to = sorted(notification.to - {notification.cause})
        for first in range(0, len(to), AT_ONCE):
            some = self.repository.users.holders(f"subject:{one}" for one in to[first : first + AT_ONCE])
            wishes = self.choices.of(some, [type.id])
            if some:
                with self.repository.database.write() as unit:
                    self._write(unit, entry, type, notification, {one: wishes[one][type.id] for one in some})

    def _write(
        self,
        unit: UnitOfWork,
        entry: LogEntry,
        type: NotificationType,
        notification: Notification,
        wishes: dict[int, Wish],
    ) -> None:
        hooks = self._hooks(unit, wishes)
        for subject in sorted(wishes.keys() - _told(unit, entry, notification, wishes)):
            wish, theirs = wishes[subject], hooks.get(subject, ())
            mail = "" if wish.mail == "never" else wish.mail
            if not (mail or wish.site or theirs):
                continue
            row = NotificationRow(
                subject=subject,
                event=entry.id,
                type=type.id,
                text=notification.text,
                values=dict(notification.values),
                words=dict(notification.words),
                path=notification.path,
                page=re.split("[?#]", notification.path)[0],
                shown=wish.site,
                mail=mail,
                created=unit.now,
                read=None if wish.site else unit.now,
            )
            unit.session.add(row)
            if mail == "now":
                unit.emit(NotificationsWaiting(subject, "now"))
            if theirs and self.webhooks is not None:
                unit.session.flush()
                for hook in theirs:
                    self.webhooks.queue(unit, row.id, hook)

    def _hooks(self, unit: UnitOfWork, wishes: dict[int, Wish]) -> dict[int, Sequence[Webhook]]:
        """The webhooks of those who want to hear of it there."""
        wanted = [subject for subject, wish in wishes.items() if wish.webhook]
        return self.webhooks.active(unit.session, wanted) if self.webhooks is not None and wanted else {}


def _told(unit: UnitOfWork, entry: LogEntry, notification: Notification, to: Iterable[int]) -> set[int]:
    """Who has heard of this already: the event came twice, or another type told them."""
    same = select(NotificationRow.subject).where(
        NotificationRow.event == entry.id,
        NotificationRow.path == notification.path,
        NotificationRow.subject.in_(list(to)),
    )
    return set(unit.session.execute(same).scalars())
