"""The plugin: what it offers to the core's hooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click
from flask import has_app_context
from flask_babel import lazy_gettext as _
from flask_babel import ngettext

from muniment.api import (
    BlueprintSpec,
    DraftSnapshot,
    Fragment,
    Job,
    NavigationItem,
    NotificationType,
    PluginContext,
    Problem,
    RecordPart,
    implements,
)
from muniment_embargo import part, sets, telling
from muniment_embargo.checks import check
from muniment_embargo.commands import commands
from muniment_embargo.embargo import PATH
from muniment_embargo.form import section
from muniment_embargo.jobs import lifting
from muniment_embargo.service import EmbargoService
from muniment_embargo.settings import Settings as EmbargoSettings
from muniment_embargo.views import MODERATION, control_pages


class Plugin:
    """Restricted files that open by themselves."""

    Settings = EmbargoSettings

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.embargoes = EmbargoService(context)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [
            RecordPart(PATH, load=self._load, dump=part.dump, on_new_version=part.on_new_version),
            RecordPart("access.status", dump=part.dump_status),
        ]

    def _load(self, sent: Any, stored: Any) -> tuple[Any, list[Problem]]:
        return part.load(sent, stored, self.embargoes.today)

    @implements
    def check_draft(self, draft: DraftSnapshot) -> list[Problem]:
        return check(draft, self.embargoes.today, self.context.settings.longest_months)

    @implements
    def register_jobs(self) -> list[Job]:
        return [lifting(self.embargoes)]

    @implements
    def register_commands(self) -> list[click.Command]:
        return commands(self.embargoes)

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return [Fragment(section(context["form"]))] if slot == "deposit.access" else []

    @implements(optional=True)
    def oaipmh_sets(self) -> list[sets.OfferedSet]:
        return sets.sets()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [control_pages(self.embargoes)]

    @implements
    def register_notification_types(self) -> list[NotificationType]:
        return telling.notification_types()

    @implements
    def register_nav(self) -> list[NavigationItem]:
        return [
            NavigationItem(
                "control",
                _("Embargoes"),
                "control_embargoes.embargoes",
                MODERATION,
                order=45,
                icon="calendar-clock",
                section="content",
            )
        ]

    @implements
    def disable_notices(self) -> list[str]:
        """What is under embargo stays closed: nobody but a person opens it while the plugin is off."""
        count = len(self.embargoes.entries())
        return [_stay_closed(count)] if count else []


def _stay_closed(count: int) -> str:
    """The sentence for so many records; in English for commands, which know no reader."""
    _n = ngettext if has_app_context() else _in_english
    return str(
        _n(
            "%(num)s record is under embargo. While the plugin is off its files stay closed, also after their day; "
            "when it is on again, they open within minutes once their day has come.",
            "%(num)s records are under embargo. While the plugin is off their files stay closed, also after their day; "
            "when it is on again, those whose day has come open within minutes.",
            count,
        )
    )


def _in_english(one: str, more: str, num: int) -> str:
    return (one if num == 1 else more) % {"num": num}
