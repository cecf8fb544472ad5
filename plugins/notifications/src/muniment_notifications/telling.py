"""What the plugin itself tells people of: a record of theirs that others deleted, which the core does, and a webhook of
theirs that was paused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from flask_babel import lazy_gettext

from muniment.api import LogEntry, NotFound, Notification, NotificationType, Repository
from muniment_notifications.events import WebhookPaused

if TYPE_CHECKING:
    from muniment_notifications.webhooks import Webhooks


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


_DELETED: Final = "record.deleted"
_RESTORED: Final = "record.restored"


def notification_types(webhooks: Webhooks | None) -> list[NotificationType]:
    """`webhooks` where there are any."""
    return [_of_records(), *([_of_webhooks(webhooks)] if webhooks is not None else [])]


def _of_records() -> NotificationType:
    def tell(repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        """Owners who deleted it themselves are the cause, and hear nothing; those who asked for it hear of the decision
        from the plugin that they asked."""
        record, id = int(entry.payload["record_id"]), int(entry.payload["parent_id"])
        parent = repository.records.parents([id]).get(id)
        if parent is None or parent.owner is None:
            return
        deleted, number = entry.name == _DELETED, repository.records.numbers.format(record)
        yield Notification(
            frozenset({parent.owner} - {entry.payload.get("asked_by")}),
            _("“%(title)s” was deleted") if deleted else _("“%(title)s” was deleted, and is there again"),
            f"/records/{number}",
            {"title": parent.title},
            cause=entry.payload["subject_id"],
        )

    return NotificationType(
        "notifications.deleted",
        lazy_gettext("A record of yours is deleted by somebody else, or brought back"),
        lazy_gettext("Records"),
        (_DELETED, _RESTORED),
        tell,
        order=34,
    )


def _of_webhooks(webhooks: Webhooks) -> NotificationType:
    def of_pause(_repository: Repository, entry: LogEntry) -> Iterable[Notification]:
        subject, id = int(entry.payload["subject_id"]), int(entry.payload["webhook"])
        try:
            hook = webhooks.get(subject, id)
        except NotFound:
            return
        if hook.paused:
            yield Notification(
                frozenset({subject}),
                _("Your webhook at %(host)s did not take what was sent, and is paused"),
                f"/me/notifications/settings/webhooks/{id}",
                {"host": hook.host},
            )

    return NotificationType(
        "notifications.webhook",
        lazy_gettext("A webhook of yours does not take what is sent"),
        lazy_gettext("Notifications"),
        (WebhookPaused.name,),
        of_pause,
        order=90,
    )
