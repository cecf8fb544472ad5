"""Essential: a handler that follows switches of plugins, jobs that end drafts and delivered events, and the privacy
categories of records."""

from __future__ import annotations

from muniment.access.actor import SYSTEM
from muniment.builtin.records.categories import CATEGORIES
from muniment.errors import NotFound
from muniment.events.event import PluginsChanged
from muniment.events.outbox import LogEntry
from muniment.hooks.meta import implements
from muniment.jobs.declarations import EventHandler, Job, RetryLater
from muniment.plugins.context import PluginContext
from muniment.privacy.registry import Category
from muniment.repository import Repository


def end_old_drafts(repository: Repository) -> str:
    """Discard drafts that nobody touched for as long as drafts are kept."""
    ended = 0
    for number in repository.records.drafts_past_their_time():
        try:
            repository.records.delete_draft(SYSTEM, number)
            ended += 1
        except NotFound:
            continue  # its owner was faster
    return f"{ended} drafts ended"


def discard_delivered_events(repository: Repository) -> str:
    """Remove events that every handler has had for thirty days."""
    return f"{repository.deliveries.discard_old()} events removed"


def follow_switches(repository: Repository, entry: LogEntry) -> None:
    """Bring the index up to date with what a plugin shows of its parts, or shows no more, once all work with that."""
    if entry.payload["change"] in ("enabled", "disabled"):
        newest = repository.plugins.newest_generation()
        serving = [repository.generation.number, *(row.generation for row in repository.plugins.living())]
        if min(serving) < newest:
            raise RetryLater("Not every process works with the new set of plugins yet.", 1)
        adds = repository.plugins.report(entry.payload["plugin"]).adds
        if adds is not None and adds.parts:
            repository.records.renew_holding(adds.parts)


class Plugin:
    """What the record services need from the hooks."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_jobs(self) -> list[Job]:
        return [
            Job("records.old-drafts", "20 3 * * *", end_old_drafts, "End drafts that nobody touches"),
            Job("events.delivered", "40 3 * * *", discard_delivered_events, "Remove delivered events"),
        ]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [EventHandler("records.parts", (PluginsChanged.name,), follow_switches)]

    @implements
    def privacy_categories(self) -> list[Category]:
        return list(CATEGORIES)
