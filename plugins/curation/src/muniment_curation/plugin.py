"""The plugin: what it offers to the core's hooks, and to those of `requests`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from flask import url_for
from flask_babel import lazy_gettext as _

from muniment.api import (
    Actor,
    BlueprintSpec,
    Category,
    DraftSnapshot,
    EventHandler,
    FormEffect,
    Fragment,
    PluginContext,
    Problem,
    Publication,
    RecordLink,
    RecordPart,
    implements,
)
from muniment_communities.api import Community, CommunityAction, CommunityTab
from muniment_curation import background, following, fragments, part, publishing, rest, reviewers, starting, views
from muniment_curation.checking import CheckService
from muniment_curation.checks import CurationCheck
from muniment_curation.first_checks import first_checks
from muniment_curation.hooks import CurationHooks
from muniment_curation.inclusion import Inclusion
from muniment_curation.privacy import categories
from muniment_curation.reviews import ReviewService
from muniment_curation.types import request_types
from muniment_requests.api import RequestType

if TYPE_CHECKING:
    from flask import Request


class Plugin:
    """Drafts are reviewed before they are published in a community."""

    Hooks = CurationHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def reviews(self) -> ReviewService:
        return ReviewService(self.context.repository)

    @cached_property
    def inclusion(self) -> Inclusion:
        return Inclusion(self.context.repository)

    @cached_property
    def checks(self) -> CheckService:
        return CheckService(self.context.repository, self.reviews)

    def _service(self) -> ReviewService:
        return self.reviews

    @implements
    def actor_labels(self, actor: Actor, request: Request) -> list[str]:
        return reviewers.labels(self.reviews, actor, request)

    @implements
    def publication(self, number: str, actor: Actor) -> Publication | None:
        return publishing.publication(self.reviews, number, actor)

    @implements
    def requests_types(self) -> list[RequestType]:
        return request_types(self._service, lambda: self.checks)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return part.parts(self._service)

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return part.json_links()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.pages(self), rest.resources(self)]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [*following.handlers(self.reviews), background.handler(self.checks)]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return fragments.fragments(self.reviews, self.checks, slot, context)

    @implements
    def curation_checks(self) -> list[CurationCheck]:
        return first_checks()

    @implements
    def check_draft(self, draft: DraftSnapshot, actor: Actor, stage: str) -> list[Problem]:
        return self.checks.problems(draft, actor, stage)

    @implements
    def draft_form_saved(self, number: str, form: Mapping[str, Sequence[str]], actor: Actor) -> list[FormEffect]:
        return starting.after_saving(self.reviews, actor, number, form)

    @implements
    def communities_tabs(self, community: Community, actor: Actor) -> list[CommunityTab]:
        if not self.reviews.communities.can(actor, community, "manage"):
            return []
        return [CommunityTab("checks", _("Checks"), url_for("curation.community_checks", slug=community.slug))]

    @implements
    def communities_actions(self, community: Community, actor: Actor) -> list[CommunityAction]:
        return starting.actions(self.reviews, community, actor)

    @implements
    def privacy_categories(self) -> list[Category]:
        return categories()
