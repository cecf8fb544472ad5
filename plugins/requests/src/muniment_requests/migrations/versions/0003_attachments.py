"""Files beside comments."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "requests_0003"
down_revision = "requests_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "requests_attachments",
        sa.Column("key", sa.String(240), nullable=False),
        sa.Column("request", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["requests_requests.number"],
            name="fk_requests_attachments_request_requests_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("key", name="pk_requests_attachments"),
    )
    op.create_index("ix_requests_attachments_request", "requests_attachments", ["request"])
    op.create_index("ix_requests_attachments_subject", "requests_attachments", ["subject"])


def downgrade() -> None:
    op.drop_table("requests_attachments")
