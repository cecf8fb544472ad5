"""The plugin: what it offers to the core's hooks, and to those of `requests`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask import render_template
from markupsafe import Markup

from muniment.api import BlueprintSpec, Fragment, PluginContext, RecordLink, implements, the_actor
from muniment_deletion_requests import views
from muniment_deletion_requests.asking import DeletionRequests
from muniment_deletion_requests.types import record_deletion
from muniment_requests.api import RequestType


class Plugin:
    """Owners ask moderators to delete a record."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def asking(self) -> DeletionRequests:
        return DeletionRequests(self.context.repository)

    @implements
    def requests_types(self) -> list[RequestType]:
        return [record_deletion()]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.pages(self.asking), views.resources(self.asking)]

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return [RecordLink("request_deletion", "/api/records/{id}/request-deletion", "published")]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        """Nobody but owners gets anything, so that the page for visitors stays the same for all."""
        actor = the_actor()
        if slot != "record.actions" or not actor.is_authenticated:
            return []
        if context["record"].is_draft:
            return []
        number = context["record"].id
        present = self.asking.open_request(actor, number)
        if present is None and not self.asking.may_ask(actor, number):
            return []
        return [Fragment(Markup(render_template("deletion-requests/box.html", number=number, request=present)), 200)]
