"""When something changed last in each file of the sitemap."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "signposting_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "signposting_ranges",
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("changed", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_signposting_ranges"),
    )


def downgrade() -> None:
    op.drop_table("signposting_ranges")
