"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask_babel import lazy_gettext as _

from muniment.api import (
    Actor,
    BlueprintSpec,
    Category,
    EventHandler,
    Fragment,
    LogEntry,
    NavigationItem,
    NotificationType,
    PluginContext,
    RecordLink,
    RecordPart,
    Repository,
    implements,
)
from muniment_sharing import fragments, pages, privacy, rest, rest_transfer, telling
from muniment_sharing.events import SharingLetter
from muniment_sharing.hooks import SharingHooks
from muniment_sharing.part import json_links, parts
from muniment_sharing.service import SharingService
from muniment_sharing.settings import Settings as SharingSettings

if TYPE_CHECKING:
    from flask import Request, Response


class Plugin:
    """Access to what is not open to all, given and taken away by those who manage it."""

    Settings = SharingSettings
    Hooks = SharingHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.sharing = SharingService(context)

    @implements
    def actor_labels(self, actor: Actor, request: Request) -> list[str]:
        return self.sharing.readers.labels(actor, request)

    @implements
    def request_guard(self, request: Request, actor: Actor) -> Response | None:
        return self.sharing.readers.guard(request, actor)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return parts(self.sharing)

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return json_links()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [
            BlueprintSpec(pages.blueprint(self.sharing), "ui"),
            BlueprintSpec(rest.blueprint(self.sharing), "api"),
            BlueprintSpec(rest_transfer.blueprint(self.sharing), "api"),
        ]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [NavigationItem("uploads", _("Shared with me"), "sharing.shared", "authenticated")]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return fragments.fragments(slot, context)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [EventHandler("sharing.letters", (SharingLetter.name,), self._send)]

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return telling.notification_types()

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()

    def _send(self, repository: Repository, entry: LogEntry) -> None:
        from muniment_sharing.letters import Letters

        Letters(self.context).send(repository, entry)
