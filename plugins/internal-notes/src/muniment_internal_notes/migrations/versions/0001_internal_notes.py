"""Notes about records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "internal_notes_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "internal_notes_notes",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_internal_notes_notes"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_internal_notes_notes_record_id", "internal_notes_notes", ["record_id"])
    op.create_index("ix_internal_notes_notes_subject", "internal_notes_notes", ["subject"])


def downgrade() -> None:
    op.drop_table("internal_notes_notes")
