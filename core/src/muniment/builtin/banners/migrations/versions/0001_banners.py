"""The table of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import JSONDocument, UTCDateTime

revision = "banners_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "banners_banners",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("audience", sa.String(length=10), nullable=False),
        sa.Column("texts", JSONDocument(), nullable=False),
        sa.Column("starts", UTCDateTime(), nullable=True),
        sa.Column("ends", UTCDateTime(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_banners_banners"),
    )


def downgrade() -> None:
    op.drop_table("banners_banners")
