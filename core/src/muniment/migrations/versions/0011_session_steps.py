"""Sessions know how their owner was recognised, and which step of signing in is still missing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import UTCDateTime

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("sessions") as batch:
        batch.add_column(sa.Column("methods", sa.String(length=100), nullable=False, server_default=""))
        batch.add_column(sa.Column("step", sa.String(length=100), nullable=False, server_default=""))
        batch.add_column(sa.Column("recognised", UTCDateTime(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("sessions") as batch:
        batch.drop_column("recognised")
        batch.drop_column("step")
        batch.drop_column("methods")
