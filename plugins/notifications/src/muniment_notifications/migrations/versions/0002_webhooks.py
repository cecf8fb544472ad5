"""Programs to which people have notifications sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "notifications_0002"
down_revision = "notifications_0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "notifications_webhooks",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("url", sa.String(500), nullable=False),
        sa.Column("secrets", JSONDocument(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("paused", sa.String(60), nullable=False),
        sa.Column("paused_since", UTCDateTime(), nullable=True),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_webhooks"),
    )
    op.create_index("ix_notifications_webhooks_subject", "notifications_webhooks", ["subject"])
    op.create_table(
        "notifications_deliveries",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("webhook", _NUMBER, nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=False),
        sa.Column("notification", sa.BigInteger(), nullable=True),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("detail", sa.String(60), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("at", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["webhook"],
            ["notifications_webhooks.id"],
            name="fk_notifications_deliveries_webhook_notifications_webhooks",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_notifications_deliveries"),
    )
    op.create_index("ix_notifications_deliveries_webhook", "notifications_deliveries", ["webhook", "id"])
    op.create_index("ix_notifications_deliveries_created", "notifications_deliveries", ["created"])
    op.create_index("ix_notifications_deliveries_subject", "notifications_deliveries", ["subject"])


def downgrade() -> None:
    op.drop_table("notifications_deliveries")
    op.drop_table("notifications_webhooks")
