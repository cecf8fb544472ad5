"""The communities that drafts are for, and their reviews."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument

revision = "curation_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "curation_reviews",
        sa.Column("parent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("number", sa.String(40), nullable=False),
        sa.Column("community", sa.String(36), nullable=False),
        sa.Column("request", sa.String(36), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("seen", JSONDocument(), nullable=True),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["parents.id"], name="fk_curation_reviews_parent_id_parents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("parent_id", name="pk_curation_reviews"),
        sa.UniqueConstraint("number", name="uq_curation_reviews_number"),
    )
    op.create_index("ix_curation_reviews_community", "curation_reviews", ["community"])
    op.create_index("ix_curation_reviews_subject", "curation_reviews", ["subject"])


def downgrade() -> None:
    op.drop_table("curation_reviews")
