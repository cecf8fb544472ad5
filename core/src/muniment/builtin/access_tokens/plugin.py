"""The built-in plugin `access-tokens`: recognises bearer tokens and offers the page on which people make them."""

from __future__ import annotations

from muniment.access.actor import Actor
from muniment.hooks.meta import implements
from muniment.plugins.context import PluginContext
from muniment.privacy.registry import Category, Retention, Table, _
from muniment.users.credential_models import AccessToken
from muniment.users.tokens import sweep_tokens
from muniment.web.blueprints import BlueprintSpec


class Plugin:
    """Personal access tokens."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def resolve_bearer(self, token: str) -> Actor | None:
        return self.context.repository.tokens.resolve(token)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment.web.ui.account_tokens import blueprint

        return [BlueprintSpec(blueprint, mount="ui")]

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="oauth.tokens",
                label=_("Access tokens"),
                fields=(
                    _("hash of the token"),
                    _("name"),
                    _("scopes"),
                    _("times"),
                    _("day of the last use"),
                ),
                purposes=("authenticate_api",),
                basis="consent",
                source=("user_input", "generated_on_request"),
                owner="access-tokens",
                stores=(Table(AccessToken, subject="user_id"),),
                retention=Retention(
                    until=("account.deleted", "token.created + P1Y", "token.deleted_by_user"), sweep=sweep_tokens
                ),
            )
        ]
