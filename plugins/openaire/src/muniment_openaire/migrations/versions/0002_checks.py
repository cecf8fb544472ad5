"""What records lack of the guidelines."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "openaire_0002"
down_revision = "openaire_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "openaire_checked",
        sa.Column("record_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("guideline", sa.String(length=20), nullable=False),
        sa.Column("required", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_openaire_checked"),
    )
    op.create_index("ix_openaire_checked_guideline", "openaire_checked", ["guideline"])
    op.create_table(
        "openaire_gaps",
        sa.Column("guideline", sa.String(length=20), nullable=False),
        sa.Column("rule", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("guideline", "rule", "record_id", name="pk_openaire_gaps"),
    )
    op.create_index("ix_openaire_gaps_record_id", "openaire_gaps", ["record_id"])


def downgrade() -> None:
    op.drop_table("openaire_gaps")
    op.drop_table("openaire_checked")
