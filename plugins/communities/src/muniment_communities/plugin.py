"""The plugin: what it offers to the core's hooks, and to those of `requests`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    Actor,
    BlueprintSpec,
    Category,
    DraftSnapshot,
    EventHandler,
    Fragment,
    Job,
    LabelOnWork,
    NavigationItem,
    NotificationType,
    PluginContext,
    Problem,
    RecordFacet,
    RecordLink,
    RecordPart,
    Vocabulary,
    implements,
)
from muniment_communities import (
    commands,
    fragments,
    jobs,
    letters,
    part,
    readers,
    record_pages,
    rest,
    rest_collections,
    rest_featured,
    rest_logos,
    rest_members,
    rest_records,
    terms,
    types,
    views,
)
from muniment_communities.hooks import CommunityHooks
from muniment_communities.party import party_kind
from muniment_communities.privacy import categories
from muniment_communities.service import CommunityService
from muniment_communities.sets import CommunitySets, OfferedSet
from muniment_communities.switching import notices
from muniment_communities.telling import notification_types
from muniment_requests.api import PartyKind, RequestType

if TYPE_CHECKING:
    from flask import Request


class Plugin:
    """Collections of records that people look after together."""

    Hooks = CommunityHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def communities(self) -> CommunityService:
        return CommunityService(self.context.repository)

    def _service(self) -> CommunityService:
        return self.communities

    @implements
    def actor_labels(self, actor: Actor, request: Request) -> list[str]:
        return readers.labels(self.communities, actor, request.path)

    @implements
    def listing_labels(self, parents: Sequence[int]) -> list[LabelOnWork]:
        return readers.of_works(self.communities, parents)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [part.part(self._service)]

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return part.json_links()

    @implements
    def check_draft(self, draft: DraftSnapshot, stage: str) -> list[Problem]:
        return self.communities.records.problems_of(draft, stage)

    @implements
    def register_facets(self) -> list[RecordFacet]:
        return [part.facet()]

    @implements
    def register_vocabularies(self) -> list[Vocabulary]:
        return terms.vocabularies()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [
            views.pages(self),
            record_pages.pages(self),
            rest.resources(self),
            rest_members.resources(self),
            rest_logos.resources(self),
            rest_records.resources(self),
            rest_collections.resources(self),
            rest_featured.resources(self),
        ]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return fragments.fragments(self.communities, slot, context)

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [NavigationItem("main", _("Communities"), "communities.browse", order=30)]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [jobs.following(self.communities), letters.sending(self.communities), jobs.ending(self.communities)]

    @cached_property
    def sets(self) -> CommunitySets:
        return CommunitySets(self.communities)

    @implements
    def register_jobs(self) -> list[Job]:
        return [
            jobs.expiring(self.communities),
            jobs.renewing(self.sets),
            jobs.counting(self.communities),
            jobs.tallying(self.communities),
        ]

    @implements(optional=True)
    def oaipmh_sets(self) -> list[OfferedSet]:
        return self.sets.offered()

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands.commands(self._service)

    @implements
    def disable_notices(self) -> list[str]:
        return notices(self.communities)

    @implements
    def requests_types(self) -> list[RequestType]:
        return types.request_types(self._service)

    @implements
    def requests_parties(self) -> list[PartyKind]:
        return [party_kind(self._service)]

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return notification_types(self.communities)

    @implements
    def privacy_categories(self) -> list[Category]:
        return categories(self.communities)
