"""The plugin: what it offers to the core's hooks, and what it asks of other plugins."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    EventHandler,
    Job,
    NavigationItem,
    PluginContext,
    RecordEvent,
    UnitOfWork,
    implements,
)
from muniment_oaipmh import panel, rest, views
from muniment_oaipmh.catching_up import CatchingUp
from muniment_oaipmh.events import BEGINNINGS, FOLLOWED
from muniment_oaipmh.feed import Feed
from muniment_oaipmh.formats import formats_of
from muniment_oaipmh.hooks import OaiHooks
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.jobs import catching_up
from muniment_oaipmh.looking import Looking
from muniment_oaipmh.provider import Provider
from muniment_oaipmh.sets import SetService
from muniment_oaipmh.settings import Settings


class Plugin:
    """Lets harvesters fetch the records by OAI-PMH, first all of them and then what changed."""

    Settings = Settings
    Hooks = OaiHooks

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def feed(self) -> Feed:
        return Feed(self.context.repository, lambda before: self.sets.sorted_anew(before))

    @cached_property
    def sets(self) -> SetService:
        return SetService(self.context.repository, lambda: self.context.hooks.contributions("oaipmh_sets"))

    @cached_property
    def engine(self) -> CatchingUp:
        repository = self.context.repository
        return CatchingUp(repository, self.feed, Looking(repository, self.feed, self.sets), self.sets)

    @cached_property
    def provider(self) -> Provider:
        repository = self.context.repository
        identity = Identity.of(repository, self.context.settings)
        writers = self.context.hooks.contributions("oaipmh_writer")
        write_with = writers[0].value if writers else None
        return Provider(repository, identity, formats_of(repository), self.sets, write_with)

    @implements
    def records_written(self, unit: UnitOfWork, events: Sequence[RecordEvent]) -> None:
        self.feed.follow(unit, events)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("oaipmh.follow", FOLLOWED, self.engine.follow),
            EventHandler("oaipmh.begin", BEGINNINGS, self.engine.begin),
        ]

    @implements
    def register_jobs(self) -> list[Job]:
        return [catching_up(self.engine)]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [views.interface(self), rest.resources(self), panel.pages(self)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "control",
                _("Harvesting"),
                "control_oaipmh.overview",
                panel.ADMINISTRATION,
                order=60,
                icon="share-2",
                section="content",
            )
        ]
