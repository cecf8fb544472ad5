"""What a community held when it was last counted."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "communities_0003"
down_revision = "communities_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "communities_figures",
        sa.Column("community", sa.String(36), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.Column("versions", sa.BigInteger(), nullable=False),
        sa.Column("files", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.Column("counted", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities_communities.id"],
            name="fk_communities_figures_community_communities_communities",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("community", name="pk_communities_figures"),
    )


def downgrade() -> None:
    op.drop_table("communities_figures")
