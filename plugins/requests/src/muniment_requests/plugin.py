"""The plugin: what it offers to the core's hooks, and what it asks of other plugins."""

from __future__ import annotations

from functools import cached_property

from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    EventHandler,
    Job,
    NavigationItem,
    NotificationType,
    PluginContext,
    RecordLink,
    implements,
)
from muniment_requests import jobs, panel, rest, views
from muniment_requests.hooks import RequestHooks
from muniment_requests.privacy import categories
from muniment_requests.service import RequestService
from muniment_requests.telling import notification_types


class Plugin:
    """People ask others for a decision and talk about it."""

    Hooks = RequestHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def requests(self) -> RequestService:
        return RequestService(self.context.repository)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.pages(self), panel.pages(self), rest.resources(self)]

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return [RecordLink("requests", "/api/records/{id}/requests")]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem("account", _("Requests"), "requests.inbox", "authenticated", order=20, icon="inbox"),
            NavigationItem(
                "control",
                _("Requests"),
                "control_requests.everything",
                panel.ADMINISTRATION,
                order=40,
                icon="inbox",
                section="content",
            ),
        ]

    @implements
    def register_jobs(self) -> list[Job]:
        return [jobs.expiring(self.requests)]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [jobs.following(self.requests)]

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return notification_types(self.requests)

    @implements
    def privacy_categories(self) -> list[Category]:
        return categories(self.requests)
