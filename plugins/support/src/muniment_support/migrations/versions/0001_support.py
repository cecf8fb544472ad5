"""The messages that wait to be mailed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "support_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "support_messages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("category", sa.String(80), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("email", sa.String(254), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("page", sa.String(500), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_support_messages"),
    )
    op.create_index("ix_support_messages_subject_id", "support_messages", ["subject_id"])
    op.create_index("ix_support_messages_created", "support_messages", ["created"])


def downgrade() -> None:
    op.drop_table("support_messages")
