"""Plugins are remembered with what they add, processes with the versions of plugins that they run."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import JSONDocument

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("plugin_states") as batch:
        batch.add_column(sa.Column("adds", JSONDocument(), nullable=True))
    with op.batch_alter_table("processes") as batch:
        batch.add_column(sa.Column("software", JSONDocument(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("processes") as batch:
        batch.drop_column("software")
    with op.batch_alter_table("plugin_states") as batch:
        batch.drop_column("adds")
