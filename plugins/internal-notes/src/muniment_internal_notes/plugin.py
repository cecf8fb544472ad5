"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from muniment.api import (
    BlueprintSpec,
    Category,
    EventHandler,
    Fragment,
    LogEntry,
    PluginContext,
    RecordPart,
    Repository,
    implements,
    the_actor,
)
from muniment_internal_notes import pages, part, privacy
from muniment_internal_notes.notes import InternalNotes


class Plugin:
    """Moderators write notes about records for each other."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def notes(self) -> InternalNotes:
        return InternalNotes(self.context.repository)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [part.part(lambda: self.notes)]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [pages.pages(self.notes)]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        actor = the_actor()
        if slot != "record.sidebar" or not actor.is_authenticated:
            return []
        return pages.beside_record(self.notes, actor, context["record"].id)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [EventHandler("internal-notes.drafts", ("draft.deleted",), self._draft_gone)]

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()

    def _draft_gone(self, repository: Repository, entry: LogEntry) -> None:
        """A draft ends by being published, too, and a record keeps its notes when an edit is discarded."""
        record_id = entry.payload["record_id"]
        if not repository.records.states([record_id]):
            self.notes.forget(record_id)
