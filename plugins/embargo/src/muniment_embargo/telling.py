"""Whose embargo has ended: its owner is told."""

from __future__ import annotations

from collections.abc import Iterable

from flask_babel import lazy_gettext

from muniment.api import SYSTEM, LogEntry, MunimentError, Notification, NotificationType, Repository
from muniment_embargo.events import EmbargoLifted


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


def notification_types() -> list[NotificationType]:
    title, group = lazy_gettext("The embargo of one of your records ends"), lazy_gettext("Records")
    return [NotificationType("embargo.lifted", title, group, (EmbargoLifted.name,), _tell, order=30)]


def _tell(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
    number = repository.records.numbers.format(int(entry.payload["record_id"]))
    try:
        record = repository.records.read(SYSTEM, number)
    except MunimentError:
        return  # deleted since
    parent_id = repository.records.number_of(record.parent_id)
    parent = repository.records.parents([parent_id]).get(parent_id)
    if parent is not None and parent.owner is not None:
        yield Notification(
            to=frozenset({parent.owner}),
            text=_("The embargo of “%(title)s” has ended: its files are open"),
            values={"title": parent.title},
            path=f"/records/{number}",
        )
