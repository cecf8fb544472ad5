"""Domains of e-mail addresses that operators say something about, and accounts that wait for approval."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.db.types import JSONDocument, UTCDateTime

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("users") as batch:
        batch.add_column(sa.Column("domain", sa.String(length=320), server_default="", nullable=False))
        batch.add_column(sa.Column("waiting", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch.create_index(op.f("ix_users_domain"), ["domain"], unique=False)
    if op.get_bind().dialect.name == "sqlite":
        op.execute("UPDATE users SET domain = substr(email_key, instr(email_key, '@') + 1)")
    else:
        op.execute("UPDATE users SET domain = split_part(email_key, '@', 2)")
    op.create_table(
        "email_domains",
        sa.Column("domain", sa.String(length=253), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("category", sa.String(length=80), nullable=False),
        sa.Column("flagged", sa.Boolean(), nullable=False),
        sa.Column("flagged_source", sa.String(length=255), nullable=False),
        sa.Column("org", JSONDocument(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("domain", name=op.f("pk_email_domains")),
    )


def downgrade() -> None:
    op.drop_table("email_domains")
    with op.batch_alter_table("users") as batch:
        batch.drop_index(op.f("ix_users_domain"))
        batch.drop_column("waiting")
        batch.drop_column("domain")
