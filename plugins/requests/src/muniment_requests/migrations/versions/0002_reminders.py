"""Whether somebody was told that a request ends soon."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "requests_0002"
down_revision = "requests_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("requests_requests") as table:
        table.add_column(sa.Column("reminded", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("requests_requests") as table:
        table.drop_column("reminded")
