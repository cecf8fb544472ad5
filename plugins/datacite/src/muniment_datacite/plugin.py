"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    DraftSnapshot,
    EventHandler,
    ExportFormat,
    Fragment,
    Job,
    LogEntry,
    NavigationItem,
    PartSubject,
    PluginContext,
    Problem,
    RecordPart,
    Repository,
    RetryLater,
    implements,
)
from muniment_datacite import badges, pages
from muniment_datacite.exports import formats
from muniment_datacite.provider import DataCiteProvider
from muniment_datacite.settings import Settings as DataCiteSettings

if TYPE_CHECKING:
    from muniment_datacite.registration import Registrar

_EVENTS = ("record.published", "record.changed", "record.deleted", "record.restored")


class Plugin:
    """DOIs through DataCite."""

    Settings = DataCiteSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_identifier_providers(self) -> list[DataCiteProvider]:
        return [DataCiteProvider(self.context.settings)]

    @implements
    def check_draft(self, draft: DraftSnapshot, stage: str) -> list[Problem]:
        """DataCite takes no DOI without a publisher; while a draft is written it may be missing."""
        if stage == "save":
            return []
        given = draft.pids.get("doi")
        ours = given.get("provider") == "datacite" if given else self.context.settings.dois == "required"
        if not ours or draft.metadata.get("publisher"):
            return []
        return [Problem("metadata.publisher", "Missing publisher field required for DOI registration.")]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("datacite.register", _EVENTS, self._follow, attempts=6),
            EventHandler("datacite.catch-up", ("plugins.changed",), self._switched),
        ]

    @implements
    def register_jobs(self) -> list[Job]:
        return [
            Job(pages.RETRY_JOB, "25 * * * *", self._retry, "Try again what DataCite refused"),
            Job("datacite.catch-up", "40 3 * * *", self._catch_up, "Register DOIs that DataCite does not know"),
        ]

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [RecordPart("ext.datacite", dump=self._dump)]

    @implements
    def check_settings(self, settings: SimpleNamespace) -> list[Problem]:
        from muniment_datacite.account import check_account

        return check_account(settings)

    @implements
    def register_commands(self) -> list[click.Command]:
        from muniment_datacite.commands import commands

        return commands(self.context.settings)

    @implements
    def register_export_formats(self) -> list[ExportFormat]:
        return formats(lambda: self.context.repository)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [pages.control_pages(self.context), badges.badge_pages()]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "control", _("DOIs"), "control_datacite.dois", pages.PERMISSION, 55, icon="link", section="operation"
            )
        ]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return pages.fragments(slot, context, self.context.settings)

    @implements
    def privacy_none(self) -> str:
        return "DOIs, and the metadata of public records as DataCite was told it."

    def _follow(self, repository: Repository, entry: LogEntry) -> None:
        self._registrar(repository).follow(entry)

    def _switched(self, repository: Repository, entry: LogEntry) -> None:
        """What was published while the plugin was off is registered when it is on again, and what waited for other
        settings once they have changed."""
        if entry.payload.get("plugin") != self.context.name:
            return
        registrar = self._registrar(repository)
        if entry.payload.get("change") == "setting":
            registrar.datacite.quiet.end()
            registrar.ledger.make_due()
            registrar.retry_due()
        elif entry.payload.get("change") == "enabled":
            registrar.catch_up()

    def _retry(self, repository: Repository) -> str:
        try:
            return f"{self._registrar(repository).retry_due()} DOIs registered"
        except RetryLater as error:
            return f"DataCite is away: {error}"

    def _catch_up(self, repository: Repository) -> str:
        try:
            return f"{self._registrar(repository).catch_up()} DOIs registered"
        except RetryLater as error:
            return f"DataCite is away: {error}"

    def _registrar(self, repository: Repository) -> Registrar:
        # What talks to DataCite brings its schema and an HTTP client, which web processes never need.
        from muniment_datacite.registration import Registrar

        return Registrar(repository, self.context.settings)

    def _dump(self, _repository: Repository, subjects: Sequence[PartSubject]) -> Mapping[int, Any]:
        """Tells readers that DOIs are only tests, which do not resolve."""
        if not self.context.settings.test_mode:
            return {}
        return {subject.record_id: {"test": True} for subject in subjects}
