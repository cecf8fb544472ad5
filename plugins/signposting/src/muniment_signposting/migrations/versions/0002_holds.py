"""Which files of the sitemap hold something; an upgrade looks at all of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "signposting_0002"
down_revision = "signposting_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("signposting_ranges") as table:
        table.add_column(sa.Column("holds", sa.Boolean(), server_default=sa.true(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("signposting_ranges") as table:
        table.drop_column("holds")
