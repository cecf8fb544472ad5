"""What people are told, how they want to hear of it, and what was sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "notifications_0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_TABLES = ("sent", "feeds", "paused", "choices", "notifications")


def upgrade() -> None:
    op.create_table(
        "notifications_notifications",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.BigInteger(), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("values", JSONDocument(), nullable=False),
        sa.Column("words", JSONDocument(), nullable=False),
        sa.Column("path", sa.String(500), nullable=False),
        sa.Column("page", sa.String(500), nullable=False),
        sa.Column("shown", sa.Boolean(), nullable=False),
        sa.Column("mail", sa.String(10), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("read", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_notifications"),
        sa.UniqueConstraint("subject", "event", "path", name="uq_notifications_notifications_subject"),
    )
    unread, waiting = sa.text("read IS NULL"), sa.text("mail <> ''")
    op.create_index(
        "ix_notifications_notifications_unread",
        "notifications_notifications",
        ["subject"],
        sqlite_where=unread,
        postgresql_where=unread,
    )
    op.create_index(
        "ix_notifications_notifications_waiting",
        "notifications_notifications",
        ["mail", "subject"],
        sqlite_where=waiting,
        postgresql_where=waiting,
    )
    op.create_index("ix_notifications_notifications_created", "notifications_notifications", ["created"])
    op.create_table(
        "notifications_choices",
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("value", sa.String(10), nullable=False),
        sa.PrimaryKeyConstraint("subject", "type", "channel", name="pk_notifications_choices"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notifications_paused",
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_notifications_paused"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notifications_feeds",
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("secret", sa.String(64), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_notifications_feeds"),
        sa.UniqueConstraint("secret", name="uq_notifications_feeds_secret"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "notifications_sent",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("channel", sa.String(10), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(200), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_sent"),
    )
    op.create_index("ix_notifications_sent_at", "notifications_sent", ["at"])
    op.create_index("ix_notifications_sent_outcome", "notifications_sent", ["outcome", "id"])
    op.create_index("ix_notifications_sent_subject", "notifications_sent", ["subject"])


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(f"notifications_{table}")
