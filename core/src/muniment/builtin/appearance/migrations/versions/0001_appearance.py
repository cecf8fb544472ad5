"""The table of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import UTCDateTime

revision = "appearance_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "appearance_logos",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_appearance_logos"),
    )


def downgrade() -> None:
    op.drop_table("appearance_logos")
