"""What the plugin itself tells people of: a webhook of theirs that was paused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext

from muniment.api import LogEntry, NotFound, Notification, NotificationType, Repository
from muniment_notifications.events import WebhookPaused

if TYPE_CHECKING:
    from muniment_notifications.webhooks import Webhooks


def _(text: str) -> str:
    """Marks a text for translators; it is looked up when it is read."""
    return text


def notification_types(webhooks: Webhooks) -> list[NotificationType]:
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

    return [
        NotificationType(
            "notifications.webhook",
            lazy_gettext("A webhook of yours does not take what is sent"),
            lazy_gettext("Notifications"),
            (WebhookPaused.name,),
            of_pause,
            order=90,
        )
    ]
