"""Drafts keep what was sent while a part of it cannot be stored."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import JSONDocument

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.add_column(sa.Column("as_sent", JSONDocument(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.drop_column("as_sent")
