"""The plugin: what it offers to the hooks of the core, of `requests` and of `sharing`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from flask_babel import gettext as _

from muniment.api import (
    Actor,
    BlueprintSpec,
    Category,
    EventHandler,
    Fragment,
    LogEntry,
    ParentHandle,
    PluginContext,
    RecordLink,
    RecordPart,
    Repository,
    implements,
)
from muniment_access_requests import pages, part, privacy, rest
from muniment_access_requests import settings as own_settings
from muniment_access_requests.asking import MANAGERS, AccessRequests
from muniment_access_requests.deciding import Deciding
from muniment_access_requests.events import GuestLetter
from muniment_access_requests.fragments import fragments, sections
from muniment_access_requests.guests import Guests
from muniment_requests.api import PartyKind, RequestType, Shown


class Plugin:
    """People and guests ask for access to restricted records."""

    Settings = own_settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def asking(self) -> AccessRequests:
        return AccessRequests(self.context)

    @cached_property
    def guests(self) -> Guests:
        return Guests(self.asking)

    @cached_property
    def deciding(self) -> Deciding:
        return Deciding(self.asking, self.guests)

    @implements
    def requests_types(self) -> list[RequestType]:
        return self.deciding.types()

    @implements
    def requests_parties(self) -> list[PartyKind]:
        return [
            PartyKind("email", lambda _id: frozenset(), _addresses),
            PartyKind(MANAGERS, lambda one: frozenset({f"parent:{one}:manage"}), _managers),
        ]

    @implements
    def sharing_sections(self, parent: ParentHandle, number: str) -> list[Fragment]:
        return sections(self.asking, parent, number)

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [part.part(self.asking.options)]

    @implements
    def register_json_links(self) -> list[RecordLink]:
        return part.json_links()

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [
            BlueprintSpec(pages.blueprint(self.asking, self.guests), "ui"),
            BlueprintSpec(rest.blueprint(self.asking, self.guests), "api"),
        ]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return fragments(self.asking, slot, context)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("access-requests.letters", (GuestLetter.name,), self._send),
            EventHandler("access-requests.owners", ("record.changed",), self._follow_owner),
        ]

    @implements
    def privacy_categories(self) -> list[Category]:
        return privacy.categories()

    def _send(self, repository: Repository, entry: LogEntry) -> None:
        from muniment_access_requests.letters import Letters

        Letters(self.guests).send(repository, entry)

    def _follow_owner(self, repository: Repository, entry: LogEntry) -> None:
        self.deciding.follow_owner(repository.records.numbers.format(entry.payload["record_id"]))


def _addresses(_repository: Repository, _actor: Actor, ids: Iterable[str]) -> dict[str, Shown]:
    """Only who takes part in a request is told its parties, and guests have agreed to that."""
    return {one: (one, "") for one in ids}


def _managers(_repository: Repository, _actor: Actor, ids: Iterable[str]) -> dict[str, Shown]:
    return {one: (_("those who manage the record"), "") for one in ids}
