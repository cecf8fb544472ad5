"""The tables of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import UTCDateTime

revision = "pages_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pages_pages",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("slug", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("published", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_pages_pages"),
        sa.UniqueConstraint("slug", name="uq_pages_pages_slug"),
    )
    op.create_table(
        "pages_contents",
        sa.Column("page_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["page_id"], ["pages_pages.id"], name="fk_pages_contents_page_id_pages_pages", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("page_id", "locale", name="pk_pages_contents"),
    )
    op.create_table(
        "pages_texts",
        sa.Column("name", sa.String(length=20), nullable=False),
        sa.Column("locale", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", "locale", name="pk_pages_texts"),
    )


def downgrade() -> None:
    op.drop_table("pages_texts")
    op.drop_table("pages_contents")
    op.drop_table("pages_pages")
