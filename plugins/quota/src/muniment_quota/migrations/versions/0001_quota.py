"""Quotas of people and of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "quota_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quota_people",
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("subject", name="pk_quota_people"),
    )
    op.create_table(
        "quota_records",
        sa.Column("parent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("total_bytes", sa.BigInteger(), nullable=False),
        sa.Column("file_bytes", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("changed", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["parents.id"], name="fk_quota_records_parent_id_parents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("parent_id", name="pk_quota_records"),
    )


def downgrade() -> None:
    op.drop_table("quota_records")
    op.drop_table("quota_people")
