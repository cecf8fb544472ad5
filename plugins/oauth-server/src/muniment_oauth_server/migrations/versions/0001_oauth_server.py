"""The tables of 0.1."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from muniment.api import JSONDocument, UTCDateTime

revision = "oauth_server_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _applications()
    _authorizations()
    _codes()
    _tokens()
    _keys()


def downgrade() -> None:
    for name in ("keys", "tokens", "codes", "grants", "apps"):
        op.drop_table(f"oauth_server_{name}")


def _key() -> sa.Column[int]:
    return sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False)


def _applications() -> None:
    op.create_table(
        "oauth_server_apps",
        _key(),
        sa.Column("client_id", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("description", sa.String(length=500), nullable=False),
        sa.Column("website", sa.String(length=300), nullable=False),
        sa.Column("redirect_uris", JSONDocument(), nullable=False),
        sa.Column("public", sa.Boolean(), nullable=False),
        sa.Column("secret_hash", sa.String(length=64), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["subjects.id"], name="fk_oauth_server_apps_owner_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_server_apps"),
        sa.UniqueConstraint("client_id", name="uq_oauth_server_apps_client_id"),
    )
    op.create_index("ix_oauth_server_apps_owner_id", "oauth_server_apps", ["owner_id"])


def _authorizations() -> None:
    op.create_table(
        "oauth_server_grants",
        _key(),
        sa.Column("app_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.BigInteger(), nullable=False),
        sa.Column("scopes", JSONDocument(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("updated", UTCDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["app_id"],
            ["oauth_server_apps.id"],
            name="fk_oauth_server_grants_app_id_oauth_server_apps",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["subjects.id"], name="fk_oauth_server_grants_user_id_subjects", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_server_grants"),
        sa.UniqueConstraint("app_id", "user_id", name="uq_oauth_server_grants_app_id_user_id"),
    )
    op.create_index("ix_oauth_server_grants_user_id", "oauth_server_grants", ["user_id"])


def _codes() -> None:
    op.create_table(
        "oauth_server_codes",
        _key(),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=43), nullable=False),
        sa.Column("redirect_uri", sa.Text(), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("nonce", sa.Text(), nullable=False),
        sa.Column("code_challenge", sa.String(length=128), nullable=False),
        sa.Column("code_challenge_method", sa.String(length=10), nullable=False),
        sa.Column("auth_time", UTCDateTime(), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.Column("used_at", UTCDateTime(), nullable=True),
        _of_authorization("codes"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_server_codes"),
        sa.UniqueConstraint("code_hash", name="uq_oauth_server_codes_code_hash"),
    )
    op.create_index("ix_oauth_server_codes_grant_id", "oauth_server_codes", ["grant_id"])
    op.create_index("ix_oauth_server_codes_expires", "oauth_server_codes", ["expires"])


def _tokens() -> None:
    op.create_table(
        "oauth_server_tokens",
        _key(),
        sa.Column("grant_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("family", sa.String(length=43), nullable=False),
        sa.Column("access_hash", sa.String(length=64), nullable=False),
        sa.Column("refresh_hash", sa.String(length=64), nullable=False),
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("expires", UTCDateTime(), nullable=False),
        sa.Column("ends", UTCDateTime(), nullable=False),
        sa.Column("refreshed_at", UTCDateTime(), nullable=True),
        sa.Column("last_used", sa.Date(), nullable=True),
        _of_authorization("tokens"),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_server_tokens"),
        sa.UniqueConstraint("access_hash", name="uq_oauth_server_tokens_access_hash"),
        sa.UniqueConstraint("refresh_hash", name="uq_oauth_server_tokens_refresh_hash"),
    )
    op.create_index("ix_oauth_server_tokens_grant_id", "oauth_server_tokens", ["grant_id"])
    op.create_index("ix_oauth_server_tokens_ends", "oauth_server_tokens", ["ends"])
    op.create_index("ix_oauth_server_tokens_family", "oauth_server_tokens", ["family"])


def _keys() -> None:
    op.create_table(
        "oauth_server_keys",
        _key(),
        sa.Column("kid", sa.String(length=43), nullable=False),
        sa.Column("private", JSONDocument(), nullable=False),
        sa.Column("public", JSONDocument(), nullable=False),
        sa.Column("created", UTCDateTime(), nullable=False),
        sa.Column("retired", UTCDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_oauth_server_keys"),
        sa.UniqueConstraint("kid", name="uq_oauth_server_keys_kid"),
    )


def _of_authorization(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["grant_id"],
        ["oauth_server_grants.id"],
        name=f"fk_oauth_server_{table}_grant_id_oauth_server_grants",
        ondelete="CASCADE",
    )
