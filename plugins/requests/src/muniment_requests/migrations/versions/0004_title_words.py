"""Titles in words of plugins, which are made for each reader."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument

revision = "requests_0004"
down_revision = "requests_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("requests_requests") as table:
        table.add_column(sa.Column("title_words", JSONDocument(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("requests_requests") as table:
        table.drop_column("title_words")
