"""Journeys of people who are signed in and prove anew who they are."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "oidc_0002"
down_revision = "oidc_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("oidc_journeys") as table:
        table.add_column(sa.Column("again", sa.Boolean(), server_default=sa.false(), nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("oidc_journeys") as table:
        table.drop_column("again")
