"""The feed, memberships, sets, what the engine remembers, and what could not be written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import UTCDateTime

revision = "oaipmh_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oaipmh_feed",
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("datestamp", sa.BigInteger(), nullable=False),
        sa.Column("deleted", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("etag", sa.String(80), nullable=True),
        sa.Column("specs", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_oaipmh_feed"),
    )
    op.create_index("ix_oaipmh_feed_datestamp", "oaipmh_feed", ["datestamp", "record_id"])
    op.create_table(
        "oaipmh_memberships",
        sa.Column("spec", sa.String(255), nullable=False),
        sa.Column("datestamp", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("spec", "datestamp", "record_id", name="pk_oaipmh_memberships"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_oaipmh_memberships_record_id", "oaipmh_memberships", ["record_id"])
    op.create_table(
        "oaipmh_sets",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("spec", sa.String(255), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        sa.Column("search_pattern", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("filled", sa.BigInteger(), nullable=True),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oaipmh_sets"),
        sa.UniqueConstraint("spec", name="uq_oaipmh_sets_spec"),
    )
    op.create_table(
        "oaipmh_kept",
        sa.Column("name", sa.String(40), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_oaipmh_kept"),
    )
    op.create_table(
        "oaipmh_failures",
        sa.Column("record_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("prefix", sa.String(80), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("seen", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", "prefix", name="pk_oaipmh_failures"),
    )


def downgrade() -> None:
    for table in ("oaipmh_failures", "oaipmh_kept", "oaipmh_sets", "oaipmh_memberships", "oaipmh_feed"):
        op.drop_table(table)
