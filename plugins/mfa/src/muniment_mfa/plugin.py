"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    FurtherStep,
    NavigationItem,
    PluginContext,
    SignIn,
    Table,
    implements,
)
from muniment_mfa import pages, panel
from muniment_mfa.factors import METHODS, Factors
from muniment_mfa.models import AppSecret, Passkey, RecoveryCode
from muniment_mfa.settings import Settings as SecondStepSettings


class Plugin:
    """A second step at sign-in."""

    Settings = SecondStepSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.factors = Factors(context)

    @implements
    def further_step(self, sign_in: SignIn) -> FurtherStep | None:
        """Asked of those who have a second step when they sign in, and of those whose role needs one in any case."""
        if not METHODS.isdisjoint(sign_in.methods) or not self.factors.applies_to(sign_in.methods):
            return None
        missing = self.factors.requires(sign_in.roles) or (
            sign_in.starting and self.factors.standing(sign_in.subject).is_on
        )
        return FurtherStep("mfa.step") if missing else None

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [pages.pages(self.factors), panel.pages(self.factors)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "settings", _("Two-step sign-in"), "mfa.second_step", "authenticated", 35, icon="smartphone"
            ),
            NavigationItem(
                "control",
                _("Two-step sign-in"),
                "control_mfa.overview",
                panel.ADMINISTRATION,
                35,
                icon="smartphone",
                section="people",
            ),
        ]

    @implements
    def register_commands(self) -> list[click.Command]:
        from muniment_mfa.commands import commands

        return commands(self.context)

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="mfa.factors",
                label="Second step of signing in",
                fields=(
                    "encrypted secret of the app",
                    "passkeys with their names",
                    "hashes of recovery codes",
                    "times",
                ),
                purposes=("identify",),
                basis="consent",
                source=("generated_on_request",),
                owner="mfa",
                stores=(
                    Table(AppSecret, subject="user_id"),
                    Table(Passkey, subject="user_id"),
                    Table(RecoveryCode, subject="user_id"),
                ),
            )
        ]
