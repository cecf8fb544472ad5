"""The tables of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "datacite_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "datacite_registrations",
        sa.Column("doi", sa.String(length=300), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("doi", name="pk_datacite_registrations"),
    )
    op.create_index("ix_datacite_registrations_record_id", "datacite_registrations", ["record_id"])
    op.create_index("ix_datacite_registrations_state", "datacite_registrations", ["state"])
    op.create_table(
        "datacite_test_dois",
        sa.Column("doi", sa.String(length=300), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("attributes", JSONDocument(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("doi", name="pk_datacite_test_dois"),
    )


def downgrade() -> None:
    op.drop_table("datacite_test_dois")
    op.drop_table("datacite_registrations")
