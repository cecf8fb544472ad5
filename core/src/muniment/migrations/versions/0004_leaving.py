"""Exports of personal data, the end of accounts, and the colours that somebody chose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import UTCDateTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("theme", sa.String(length=10), server_default="", nullable=False))
        batch.add_column(sa.Column("erase_at", UTCDateTime(), nullable=True))
        batch.create_index(op.f("ix_users_erase_at"), ["erase_at"], unique=False)
    op.create_table(
        "data_exports",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("user_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("file", sa.String(length=80), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=True),
        sa.Column("requested", UTCDateTime(), nullable=False),
        sa.Column("finished", UTCDateTime(), nullable=True),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["users.subject_id"], name=op.f("fk_data_exports_user_id_users"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_exports")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_data_exports_expires"), "data_exports", ["expires"], unique=False)
    op.create_index(op.f("ix_data_exports_user_id"), "data_exports", ["user_id"], unique=False)


def downgrade() -> None:
    op.drop_table("data_exports")
    with op.batch_alter_table("users") as batch:
        batch.drop_index(op.f("ix_users_erase_at"))
        batch.drop_column("erase_at")
        batch.drop_column("theme")
