"""The tables of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "orcid_0001"
down_revision = None
branch_labels = None
depends_on = None

_Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "orcid_permissions",
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=False),
        sa.Column("token", JSONDocument(), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_orcid_permissions_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("user_id", name="pk_orcid_permissions"),
    )
    op.create_table(
        "orcid_works",
        sa.Column("id", _Number, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("put_code", sa.String(length=20), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_orcid_works_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orcid_works"),
        sa.UniqueConstraint("user_id", "parent_id", name="uq_orcid_works_user_id_parent_id"),
    )
    for column in ("user_id", "parent_id", "state"):
        op.create_index(f"ix_orcid_works_{column}", "orcid_works", [column])
    op.create_table(
        "orcid_claims",
        sa.Column("id", _Number, nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("parent_id", sa.BigInteger(), nullable=False),
        sa.Column("orcid", sa.String(length=19), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_orcid_claims_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_orcid_claims"),
        sa.UniqueConstraint("user_id", "parent_id", name="uq_orcid_claims_user_id_parent_id"),
    )
    for column in ("user_id", "parent_id"):
        op.create_index(f"ix_orcid_claims_{column}", "orcid_claims", [column])


def downgrade() -> None:
    for table in ("orcid_claims", "orcid_works", "orcid_permissions"):
        op.drop_table(table)
