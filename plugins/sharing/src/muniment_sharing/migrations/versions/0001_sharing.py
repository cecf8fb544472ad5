"""Links, grants, invitations, and offers of records."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "sharing_0001"
down_revision = None
branch_labels = None
depends_on = None


def _parent(table: str) -> sa.ForeignKeyConstraint:
    name = f"fk_{table}_parent_id_parents"
    return sa.ForeignKeyConstraint(["parent_id"], ["parents.id"], name=name, ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "sharing_links",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("description", sa.String(length=255), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=True),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires", sa.Date(), nullable=True),
        sa.Column("revoked", UTCDateTime(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        _parent("sharing_links"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_links"),
        sa.UniqueConstraint("token_hash", name="uq_sharing_links_token_hash"),
    )
    op.create_index("ix_sharing_links_parent_id", "sharing_links", ["parent_id"])
    op.create_index("ix_sharing_links_created_by", "sharing_links", ["created_by"])
    op.create_table(
        "sharing_grants",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=True, nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.BigInteger(), nullable=True),
        sa.Column("role", sa.String(length=80), nullable=True),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("origin", sa.String(length=80), nullable=True),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("granted_by", sa.BigInteger(), nullable=True),
        _parent("sharing_grants"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_grants"),
        sa.UniqueConstraint("parent_id", "subject_id", name="uq_sharing_grants_parent_id_subject_id"),
        sa.UniqueConstraint("parent_id", "role", name="uq_sharing_grants_parent_id_role"),
    )
    for column in ("parent_id", "subject_id", "role"):
        op.create_index(f"ix_sharing_grants_{column}", "sharing_grants", [column])
    op.create_table(
        "sharing_invitations",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("permission", sa.String(length=8), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        _parent("sharing_invitations"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_invitations"),
    )
    for column in ("parent_id", "email_key", "invited_by"):
        op.create_index(f"ix_sharing_invitations_{column}", "sharing_invitations", [column])
    op.create_table(
        "sharing_offers",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("giver", sa.BigInteger(), nullable=False),
        sa.Column("email", sa.String(length=320), nullable=False),
        sa.Column("email_key", sa.String(length=320), nullable=False),
        sa.Column("keep", sa.String(length=8), nullable=False),
        sa.Column("message", sa.Text(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("expires", sa.Date(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        _parent("sharing_offers"),
        sa.PrimaryKeyConstraint("id", name="pk_sharing_offers"),
    )
    for column in ("parent_id", "giver", "email_key"):
        op.create_index(f"ix_sharing_offers_{column}", "sharing_offers", [column])


def downgrade() -> None:
    for name in ("offers", "invitations", "grants", "links"):
        op.drop_table(f"sharing_{name}")
