"""Processes tell which plugins they run, which failed and how long hooks took; plugins what a check of them found."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import JSONDocument

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

TOLD = ("plugins", "failures", "hooks")


def upgrade() -> None:
    with op.batch_alter_table("processes") as batch:
        for name in TOLD:
            batch.add_column(sa.Column(name, JSONDocument(), nullable=True))
    with op.batch_alter_table("plugin_states") as batch:
        batch.add_column(sa.Column("checked", JSONDocument(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("plugin_states") as batch:
        batch.drop_column("checked")
    with op.batch_alter_table("processes") as batch:
        for name in reversed(TOLD):
            batch.drop_column(name)
