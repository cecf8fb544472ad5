"""The audit trail is found by action without reading all of it."""

from __future__ import annotations

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index(
        "ix_audit_entries_action",
        "audit_entries",
        ["action", "id"],
        postgresql_ops={"action": "varchar_pattern_ops"},
    )


def downgrade() -> None:
    op.drop_index("ix_audit_entries_action", table_name="audit_entries")
