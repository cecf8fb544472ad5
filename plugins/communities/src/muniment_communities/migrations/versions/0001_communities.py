"""Communities, their members, invitations, records and log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "communities_0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _community(table: str, *, key: bool = False) -> list[sa.schema.SchemaItem]:
    """The column that names the community of a row, which goes with it."""
    return [
        sa.Column("community", sa.String(36), nullable=False),
        sa.ForeignKeyConstraint(
            ["community"],
            ["communities_communities.id"],
            name=f"fk_{table}_community_communities_communities",
            ondelete="CASCADE",
        ),
        *([sa.PrimaryKeyConstraint("community", name=f"pk_{table}")] if key else []),
    ]


def upgrade() -> None:
    op.create_table(
        "communities_communities",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("slug", sa.String(100), nullable=False),
        sa.Column("slug_key", sa.String(100), nullable=False),
        sa.Column("title", sa.String(250), nullable=False),
        sa.Column("description", sa.String(250), nullable=False),
        sa.Column("type", sa.String(80), nullable=False),
        sa.Column("visibility", sa.String(10), nullable=False),
        sa.Column("document", JSONDocument(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("theme", JSONDocument(), nullable=False),
        sa.Column("children_allowed", sa.Boolean(), nullable=False),
        sa.Column("parent", sa.String(36), nullable=True),
        sa.Column("logo", sa.String(80), nullable=False),
        sa.Column("verified", UTCDateTime(), nullable=True),
        sa.Column("featured", UTCDateTime(), nullable=True),
        sa.Column("status", sa.String(1), nullable=False),
        sa.Column("tombstone", JSONDocument(), nullable=True),
        sa.Column("created_by", sa.BigInteger(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["communities_communities.id"],
            name="fk_communities_communities_parent_communities_communities",
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name="pk_communities_communities"),
        sa.UniqueConstraint("slug_key", name="uq_communities_communities_slug_key"),
    )
    op.create_index("ix_communities_communities_parent", "communities_communities", ["parent"])
    op.create_index("ix_communities_communities_created_by", "communities_communities", ["created_by"])
    op.create_index("ix_communities_communities_listed", "communities_communities", ["status", "visibility", "created"])
    op.create_table(
        "communities_slugs",
        sa.Column("slug_key", sa.String(100), nullable=False),
        *_community("communities_slugs"),
        sa.PrimaryKeyConstraint("slug_key", name="pk_communities_slugs"),
    )
    op.create_index("ix_communities_slugs_community", "communities_slugs", ["community"])
    op.create_table(
        "communities_logos",
        *_community("communities_logos", key=True),
        sa.Column("media_type", sa.String(40), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
    )
    _create_people()
    _create_records()


def _create_people() -> None:
    op.create_table(
        "communities_members",
        sa.Column("id", sa.String(36), nullable=False),
        *_community("communities_members"),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("group_name", sa.String(80), nullable=True),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_communities_members"),
        sa.UniqueConstraint("community", "subject", name="uq_communities_members_community_subject"),
        sa.UniqueConstraint("community", "group_name", name="uq_communities_members_community_group_name"),
    )
    op.create_index("ix_communities_members_subject", "communities_members", ["subject"])
    op.create_index("ix_communities_members_group_name", "communities_members", ["group_name"])
    op.create_table(
        "communities_invitations",
        sa.Column("id", sa.String(36), nullable=False),
        *_community("communities_invitations"),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("email_key", sa.String(320), nullable=False),
        sa.Column("role", sa.String(10), nullable=False),
        sa.Column("visible", sa.Boolean(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("request", sa.String(36), nullable=True),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_communities_invitations"),
    )
    op.create_index("ix_communities_invitations_community", "communities_invitations", ["community", "state"])
    for column in ("email_key", "subject", "invited_by"):
        op.create_index(f"ix_communities_invitations_{column}", "communities_invitations", [column])


def _create_records() -> None:
    op.create_table(
        "communities_records",
        sa.Column("parent_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *_community("communities_records"),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("added", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["parents.id"], name="fk_communities_records_parent_id_parents", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("parent_id", "community", name="pk_communities_records"),
    )
    op.create_index("ix_communities_records_community", "communities_records", ["community", "parent_id"])
    op.create_table(
        "communities_log",
        sa.Column("number", _NUMBER, nullable=False),
        *_community("communities_log"),
        sa.Column("at", UTCDateTime(), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("action", sa.String(60), nullable=False),
        sa.Column("details", JSONDocument(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_communities_log"),
    )
    op.create_index("ix_communities_log_community", "communities_log", ["community", "number"])
    op.create_index("ix_communities_log_at", "communities_log", ["at"])
    op.create_index("ix_communities_log_subject", "communities_log", ["subject"])


def downgrade() -> None:
    for name in ("log", "records", "invitations", "members", "logos", "slugs", "communities"):
        op.drop_table(f"communities_{name}")
