"""Indexes from which the list of one's own uploads is counted and ordered."""

from __future__ import annotations

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_records_listed", "records", ["id", "deletion_status", "updated", "created"])
    op.create_index("ix_drafts_listed", "drafts", ["parent_id", "based_on", "id", "updated", "created"])
    op.drop_index("ix_drafts_parent_id", table_name="drafts")


def downgrade() -> None:
    op.create_index("ix_drafts_parent_id", "drafts", ["parent_id"])
    op.drop_index("ix_drafts_listed", table_name="drafts")
    op.drop_index("ix_records_listed", table_name="records")
