"""The built-in plugin `password`: local accounts sign in with an e-mail address and a password."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from muniment.builtin.password.credentials import LocalPasswords
from muniment.builtin.password.hashing import Hasher
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext
from muniment.privacy.registry import Category, Table, _
from muniment.users.credential_models import PasswordCredential
from muniment.users.identity_providers import IdentityProvider


class Settings(Schema):
    """What hashing a password costs; stored hashes are renewed to it at the next sign-in."""

    time_cost = fields.Integer(
        load_default=3, validate=validate.Range(1, 20), metadata={"label": "Passes", "help": "Passes of argon2id."}
    )
    memory_kib = fields.Integer(
        load_default=65536,
        validate=validate.Range(1024, 1048576),
        metadata={"label": "Memory", "help": "Memory for one hash, in KiB; two are computed at a time."},
    )
    parallelism = fields.Integer(
        load_default=4, validate=validate.Range(1, 16), metadata={"label": "Lanes", "help": "Lanes of argon2id."}
    )


class Plugin:
    """Offers the provider of kind `password`."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        settings = context.settings
        self.passwords = LocalPasswords(
            Hasher(time_cost=settings.time_cost, memory_cost=settings.memory_kib, parallelism=settings.parallelism)
        )

    @implements
    def register_identity_providers(self) -> list[IdentityProvider]:
        return [
            IdentityProvider(
                name="password", title="E-mail and password", kind="password", order=10, passwords=self.passwords
            )
        ]

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="user.credentials",
                label=_("Password"),
                fields=(
                    _("argon2 hash of the password"),
                    _("time of the last change"),
                ),
                purposes=("identify",),
                basis="legitimate_interest",
                source=("user_input",),
                owner="password",
                stores=(Table(PasswordCredential, subject="user_id"),),
            )
        ]
