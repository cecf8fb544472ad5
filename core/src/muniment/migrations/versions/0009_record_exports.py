"""Records in export formats, kept since they were asked for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import Bytes

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "record_exports",
        sa.Column("record_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("body", Bytes(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record_id"], ["records.id"], name="fk_record_exports_record_id_records", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("record_id", "name", name="pk_record_exports"),
    )


def downgrade() -> None:
    op.drop_table("record_exports")
