"""What the plugin keeps about people, why and until when."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete

from muniment.api import Category, Retention, Table, UnitOfWork
from muniment_notifications.models import (
    Choice,
    FeedAddress,
    NotificationRow,
    Paused,
    Sent,
    Webhook,
    WebhookDelivery,
)

KEPT: Final = timedelta(days=90)
KEPT_SENT: Final = timedelta(days=30)


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="notifications.told",
            label=_("Notifications"),
            fields=(_("what somebody was told"), _("names and titles in it"), _("when it was read")),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("service",),
            owner="notifications",
            stores=(Table(NotificationRow, subject="subject"),),
            retention=Retention(until=("account.deleted", "notification.created + P90D"), sweep=_sweep_told),
        ),
        Category(
            id="notifications.choices",
            label=_("Choices about notifications"),
            fields=(_("which notifications somebody wants, and how"),),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="notifications",
            stores=(Table(Choice, subject="subject"),),
        ),
        Category(
            id="notifications.ways",
            label=_("Ways of notifications"),
            fields=(_("the feed"), _("whether mail reached the address")),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("user_input", "service"),
            owner="notifications",
            stores=(Table(FeedAddress, subject="subject"), Table(Paused, subject="subject")),
        ),
        Category(
            id="notifications.sent",
            label=_("Messages that were sent"),
            fields=(_("when something was sent to somebody, and whether it arrived"),),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("service",),
            owner="notifications",
            stores=(Table(Sent, subject="subject"),),
            retention=Retention(until=("account.deleted", "message.sent + P30D"), sweep=_sweep_sent),
        ),
        Category(
            id="notifications.webhooks",
            label=_("Webhooks"),
            fields=(_("the address to which notifications are sent"), _("why it is paused")),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="notifications",
            stores=(Table(Webhook, subject="subject"),),
        ),
        Category(
            id="notifications.deliveries",
            label=_("What was sent to webhooks"),
            fields=(_("when a notification was sent, and how that ended"),),
            purposes=("communicate",),
            basis="legitimate_interest",
            source=("service",),
            owner="notifications",
            stores=(Table(WebhookDelivery, subject="subject"),),
            retention=Retention(until=("account.deleted", "delivery.created + P30D"), sweep=_sweep_deliveries),
        ),
    ]


def _sweep_told(unit: UnitOfWork) -> int:
    return _removed(unit, delete(NotificationRow).where(NotificationRow.created < unit.now - KEPT))


def _sweep_sent(unit: UnitOfWork) -> int:
    return _removed(unit, delete(Sent).where(Sent.at < unit.now - KEPT_SENT))


def _sweep_deliveries(unit: UnitOfWork) -> int:
    return _removed(unit, delete(WebhookDelivery).where(WebhookDelivery.created < unit.now - KEPT_SENT))


def _removed(unit: UnitOfWork, statement: Any) -> int:
    return int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]
