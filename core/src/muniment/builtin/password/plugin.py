"""The built-in plugin `password`: local accounts sign in with an e-mail address and a password."""

from __future__ import annotations

from muniment.builtin.password.credentials import LocalPasswords
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext
from muniment.privacy.registry import Category, Table
from muniment.users.credential_models import PasswordCredential
from muniment.users.identity_providers import IdentityProvider


class Plugin:
    """Offers the provider of kind `password`."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.passwords = LocalPasswords()

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
                label="Password",
                fields=("argon2 hash of the password", "time of the last change"),
                purposes=("identify",),
                basis="legitimate_interest",
                source=("user_input",),
                owner="password",
                stores=(Table(PasswordCredential, subject="user_id"),),
            )
        ]
