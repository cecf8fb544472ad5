"""The plugin: what it offers to the core's hooks, and to those of `requests` when that is on."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    FileLimits,
    FileUsage,
    Fragment,
    NavigationItem,
    NotificationType,
    PluginContext,
    RecordHandle,
    RecordLink,
    implements,
)
from muniment_quota import commands, pages, privacy, rest
from muniment_quota import settings as own_settings
from muniment_quota.asking import Asking
from muniment_quota.quotas import PERMISSION, Quotas
from muniment_quota.telling import notification_types

if TYPE_CHECKING:
    from muniment_requests.api import RequestType


class Plugin:
    """How much people and records may keep."""

    Settings = own_settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def quotas(self) -> Quotas:
        return Quotas(self.context)

    @cached_property
    def asking(self) -> Asking:
        return Asking(self.quotas)

    @implements
    def file_limits(self, value: FileLimits, draft: RecordHandle, usage: FileUsage) -> FileLimits:
        return self.quotas.limits(value, draft, usage)

    @implements(optional=True)
    def requests_types(self) -> list[RequestType]:
        return self.asking.types()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [
            BlueprintSpec(pages.own_pages(self.quotas, self.asking), "ui"),
            BlueprintSpec(pages.control_pages(self.quotas, self.asking), "ui"),
            BlueprintSpec(rest.blueprint(self.quotas, self.asking), "api"),
        ]

    @implements
    def register_json_links(self) -> list[RecordLink]:
        """Where more can be asked for."""
        if not self.asking.is_possible:
            return []
        return [RecordLink("quota_increase", "/api/records/{id}/quota-increase")]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem("settings", _("Storage"), "quota.own", "authenticated", 60, icon="database"),
            NavigationItem(
                "control",
                _("Storage quotas"),
                "control_quota.overview",
                PERMISSION,
                order=80,
                icon="database",
                section="people",
            ),
        ]

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands.commands(self.quotas)

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot != "deposit.sidebar":
            return []
        return pages.beside_form(self.quotas, self.asking, context["form"])

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return notification_types(self.quotas)

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()
