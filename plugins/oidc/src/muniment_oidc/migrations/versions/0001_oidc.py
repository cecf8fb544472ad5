"""The tables of sign-ins, arrivals and granted roles."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "oidc_0001"
down_revision = None
branch_labels = None
depends_on = None


def _number() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "oidc_journeys",
        sa.Column("id", _number(), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("state_hash", sa.String(64), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(64), nullable=False),
        sa.Column("verifier", sa.String(64), nullable=False),
        sa.Column("next", sa.String(4000), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_journeys"),
        sa.UniqueConstraint("state_hash", name="uq_oidc_journeys_state_hash"),
    )
    op.create_index("ix_oidc_journeys_expires", "oidc_journeys", ["expires"])
    op.create_table(
        "oidc_arrivals",
        sa.Column("id", _number(), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("browser_hash", sa.String(64), nullable=False),
        sa.Column("issuer", sa.String(200), nullable=False),
        sa.Column("subject", sa.String(200), nullable=False),
        sa.Column("profile", JSONDocument(), nullable=False),
        sa.Column("next", sa.String(4000), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=True),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_arrivals"),
        sa.UniqueConstraint("token_hash", name="uq_oidc_arrivals_token_hash"),
    )
    op.create_index("ix_oidc_arrivals_browser_hash", "oidc_arrivals", ["browser_hash"])
    op.create_index("ix_oidc_arrivals_expires", "oidc_arrivals", ["expires"])
    op.create_table(
        "oidc_granted_roles",
        sa.Column("id", _number(), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("provider", sa.String(40), nullable=False),
        sa.Column("role", sa.String(80), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_oidc_granted_roles_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_oidc_granted_roles"),
        sa.UniqueConstraint("user_id", "provider", "role", name="uq_oidc_granted_roles_user_id_provider_role"),
    )
    op.create_index("ix_oidc_granted_roles_user_id", "oidc_granted_roles", ["user_id"])


def downgrade() -> None:
    op.drop_table("oidc_granted_roles")
    op.drop_table("oidc_arrivals")
    op.drop_table("oidc_journeys")
