"""Requests, the labels of those who take part, conversations, and what was read of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "requests_0001"
down_revision = None
branch_labels = None
depends_on = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "requests_requests",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("type", sa.String(60), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("status", sa.String(20), nullable=False),
        sa.Column("creator", sa.String(255), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("receiver", sa.String(255), nullable=False),
        sa.Column("topic", sa.String(255), nullable=False),
        sa.Column("reviewers", JSONDocument(), nullable=False),
        sa.Column("payload", JSONDocument(), nullable=False),
        sa.Column("locked", sa.Boolean(), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=True),
        sa.Column("closed", UTCDateTime(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.Column("active", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("last_entry", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_requests_requests"),
        sa.UniqueConstraint("id", name="uq_requests_requests_id"),
    )
    op.create_index(
        "ix_requests_requests_expires", "requests_requests", ["expires"], sqlite_where=sa.text("expires IS NOT NULL")
    )
    op.create_index("ix_requests_requests_topic", "requests_requests", ["topic", "type"])
    op.create_index("ix_requests_requests_closed", "requests_requests", ["closed"])
    op.create_index("ix_requests_requests_subject", "requests_requests", ["subject"])
    op.create_table(
        "requests_labels",
        sa.Column("label", sa.String(255), nullable=False),
        sa.Column("part", sa.String(20), nullable=False),
        sa.Column("request", _NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["requests_requests.number"],
            name="fk_requests_labels_request_requests_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("label", "part", "request", name="pk_requests_labels"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_requests_labels_request", "requests_labels", ["request"])
    op.create_table(
        "requests_entries",
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("request", _NUMBER, nullable=False),
        sa.Column("parent", _NUMBER, nullable=True),
        sa.Column("kind", sa.String(1), nullable=False),
        sa.Column("author", sa.String(255), nullable=False),
        sa.Column("subject", sa.BigInteger(), nullable=True),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("payload", JSONDocument(), nullable=False),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["requests_requests.number"],
            name="fk_requests_entries_request_requests_requests",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["parent"],
            ["requests_entries.number"],
            name="fk_requests_entries_parent_requests_entries",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("number", name="pk_requests_entries"),
        sa.UniqueConstraint("id", name="uq_requests_entries_id"),
    )
    op.create_index("ix_requests_entries_request", "requests_entries", ["request", "number"])
    op.create_index("ix_requests_entries_parent", "requests_entries", ["parent"])
    op.create_index("ix_requests_entries_subject", "requests_entries", ["subject"])
    op.create_table(
        "requests_seen",
        sa.Column("subject", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("request", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("entry", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["request"],
            ["requests_requests.number"],
            name="fk_requests_seen_request_requests_requests",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject", "request", name="pk_requests_seen"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_requests_seen_request", "requests_seen", ["request"])


def downgrade() -> None:
    for table in ("requests_seen", "requests_entries", "requests_labels", "requests_requests"):
        op.drop_table(table)
