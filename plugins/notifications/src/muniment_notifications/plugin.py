"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    EventHandler,
    Fragment,
    Job,
    NavigationItem,
    NotificationType,
    PluginContext,
    implements,
)
from muniment_notifications import bell, control, pages, privacy, public_pages, rest, webhook_pages
from muniment_notifications import settings as own_settings
from muniment_notifications.bounces import Bounces
from muniment_notifications.choices import Choices
from muniment_notifications.feeds import Feeds
from muniment_notifications.mailing import Mailer
from muniment_notifications.posting import Poster
from muniment_notifications.reading import Reading
from muniment_notifications.telling import notification_types
from muniment_notifications.webhooks import Webhooks
from muniment_notifications.writing import Writer


class Plugin:
    """Tells people what concerns them: by e-mail, on the site and by feed."""

    Settings = own_settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def reading(self) -> Reading:
        return Reading(self.context.repository)

    @cached_property
    def choices(self) -> Choices:
        return Choices(self.context.repository)

    @cached_property
    def bounces(self) -> Bounces:
        return Bounces(self.context.repository)

    @cached_property
    def feeds(self) -> Feeds:
        return Feeds(self.context.repository)

    @cached_property
    def mailer(self) -> Mailer:
        return Mailer(self.context.repository)

    @cached_property
    def webhooks(self) -> Webhooks:
        return Webhooks(self.context.repository)

    @property
    def has_webhooks(self) -> bool:
        """Whether people can have notifications sent to programs."""
        return bool(self.context.settings.webhooks)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [
            pages.blueprint(self),
            webhook_pages.blueprint(self),
            public_pages.blueprint(self),
            control.blueprint(self),
            rest.blueprint(self),
        ]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "settings", _("Notifications"), "notifications.settings", "authenticated", order=40, icon="bell"
            ),
            NavigationItem(
                "control",
                _("Notifications"),
                "control_notifications.overview",
                control.PERMISSION,
                56,
                icon="bell",
                section="operation",
            ),
        ]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:  # noqa: ARG002
        return bell.fragments(slot, self.reading)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        repository = self.context.repository
        handlers = [*Writer(repository, webhooks=self.has_webhooks).handler(), self.mailer.handler()]
        return [*handlers, Poster(repository).handler()] if self.has_webhooks else handlers

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return notification_types(self.webhooks if self.has_webhooks else None)

    @implements
    def register_jobs(self) -> list[Job]:
        return [self.mailer.job()]

    @implements
    def register_commands(self) -> list[click.Command]:
        from muniment_notifications.commands import commands

        return commands()

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()
