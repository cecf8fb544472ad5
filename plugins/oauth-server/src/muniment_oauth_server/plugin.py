"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

import click
from flask import has_request_context, request
from flask_babel import lazy_gettext as _

from muniment.api import (
    Actor,
    BlueprintSpec,
    Category,
    Job,
    NavigationItem,
    PluginContext,
    Repository,
    Retention,
    Scope,
    Table,
    implements,
)
from muniment_oauth_server import account, authorize, endpoints
from muniment_oauth_server.models import Application, Authorization, Code, Token
from muniment_oauth_server.scopes import IDENTITY
from muniment_oauth_server.service import OAuthServer
from muniment_oauth_server.settings import Settings as ProviderSettings
from muniment_oauth_server.tokens import sweep


class Plugin:
    """This site as a provider of OAuth 2 and OpenID Connect."""

    Settings = ProviderSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.service = OAuthServer(context)

    @implements
    def register_scopes(self) -> list[Scope]:
        return list(IDENTITY)

    @implements
    def resolve_bearer(self, token: str) -> Actor | None:
        return self.service.actor(token, request.path if has_request_context() else "")

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [authorize.pages(self.service), endpoints.pages(self.service), *account.pages(self.service)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "settings",
                _("Authorised applications"),
                "oauth_server_authorizations.allowed",
                "authenticated",
                60,
                icon="shield-check",
            ),
            NavigationItem(
                "settings",
                _("Developer applications"),
                "oauth_server_applications.applications",
                "authenticated",
                70,
                icon="blocks",
            ),
        ]

    @implements
    def register_commands(self) -> list[click.Command]:
        from muniment_oauth_server.commands import commands

        return commands(self.context)

    @implements
    def register_jobs(self) -> list[Job]:
        return [Job("oauth-server.keys", "50 2 * * *", self._tend, "Replace old keys of the OAuth provider")]

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="oauth.applications",
                label="Developer applications",
                fields=("name", "description", "addresses", "hash of the secret", "times"),
                purposes=("authenticate_api",),
                basis="consent",
                source=("user_input", "generated_on_request"),
                owner="oauth-server",
                stores=(Table(Application, subject="owner_id"),),
            ),
            Category(
                id="oauth.authorizations",
                label="Authorised applications",
                fields=("application", "scopes", "hashes of codes and tokens", "times", "day of the last use"),
                purposes=("authenticate_api",),
                basis="consent",
                source=("user_input",),
                owner="oauth-server",
                stores=(Table(Authorization, subject="user_id"), Table(Code), Table(Token)),
                retention=Retention(
                    until=("account.deleted", "token.created + P1Y", "token.deleted_by_user"), sweep=sweep
                ),
            ),
        ]

    def _tend(self, _repository: Repository) -> str:
        return self.service.keys.tend()
