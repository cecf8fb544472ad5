"""Drafts of published records know until when changes of their files have to be published, if they may be changed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import UTCDateTime

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.add_column(sa.Column("files_open_until", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("drafts") as batch:
        batch.drop_column("files_open_until")
