"""An index of the records in which plugins keep something."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    some = sa.text("parts <> '{}'")
    op.create_index("ix_records_holding", "records", ["id"], sqlite_where=some, postgresql_where=some)


def downgrade() -> None:
    op.drop_index("ix_records_holding", table_name="records")
