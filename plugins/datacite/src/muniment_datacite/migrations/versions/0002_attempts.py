"""When DOIs were tried and are tried again, the state that DataCite told, and what the stand-in plays."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "datacite_0002"
down_revision = "datacite_0001"
branch_labels = None
depends_on = None

_TABLE = "datacite_registrations"


def upgrade() -> None:
    with op.batch_alter_table(_TABLE) as table:
        table.add_column(sa.Column("parent_id", sa.BigInteger(), nullable=True))
        table.add_column(sa.Column("known", sa.String(length=12), nullable=False, server_default=""))
        table.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
        table.add_column(sa.Column("next_attempt", UTCDateTime(), nullable=True))
    op.execute("UPDATE datacite_registrations SET known = state WHERE state IN ('findable', 'registered')")
    op.create_table(
        "datacite_rehearsals",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plays", sa.String(length=12), nullable=False),
        sa.Column("since", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_datacite_rehearsals"),
    )


def downgrade() -> None:
    op.drop_table("datacite_rehearsals")
    with op.batch_alter_table(_TABLE) as table:
        for name in ("next_attempt", "attempts", "known", "parent_id"):
            table.drop_column(name)
