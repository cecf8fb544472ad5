"""The plugin: ORCID as a provider of the plugin `oidc`, and what people let the site write to their ORCID record.

The subject is the iD, which ORCID has authenticated.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from flask_babel import lazy_gettext as _

from muniment.api import (
    BlueprintSpec,
    Category,
    EventHandler,
    Fragment,
    LogEntry,
    NavigationItem,
    PluginContext,
    RecordPart,
    Repository,
    Retention,
    Table,
    implements,
)
from muniment_orcid import pages
from muniment_orcid.claims import Claims
from muniment_orcid.employments import affiliation_of
from muniment_orcid.events import PermissionChanged, WorkDue
from muniment_orcid.models import Claim, Permission, Work
from muniment_orcid.permissions import ON, SCOPE, Permissions
from muniment_orcid.settings import Settings

_EVENTS = ("record.published", "record.changed", "record.deleted", "record.restored")


class Plugin:
    """Lets people sign in with ORCID, and adds their works to their ORCID record."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @cached_property
    def permissions(self) -> Permissions:
        return Permissions(self.context)

    @cached_property
    def claims(self) -> Claims:
        return Claims(self.context)

    @implements
    def oidc_providers(self) -> list[Mapping[str, Any]]:
        settings = self.context.settings
        return [
            {
                "name": "orcid",
                "title": "ORCID",
                "issuer": settings.url,
                "client_id": settings.client_id,
                "client_secret": settings.client_secret,
                "client_authentication": "client_secret_post",
                "icon": "orcid",
                "order": 50,
                "scopes": ("openid",),
                # The iD is shown as its whole address beside the icon, as ORCID asks.
                "profile_url": f"{settings.url}/{{subject}}",
                "more_claims": affiliation_of(settings.url),
                "grants": {"works": (SCOPE,)} if settings.works else {},
                "granted": self._granted,
                "unlinked": self._unlinked,
                "settings": "orcid.record",
            }
        ]

    def _granted(self, user_id: int, orcid: str, tokens: Mapping[str, Any]) -> None:
        self.permissions.keep(user_id, orcid, tokens)

    def _unlinked(self, user_id: int, orcid: str) -> None:
        self.permissions.unlinked(user_id, orcid)

    @implements
    def register_blueprints(self) -> list[BlueprintSpec]:
        return [pages.settings_pages(self), pages.claim_pages(self.claims), pages.control_pages(self)]

    @implements
    def register_nav(self) -> list[NavigationItem]:
        settings = NavigationItem(
            "settings", _("ORCID record"), "orcid.record", "authenticated", order=51, icon="file-text"
        )
        control = NavigationItem(
            "control",
            _("ORCID records"),
            "control_orcid.works",
            pages.ADMINISTRATION,
            56,
            icon="file-text",
            section="operation",
        )
        return [settings, control] if self.context.settings.works else []

    @implements
    def register_record_parts(self) -> list[RecordPart]:
        return [RecordPart("ext.orcid", dump=self.claims.dump)]

    @implements
    def render_slot(self, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
        return pages.fragments(self.claims, slot, context)

    @implements
    def register_event_handlers(self) -> list[EventHandler]:
        return [
            EventHandler("orcid.notice", _EVENTS, self._notice),
            EventHandler("orcid.deliver", (WorkDue.name, PermissionChanged.name), self._deliver, attempts=6),
            EventHandler("orcid.catch-up", ("plugins.changed",), self._switched),
        ]

    def _notice(self, repository: Repository, entry: LogEntry) -> None:
        """A record changed: let those have it on their ORCID record who want that. Nothing is asked of ORCID here."""
        parent_id = int(entry.payload["parent_id"])
        handle = repository.records.parents([parent_id]).get(parent_id)
        people = self.permissions.holders(parent_id) | (
            {handle.owner} if handle is not None and handle.owner else set()
        )
        wanting = [user_id for user_id in people if (row := self.permissions.find(user_id)) and row.state == ON]
        if wanting:
            with repository.database.write() as unit:
                for user_id in sorted(wanting):
                    unit.emit(WorkDue(user_id, parent_id))

    def _deliver(self, _repository: Repository, entry: LogEntry) -> None:
        # What talks to ORCID brings XML and an HTTP client, which web processes never need.
        from muniment_orcid.delivering import Delivering

        Delivering(self.context).follow(entry)

    def _switched(self, repository: Repository, entry: LogEntry) -> None:
        """What was published while the plugin or its adding of works was off is told when it is on again."""
        if entry.payload.get("plugin") == self.context.name and entry.payload.get("change") in ("enabled", "setting"):
            with repository.database.write() as unit:
                for user_id in self.permissions.everybody():
                    unit.emit(PermissionChanged(user_id))

    @implements
    def privacy_categories(self) -> list[Category]:
        return [
            Category(
                id="orcid.works",
                label="Works added to your ORCID record",
                fields=("ORCID iD", "encrypted permission of ORCID", "which works were added, with ORCID's numbers"),
                purposes=("add_works_to_orcid",),
                basis="consent",
                source=("identity_provider",),
                owner="orcid",
                stores=(Table(Permission, subject="user_id"), Table(Work, subject="user_id")),
                retention=Retention(until=("account.deleted", "permission.ended")),
            ),
            Category(
                id="orcid.claims",
                label="Creators that you said are you",
                fields=("ORCID iD", "record", "time"),
                purposes=("show_proved_authorship",),
                basis="consent",
                source=("identity_provider",),
                owner="orcid",
                stores=(Table(Claim, subject="user_id"),),
                retention=Retention(until=("account.deleted",)),
            ),
        ]
