"""The plugin: what it offers to the core's hooks, and what it asks of other plugins."""

from __future__ import annotations

from functools import cached_property
from types import SimpleNamespace
from typing import TYPE_CHECKING

from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    EventHandler,
    IdentityProvider,
    NavigationItem,
    PluginContext,
    PluginFailure,
    Problem,
    Retention,
    Table,
    implements,
)
from muniment_oidc import linked_pages, panel, views
from muniment_oidc.events import ConfirmationRequested
from muniment_oidc.hooks import OidcHooks
from muniment_oidc.journeys import sweep
from muniment_oidc.letters import send_confirmation
from muniment_oidc.models import Arrival, GrantedRole, Journey
from muniment_oidc.providers import Providers
from muniment_oidc.service import SignIns
from muniment_oidc.settings import Settings

if TYPE_CHECKING:
    from muniment_oidc.directory import Directory


class Plugin:
    """Signs people in whom a provider elsewhere vouches for."""

    Settings = Settings
    Hooks = OidcHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def providers(self) -> Providers:
        """Those of the settings first, then those of other plugins."""
        settings = self.context.settings
        found = Providers()
        for item in settings.providers:
            found.add({**item, "client_secret": settings.client_secrets.get(item["name"], "")})
        for offered in self.context.hooks.contributions("oidc_providers"):
            try:
                found.add(offered.value)
            except (ValueError, TypeError, AttributeError) as error:
                raise PluginFailure(offered.plugin, "oidc_providers", error) from error
        return found

    @cached_property
    def directory(self) -> Directory:
        from muniment_oidc.directory import Directory  # brings an HTTP client, which starting does not need

        return Directory(self.context.repository.outgoing, internal=self.context.settings.internal)

    @cached_property
    def sign_ins(self) -> SignIns:
        return SignIns(
            self.context.repository, self.providers, lambda: self.directory, internal=self.context.settings.internal
        )

    @implements
    def register_identity_providers(self) -> list[IdentityProvider]:
        return [
            IdentityProvider(
                f"oidc-{provider.name}",
                provider.title,
                "redirect",
                order=provider.order,
                endpoint=f"oidc.{provider.endpoint}",
                icon=provider.icon,
            )
            for provider in self.providers
        ]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.sign_in_pages(self), linked_pages.linked_pages(self), panel.control_pages(self)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "settings", _("Linked accounts"), "oidc_linked.linked", "authenticated", order=50, icon="link"
            ),
            NavigationItem(
                "control",
                _("Sign-in providers"),
                "control_oidc.providers",
                panel.ADMINISTRATION,
                36,
                icon="log-in",
                section="people",
            ),
        ]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [EventHandler("oidc.letters", (ConfirmationRequested.name,), send_confirmation)]

    @implements
    def check_settings(self, settings: SimpleNamespace) -> list[Problem]:
        from muniment_oidc.trial import check_providers

        return check_providers(self.context.repository.outgoing, settings)

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="oidc.arrivals",
                label="Sign-ins on their way",
                fields=(
                    "what a provider told when you came: name, affiliation, address, identifier there",
                    "where you wanted to go",
                    "secret of the browser, as a hash",
                ),
                purposes=("sign_up_sign_in",),
                basis="consent",
                source=("identity_provider",),
                owner="oidc",
                stores=(Table(Journey), Table(Arrival)),
                retention=Retention(
                    until=("sign_in.finished", "sign_in.begun + PT30M", "confirmation.requested + P1D"), sweep=sweep
                ),
            ),
            Category(
                id="oidc.roles",
                label="Roles by groups elsewhere",
                fields=("roles that you have since you are in a group at a provider",),
                purposes=("grant_protected_features",),
                basis="legitimate_interest",
                source=("identity_provider",),
                owner="oidc",
                stores=(Table(GrantedRole, subject="user_id"),),
                retention=Retention(until=("account.deleted", "group.left")),
            ),
        ]
