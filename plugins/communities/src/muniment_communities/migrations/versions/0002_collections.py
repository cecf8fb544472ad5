"""Collections: saved searches in trees."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "communities_0002"
down_revision = "communities_0001"
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "communities_trees",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("community", sa.String(36), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities_communities.id"],
            name="fk_communities_trees_community_communities_communities",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_communities_trees"),
        sa.UniqueConstraint("community", "slug", name="uq_communities_trees_community_slug"),
    )
    op.create_table(
        "communities_collections",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("tree", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("parent", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tree"],
            ["communities_trees.id"],
            name="fk_communities_collections_tree_communities_trees",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["communities_collections.id"],
            name="fk_communities_collections_parent_communities_collections",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_communities_collections"),
        sa.UniqueConstraint("tree", "slug", name="uq_communities_collections_tree_slug"),
    )
    op.create_index("ix_communities_collections_parent", "communities_collections", ["parent"])


def downgrade() -> None:
    op.drop_table("communities_collections")
    op.drop_table("communities_trees")
