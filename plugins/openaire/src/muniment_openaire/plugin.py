"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import click
from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    EventHandler,
    ExportFormat,
    Fragment,
    HarvestForm,
    Job,
    LogEntry,
    NavigationItem,
    PluginContext,
    RecordFacet,
    Repository,
    Vocabulary,
    implements,
)
from muniment_openaire import literature
from muniment_openaire.commands import commands
from muniment_openaire.facet import FUNDER, funders_of
from muniment_openaire.grant_agreement import with_agreements
from muniment_openaire.harvest import OfferedSet, offered_sets
from muniment_openaire.settings import Settings
from muniment_openaire.terms import AwardTerms, FunderTerms

_FOLLOWED: Final = ("record.published", "record.changed", "record.deleted", "record.restored")


class Plugin:
    """Funders and grants, the OpenAIRE guidelines and their checks, and word to OpenAIRE of what is published."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def register_vocabularies(self) -> list[Vocabulary]:
        return [
            Vocabulary("funders", {"en": "Funders", "de": "Förderer"}, store=FunderTerms()),
            Vocabulary("awards", {"en": "Grants", "de": "Förderungen"}, store=AwardTerms()),
        ]

    @implements
    def register_facets(self) -> list[RecordFacet]:
        return [RecordFacet("funder", FUNDER, self._funders, vocabulary="funders")]

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        from muniment_openaire.panel import pages
        from muniment_openaire.rest import api

        return [BlueprintSpec(api, "api"), BlueprintSpec(pages, "ui")]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "control",
                _("OpenAIRE"),
                "control_openaire.overview",
                permission="administration",
                order=62,
                icon="lock-open",
                section="content",
            )
        ]

    @implements(optional=True)
    def oaipmh_sets(self) -> list[OfferedSet]:
        return offered_sets()

    @implements
    def register_export_formats(self) -> list[ExportFormat]:
        return [
            ExportFormat(
                "oai_openaire",
                "OpenAIRE",
                literature.MEDIA_TYPE,
                ".xml",
                write=literature.write,
                revision="2",
                carries=literature.CARRIES,
                harvest=(HarvestForm("oai_openaire", literature.NAMESPACE, literature.SCHEMA),),
                order=80,
            )
        ]

    @implements
    def export_document(self, value: bytes, record: Mapping[str, Any], format: str) -> bytes:
        return with_agreements(value, record.get("metadata") or {}) if format == "dublincore" else value

    @implements
    def find_entries(self, path: str, text: str, chosen: str) -> list[Mapping[str, Any]]:
        from muniment_openaire.grants import entries_for

        return list(entries_for(self.context.repository, text, chosen)) if path == "metadata.funding" else []

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        if slot != "deposit.funding":
            return []
        from muniment_openaire.form import funding_search

        return [Fragment(funding_search(self.context.repository, context["form"]))]

    @implements
    def register_jobs(self) -> list[Job]:
        return [
            Job("openaire.load-dumps", "15 4 * * 0", self._load_dumps, "Load funders and grants from new dumps"),
            Job("openaire.check", "35 2 * * *", self._check, "Hold all records against the OpenAIRE guidelines"),
        ]

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("openaire.starter", ("plugins.changed",), self._switched_on),
            EventHandler("openaire.notify", _FOLLOWED, self._follow),
            EventHandler("openaire.check", _FOLLOWED, self._look),
        ]

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands()

    def _funders(self, record: Mapping[str, Any]) -> list[str]:
        return funders_of(self.context.repository, record)

    def _load_dumps(self, repository: Repository) -> str:
        from muniment_openaire.loading import load_changed

        folder = self.context.settings.dumps_folder
        return load_changed(repository, Path(folder)) if folder else "no folder with dumps is set"

    def _follow(self, repository: Repository, entry: LogEntry) -> None:
        if self.context.settings.notify:
            from muniment_openaire.notifying import Notifier

            Notifier(repository, self.context.settings).follow(entry)

    def _look(self, repository: Repository, entry: LogEntry) -> None:
        from muniment_openaire.checking import Checker

        Checker(repository).follow(entry)

    def _check(self, repository: Repository) -> str:
        from muniment_openaire.checking import Checker

        required = [finding.required for finding in Checker(repository).everything()]
        return f"{len(required)} records, {sum(map(bool, required))} of them lack something mandatory"

    def _switched_on(self, repository: Repository, entry: LogEntry) -> None:
        """A plugin that is switched on for the first time brings the largest funders along."""
        if entry.payload.get("plugin") == self.context.name and entry.payload.get("change") == "enabled":
            repository.vocabularies.load(["funders", "awards"])
