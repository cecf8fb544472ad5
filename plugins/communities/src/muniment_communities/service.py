"""Communities: making, reading, changing, renaming and deleting them. Every way in goes through here."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from muniment.api import (
    Actor,
    Conflict,
    Gone,
    NotFound,
    PermissionDenied,
    Problem,
    Repository,
    RevisionMismatch,
    UnitOfWork,
    ValidationFailed,
    compared,
)
from muniment_communities.collections import Collections
from muniment_communities.community import PUBLIC, Community
from muniment_communities.events import CommunityChanged
from muniment_communities.figures import Statistics
from muniment_communities.invitations import Invitations
from muniment_communities.joining import Joining
from muniment_communities.lifecycle import Lifecycle
from muniment_communities.listing import Asked, Found, list_communities
from muniment_communities.log import note
from muniment_communities.logos import Logos
from muniment_communities.members import Members
from muniment_communities.models import CommunityRow, FormerSlug
from muniment_communities.page_parts import CommunityAction, CommunityTab
from muniment_communities.records import CommunityRecords
from muniment_communities.roles import NO_COMMUNITY, OWNER, Roles
from muniment_communities.schemas import checked, checked_slug
from muniment_communities.subcommunities import Subcommunities
from muniment_communities.theme import Grounds, checked_theme
from muniment_requests.api import RequestService

SLUG_TAKEN: Final = "A community with this identifier already exists."
HOLDS_PUBLIC: Final = "Records that everybody may see are in this community: take them out, or restrict them first."
_ID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


class CommunityService:
    """The communities of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        self.roles = Roles(repository)
        self.requests = RequestService(repository)
        self.members = Members(repository, self.roles)
        self.lifecycle = Lifecycle(self)
        self.subcommunities = Subcommunities(self)
        self.collections = Collections(self)
        self.statistics = Statistics(self)
        self.logos = Logos(self)
        self.invitations = Invitations(repository, self.roles, self.members)
        self.joining = Joining(repository, self.roles, self.members)
        self.records = CommunityRecords(repository, self.roles)

    def can(self, actor: Actor, community: Community, action: str) -> bool:
        """Whether the actor may ``read``, ``view``, ``curate``, ``manage`` or ``own``; see `roles`."""
        return self.roles.can(actor, community, action)

    def tabs(self, actor: Actor, community: Community) -> list[CommunityTab]:
        """The parts that plugins add to the pages of a community, for this reader."""
        found: list[CommunityTab] = self.repository.hooks.communities_tabs(community=community, actor=actor)
        return found

    def actions(self, actor: Actor, community: Community) -> list[CommunityAction]:
        """What plugins let this reader do for a community."""
        found: list[CommunityAction] = self.repository.hooks.communities_actions(community=community, actor=actor)
        return found

    def get(self, actor: Actor, name: str) -> Community:
        """The community with this id or slug, also a former one. Raises `NotFound`, for one that the actor may not
        know of too, and `Gone` with a tombstone."""
        community = self.found(name)
        if community is None or not self.roles.can(actor, community, "read"):
            raise NotFound(NO_COMMUNITY)
        if community.status != "P":
            tombstone = dict(community.tombstone or {})
            if not tombstone.get("is_visible", True):
                raise NotFound(NO_COMMUNITY)
            raise Gone(tombstone)
        return community

    def found(self, name: str) -> Community | None:
        """The community with this id or slug, whoever may see it; deleted ones too."""
        with self.database.read() as session:
            row = _row(session, name)
            return Community.of(row) if row is not None else None

    def named(self, ids: Iterable[str]) -> dict[str, Community]:
        """Communities by their ids, whoever may see them: one statement. Deleted ones are left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        statement = select(CommunityRow).where(CommunityRow.id.in_(wanted), CommunityRow.status == "P")
        with self.database.read() as session:
            return {row.id: Community.of(row) for row in session.execute(statement).scalars()}

    def list(self, actor: Actor, asked: Asked) -> Found:
        """The communities that the actor may know of, as far as `asked` goes."""
        if asked.own and not actor.is_authenticated:
            raise PermissionDenied()
        with self.database.read() as session:
            return list_communities(session, actor, asked, self.repository.now())

    def create(self, actor: Actor, sent: Mapping[str, Any]) -> Community:
        """Make a community that the actor owns. Raises `ValidationFailed` that names each field."""
        if actor.subject is None and not actor.is_system:
            raise PermissionDenied()
        content, theme = checked(sent), self._theme(sent)
        row = CommunityRow(
            id=str(uuid.uuid4()),
            theme=theme or {},
            parent=None,
            logo="",
            status="P",
            created_by=actor.subject,
            revision=1,
        )
        try:
            with self.database.write() as unit:
                _refuse_taken(unit.session, content["slug"])
                row.created = row.updated = unit.now
                _fill(row, content)
                unit.session.add(row)
                unit.session.flush()
                if actor.subject is not None:
                    self.members.add(unit, row.id, OWNER, subject=actor.subject)
                note(unit, actor, row.id, "created", slug=row.slug)
                unit.emit(CommunityChanged(row.id, actor.subject))
                return Community.of(row)
        except IntegrityError as error:
            raise _taken() from error

    def update(self, actor: Actor, name: str, sent: Mapping[str, Any], *, revision: int | None = None) -> Community:
        """Replace what a community says about itself, and its policies. What its records show of it follows in the
        background. Raises `PermissionDenied`, `ValidationFailed` and `RevisionMismatch`."""
        community = self.get(actor, name)
        self.roles.require(actor, community, "own")
        content, theme = checked(sent, slug=community.slug), self._theme(sent)
        with self.database.write() as unit:
            row = self.locked(unit, community.id)
            if revision is not None and revision != row.revision:
                raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({row.revision})")
            shown = _shown(row)
            if content["slug"].casefold() != row.slug_key:
                self._rename(unit, row, content["slug"])
            before = Community.of(row)
            _fill(row, content)
            row.theme = row.theme if theme is None else theme
            if row.visibility != PUBLIC and before.is_public and self.records.hold_public(unit.session, row.id):
                raise ValidationFailed(errors=[Problem("access.visibility", HOLDS_PUBLIC)])
            changed = sorted(_changes(before, Community.of(row)))
            self._touch(unit, actor, row, shown=shown)
            note(unit, actor, row.id, "changed", fields=changed)
            return Community.of(row)

    def rename(self, actor: Actor, name: str, slug: Any) -> Community:
        """Give a community another slug; addresses with the former one lead on."""
        community = self.get(actor, name)
        self.roles.require(actor, community, "own")
        wanted = checked_slug(slug)
        with self.database.write() as unit:
            row = self.locked(unit, community.id)
            shown, former = _shown(row), row.slug
            self._rename(unit, row, wanted)
            self._touch(unit, actor, row, shown=shown)
            note(unit, actor, row.id, "renamed", former=former, slug=wanted)
            return Community.of(row)

    def locked(self, unit: UnitOfWork, id: str) -> CommunityRow:
        """The row of a community that is there, for a change in this transaction. Raises `Conflict`."""
        row = unit.session.get(CommunityRow, id, with_for_update=True, populate_existing=True)
        if row is None or row.status != "P":
            raise Conflict("The community was deleted meanwhile.")
        return row

    def touched(self, unit: UnitOfWork, actor: Actor, row: CommunityRow, *, records: bool) -> None:
        """Count a change of a community in its revision; `records` when its records show what changed."""
        row.revision, row.updated = row.revision + 1, unit.now
        unit.session.flush()
        unit.emit(CommunityChanged(row.id, actor.subject, shown=records))

    def _theme(self, sent: Mapping[str, Any]) -> dict[str, Any] | None:
        """The theme that is sent, checked; None where nothing is said of it."""
        return checked_theme(sent["theme"], Grounds.of(self.repository.config.theme)) if "theme" in sent else None

    def _touch(self, unit: UnitOfWork, actor: Actor, row: CommunityRow, *, shown: Any) -> None:
        self.touched(unit, actor, row, records=_shown(row) != shown)

    def _rename(self, unit: UnitOfWork, row: CommunityRow, slug: str) -> None:
        former, row.slug = row.slug_key, slug
        if former == slug.casefold():
            return
        _refuse_taken(unit.session, slug, but=row.id)
        unit.session.execute(delete(FormerSlug).where(FormerSlug.slug_key == slug.casefold()))
        row.slug_key = slug.casefold()
        unit.session.add(FormerSlug(slug_key=former, community=row.id))


def _row(session: Session, name: str) -> CommunityRow | None:
    if len(name) > 100:
        return None
    if _ID.fullmatch(name.lower()):
        return session.get(CommunityRow, name.lower())
    key = name.casefold()
    former = select(FormerSlug.community).where(FormerSlug.slug_key == key)
    statement = select(CommunityRow).where(or_(CommunityRow.slug_key == key, CommunityRow.id.in_(former)))
    rows = list(session.execute(statement).scalars())
    return min(rows, key=lambda row: row.slug_key != key, default=None)


def _refuse_taken(session: Session, slug: str, but: str = "") -> None:
    key = slug.casefold()
    taken = session.execute(select(CommunityRow.id).where(CommunityRow.slug_key == key)).scalar()
    former = session.execute(select(FormerSlug.community).where(FormerSlug.slug_key == key)).scalar()
    if any(owner not in (None, but) for owner in (taken, former)):
        raise _taken()


def _taken() -> ValidationFailed:
    return ValidationFailed(errors=[Problem("slug", SLUG_TAKEN)])


def _fill(row: CommunityRow, content: Mapping[str, Any]) -> None:
    metadata, access = content["metadata"], dict(content["access"])
    stored = (row.document or {}).get("access", {})
    row.slug, row.slug_key = content["slug"], content["slug"].casefold()
    row.title, row.description = metadata["title"], metadata.get("description", "")
    row.type = (metadata.get("type") or {}).get("id", "")
    row.document = {"metadata": metadata, "access": {**stored, **access}}
    row.visibility = row.document["access"].get("visibility", PUBLIC)
    row.children_allowed = content["children"].get("allow", row.children_allowed or False)
    row.words = f"{compared(row.title)} {compared(row.slug)} {compared(row.description)}"


def _shown(row: CommunityRow) -> tuple[Any, ...]:
    """What records show of their community."""
    return row.slug, row.title, row.type, row.visibility, row.logo, row.verified is not None


def _changes(before: Community, after: Community) -> set[str]:
    found = {
        f"metadata.{name}" for name in {*before.metadata, *after.metadata} if _of(before, name) != _of(after, name)
    }
    found |= {f"access.{name}" for name, value in after.access.items() if before.access[name] != value}
    found |= {"theme"} if dict(before.theme) != dict(after.theme) else set()
    return found | ({"children.allow"} if before.children_allowed != after.children_allowed else set())


def _of(community: Community, name: str) -> Any:
    return community.metadata.get(name)
