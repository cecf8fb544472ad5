"""The checks that communities have, and what those in the background found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "curation_0002"
down_revision = "curation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "curation_checks",
        sa.Column("community", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(80), nullable=False),
        sa.Column("level", sa.String(10), nullable=False),
        sa.Column("parameters", JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("community", "check_id", name="pk_curation_checks"),
    )
    op.create_table(
        "curation_check_results",
        sa.Column("parent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("community", sa.String(36), nullable=False),
        sa.Column("check_id", sa.String(80), nullable=False),
        sa.Column("mark", sa.String(64), nullable=False),
        sa.Column("failed", sa.Boolean(), nullable=False),
        sa.Column("findings", JSONDocument(), nullable=False),
        sa.Column("checked", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["parents.id"], name="fk_curation_check_results_parent_id_parents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("parent_id", "community", "check_id", name="pk_curation_check_results"),
    )


def downgrade() -> None:
    op.drop_table("curation_check_results")
    op.drop_table("curation_checks")
