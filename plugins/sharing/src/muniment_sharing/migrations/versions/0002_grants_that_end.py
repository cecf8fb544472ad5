"""The last day of grants that end by themselves."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sharing_0002"
down_revision = "sharing_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sharing_grants") as table:
        table.add_column(sa.Column("expires", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sharing_grants") as table:
        table.drop_column("expires")
