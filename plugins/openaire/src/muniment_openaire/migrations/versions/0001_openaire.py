"""Funders, grants, the words by which grants are found, and what was loaded."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "openaire_0001"
down_revision = None
branch_labels = None
depends_on = None

FOLDED = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
WORD = sa.String(length=40).with_variant(sa.String(length=40, collation="C"), "postgresql")
ROW = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "openaire_funders",
        sa.Column("id", sa.String(length=191), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("titles", JSONDocument(), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=False),
        sa.Column("identifiers", JSONDocument(), nullable=False),
        sa.Column("name_sort", FOLDED, nullable=False),
        sa.Column("search_text", FOLDED, nullable=False),
        *_history(),
        sa.PrimaryKeyConstraint("id", name="pk_openaire_funders"),
    )
    op.create_index("ix_openaire_funders_name_sort", "openaire_funders", ["name_sort"])
    op.create_table(
        "openaire_funder_names",
        sa.Column("name", sa.String(length=191), nullable=False),
        sa.Column("funder_id", sa.String(length=191), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_openaire_funder_names"),
    )
    op.create_index("ix_openaire_funder_names_funder_id", "openaire_funder_names", ["funder_id"])
    op.create_table(
        "openaire_awards",
        sa.Column("row", ROW, nullable=False),
        sa.Column("id", sa.String(length=191), nullable=False),
        sa.Column("number", sa.String(length=150), nullable=False),
        sa.Column("number_key", FOLDED, nullable=False),
        sa.Column("acronym", sa.String(length=150), nullable=False),
        sa.Column("acronym_key", FOLDED, nullable=False),
        sa.Column("titles", JSONDocument(), nullable=False),
        sa.Column("title_sort", FOLDED, nullable=False),
        sa.Column("program", sa.String(length=150), nullable=False),
        sa.Column("funder_id", sa.String(length=191), nullable=False),
        sa.Column("details", JSONDocument(), nullable=False),
        sa.Column("words", FOLDED, nullable=False),
        *_history(),
        sa.PrimaryKeyConstraint("row", name="pk_openaire_awards"),
        sa.UniqueConstraint("id", name="uq_openaire_awards_id"),
    )
    for column in ("number_key", "acronym_key", "title_sort", "funder_id"):
        op.create_index(f"ix_openaire_awards_{column}", "openaire_awards", [column])
    op.create_table(
        "openaire_award_words",
        sa.Column("word", WORD, nullable=False),
        sa.Column("row", ROW, nullable=False, autoincrement=False),
        sa.PrimaryKeyConstraint("word", "row", name="pk_openaire_award_words"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "openaire_notices",
        sa.Column("record_id", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("sent", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("record_id", name="pk_openaire_notices"),
    )
    op.create_table(
        "openaire_dumps",
        sa.Column("file", sa.String(length=255), nullable=False),
        sa.Column("stamp", sa.String(length=64), nullable=False),
        sa.Column("report", sa.Text(), nullable=False),
        sa.Column("loaded", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("file", name="pk_openaire_dumps"),
    )


def _history() -> list[sa.Column[object]]:
    return [
        sa.Column("digest", sa.String(length=32), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
    ]


def downgrade() -> None:
    for table in ("dumps", "notices", "award_words", "awards", "funder_names", "funders"):
        op.drop_table(f"openaire_{table}")
