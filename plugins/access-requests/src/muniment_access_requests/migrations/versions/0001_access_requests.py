"""Who may ask for access to a record, and guests who do."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "access_requests_0001"
down_revision = None
branch_labels = None
depends_on = None


def _parent(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_parent_id_parents"
    return sa.ForeignKeyConstraint(["parent_id"], ["parents.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "access_requests_options",
        sa.Column("parent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("users", sa.Boolean(), nullable=False),
        sa.Column("guests", sa.Boolean(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        _parent("access_requests_options"),
        sa.PrimaryKeyConstraint("parent_id", name="pk_access_requests_options"),
    )
    op.create_table(
        "access_requests_guests",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("number", sa.String(length=40), nullable=False),
        sa.Column("email", sa.String(length=240), nullable=False),
        sa.Column("email_key", sa.String(length=240), nullable=False),
        sa.Column("full_name", sa.String(length=200), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("conditions", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("request", sa.String(length=36), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.Column("closed", UTCDateTime(), nullable=True),
        _parent("access_requests_guests"),
        sa.PrimaryKeyConstraint("id", name="pk_access_requests_guests"),
        sa.UniqueConstraint("token_hash", name="uq_access_requests_guests_token_hash"),
    )
    for column in ("parent_id", "email_key", "request"):
        op.create_index(f"ix_access_requests_guests_{column}", "access_requests_guests", [column])


def downgrade() -> None:
    op.drop_table("access_requests_guests")
    op.drop_table("access_requests_options")
