"""Passkeys."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "mfa_0002"
down_revision = "mfa_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "mfa_passkeys",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("credential_id", sa.String(length=1400), nullable=False),
        sa.Column("public_key", sa.Text(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("asked", UTCDateTime(), nullable=True),
        sa.Column("used", UTCDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_mfa_passkeys_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_mfa_passkeys"),
        sa.UniqueConstraint("credential_id", name="uq_mfa_passkeys_credential_id"),
    )
    op.create_index("ix_mfa_passkeys_user_id", "mfa_passkeys", ["user_id"])


def downgrade() -> None:
    op.drop_table("mfa_passkeys")
