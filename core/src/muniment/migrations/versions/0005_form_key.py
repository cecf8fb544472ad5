"""Drafts know the form that made them, so that none is made twice."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.add_column(sa.Column("form_key", sa.String(length=80), nullable=True))
        batch.create_index(op.f("ix_drafts_form_key"), ["form_key"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.drop_index(op.f("ix_drafts_form_key"))
        batch.drop_column("form_key")
