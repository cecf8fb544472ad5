"""The plugin's tables. A change here needs a new file in `migrations/versions`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from muniment.api import JSONDocument, UTCDateTime, not_personal, personal, plugin_base

Base = plugin_base("notifications")

TOLD = personal("notifications.told")
CHOICES = personal("notifications.choices")
WAYS = personal("notifications.ways")
SECRET = personal("notifications.ways", secret=True)
SENT = personal("notifications.sent")
HOOKS = personal("notifications.webhooks")
HOOK_SECRET = personal("notifications.webhooks", secret=True)
DELIVERED = personal("notifications.deliveries")
_NUMBER = BigInteger().with_variant(Integer(), "sqlite")


class NotificationRow(Base):
    """Something that one person is told. `page` is the path without what follows `#`, by which it is found again when
    the page is opened. `mail` is ``now`` or ``daily`` while it waits to be sent."""

    __tablename__ = "notifications_notifications"
    __table_args__ = (
        UniqueConstraint("subject", "event", "path", name="uq_notifications_notifications_subject"),
        Index(
            "ix_notifications_notifications_unread",
            "subject",
            sqlite_where=text("read IS NULL"),
            postgresql_where=text("read IS NULL"),
        ),
        Index(
            "ix_notifications_notifications_waiting",
            "mail",
            "subject",
            sqlite_where=text("mail <> ''"),
            postgresql_where=text("mail <> ''"),
        ),
        Index("ix_notifications_notifications_created", "created"),
    )

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    subject: Mapped[int] = mapped_column(BigInteger, info=TOLD)
    event: Mapped[int] = mapped_column(BigInteger, info=not_personal("the event's number in the log"))
    type: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text, info=TOLD)
    values: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=TOLD)
    words: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=TOLD)
    path: Mapped[str] = mapped_column(String(500), info=TOLD)
    page: Mapped[str] = mapped_column(String(500), info=TOLD)
    shown: Mapped[bool] = mapped_column(Boolean)
    mail: Mapped[str] = mapped_column(String(10), info=not_personal("whether it waits to be mailed"))
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    read: Mapped[datetime | None] = mapped_column(UTCDateTime, info=TOLD)


class Choice(Base):
    """How somebody wants to hear of a type: `value` is now, daily or never for mail, on or off for other channels."""

    __tablename__ = "notifications_choices"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=CHOICES)
    type: Mapped[str] = mapped_column(String(60), primary_key=True)
    channel: Mapped[str] = mapped_column(String(10), primary_key=True)
    value: Mapped[str] = mapped_column(String(10), info=CHOICES)


class Paused(Base):
    """An address that mail did not reach. `address` is a hash: the pause ends when the person has another address."""

    __tablename__ = "notifications_paused"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=WAYS)
    address: Mapped[str] = mapped_column(String(64), info=SECRET)
    reason: Mapped[str] = mapped_column(String(200), info=WAYS)
    since: Mapped[datetime] = mapped_column(UTCDateTime)


class FeedAddress(Base):
    """The secret part of the address of somebody's feed, as a hash."""

    __tablename__ = "notifications_feeds"
    __table_args__ = ({"sqlite_with_rowid": False},)

    subject: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False, info=WAYS)
    secret: Mapped[str] = mapped_column(String(64), unique=True, info=SECRET)
    created: Mapped[datetime] = mapped_column(UTCDateTime)


class Sent(Base):
    """One try to send something, for operators. `outcome` is sent, failed or bounced."""

    __tablename__ = "notifications_sent"
    __table_args__ = (
        Index("ix_notifications_sent_at", "at"),
        Index("ix_notifications_sent_outcome", "outcome", "id"),
    )

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject: Mapped[int] = mapped_column(BigInteger, index=True, info=SENT)
    channel: Mapped[str] = mapped_column(String(10))
    outcome: Mapped[str] = mapped_column(String(10))
    number: Mapped[int] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(String(200), info=SENT)


class Webhook(Base):
    """An address to which a person has notifications sent. `secrets` is encrypted. `paused` is why nothing is sent,
    empty while it is; `turn` counts how often what waits was begun anew."""

    __tablename__ = "notifications_webhooks"

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    subject: Mapped[int] = mapped_column(BigInteger, index=True, info=HOOKS)
    url: Mapped[str] = mapped_column(String(500), info=HOOKS)
    secrets: Mapped[dict[str, Any]] = mapped_column(JSONDocument, info=HOOK_SECRET)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    paused: Mapped[str] = mapped_column(String(60), info=HOOKS)
    paused_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    turn: Mapped[int] = mapped_column(Integer)


class WebhookDelivery(Base):
    """A notification on its way to a webhook; `notification` is None for a test. `state` is waiting, sent or failed,
    `detail` what the last try met, `at` when that was."""

    __tablename__ = "notifications_deliveries"
    __table_args__ = (
        Index("ix_notifications_deliveries_webhook", "webhook", "id"),
        Index("ix_notifications_deliveries_created", "created"),
    )

    id: Mapped[int] = mapped_column(_NUMBER, primary_key=True)
    webhook: Mapped[int] = mapped_column(ForeignKey("notifications_webhooks.id", ondelete="CASCADE"))
    subject: Mapped[int] = mapped_column(BigInteger, index=True, info=DELIVERED)
    notification: Mapped[int | None] = mapped_column(BigInteger, info=not_personal("the notification's number"))
    state: Mapped[str] = mapped_column(String(10))
    tries: Mapped[int] = mapped_column(Integer)
    detail: Mapped[str] = mapped_column(String(60), info=DELIVERED)
    created: Mapped[datetime] = mapped_column(UTCDateTime)
    at: Mapped[datetime | None] = mapped_column(UTCDateTime)
