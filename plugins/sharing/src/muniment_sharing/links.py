"""Secret links: whoever has one sees the record, or edits it once signed in, until its last day or until it is revoked.

A token is the keyed hash of the link's id: managers can be shown it again, and neither the database nor a copy of it
holds any.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import or_, select

from muniment.api import Actor, Conflict, NotFound, ParentHandle, PluginContext, UnitOfWork
from muniment_sharing import checks
from muniment_sharing.models import Link

NOT_FOUND: Final = "No secret link found with the given ID."
#: As many as anybody could tell apart.
MOST: Final = 100
_LONGEST_DESCRIPTION: Final = 255


@dataclass(frozen=True)
class SecretLink:
    """A link as managers see it."""

    id: str
    parent_id: int
    permission: str
    blind: bool
    description: str
    origin: str | None
    token: str
    expires: date | None
    created: datetime
    over: bool

    def document(self) -> dict[str, Any]:
        """The JSON of the REST API; `hide_authors` is this plugin's own."""
        return {
            "id": self.id,
            "created_at": self.created.isoformat(timespec="microseconds"),
            "expires_at": self.expires.isoformat() if self.expires else None,
            "permission": self.permission,
            "description": self.description,
            "origin": self.origin,
            "hide_authors": self.blind,
            "token": self.token,
        }


class Links:
    """The links of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def today(self) -> date:
        """The day in the site's time zone."""
        repository = self.context.repository
        return repository.now().astimezone(repository.config.site.zone).date()

    def list(self, actor: Actor, number: str) -> list[SecretLink]:
        """The links of a record, the oldest first, for who may manage it."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.read() as session:
            rows = session.execute(
                select(Link).where(Link.parent_id == parent.id, Link.revoked.is_(None)).order_by(Link.created, Link.id)
            ).scalars()
            return [self._shown(row) for row in rows]

    def get(self, actor: Actor, number: str, link_id: str) -> SecretLink:
        """One link; raises `NotFound`."""
        for link in self.list(actor, number):
            if link.id == link_id:
                return link
        raise NotFound(NOT_FOUND)

    def create(self, actor: Actor, number: str, data: Mapping[str, Any], *, origin: str | None = None) -> SecretLink:
        """A new link from `permission`, `expires_at`, `description` and `hide_authors`; `origin` says what made it."""
        records = self.context.repository.records
        parent = records.parent_for(actor, number)
        found = checks.Findings()
        values = self._values(found, data)
        found.done()
        link_id = secrets.token_hex(16)
        with self.context.repository.database.write() as unit:
            present = select(Link.id).where(Link.parent_id == parent.id, Link.revoked.is_(None))
            if len(unit.session.execute(present).all()) >= MOST:
                raise Conflict(f"A record has {MOST} links at most; revoke one that nobody needs.")
            row = Link(
                id=link_id,
                parent_id=parent.id,
                origin=origin,
                token_hash=hashed(self._token(link_id)),
                created=unit.now,
                created_by=actor.subject,
                **values,
            )
            unit.session.add(row)
            unit.audit("link.created", _resource(parent), actor, link=link_id, **_told(row))
            return self._shown(row)

    def create_in(
        self,
        unit: UnitOfWork,
        actor: Actor,
        parent_id: int,
        permission: str,
        *,
        expires: date | None,
        description: str,
        origin: str,
    ) -> str:
        """A link that another plugin makes for somebody, in this transaction; returns its id."""
        link_id = secrets.token_hex(16)
        row = Link(
            id=link_id,
            parent_id=parent_id,
            permission=permission,
            blind=False,
            description=description[:_LONGEST_DESCRIPTION],
            origin=origin,
            token_hash=hashed(self._token(link_id)),
            expires=expires,
            created=unit.now,
            created_by=actor.subject,
        )
        unit.session.add(row)
        unit.audit("link.created", f"parent:{parent_id}", actor, link=link_id, origin=origin, **_told(row))
        return link_id

    def made_for(self, origin: str) -> SecretLink | None:
        """The link that was made for something, by its origin, while it opens anything."""
        statement = select(Link).where(Link.origin == origin, Link.revoked.is_(None)).limit(1)
        with self.context.repository.database.read() as session:
            row = session.execute(statement).scalars().first()
            found = self._shown(row) if row is not None else None
        return found if found is not None and not found.over else None

    def update(self, actor: Actor, number: str, link_id: str, data: Mapping[str, Any]) -> SecretLink:
        """Change what `data` names of a link."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.write() as unit:
            row = unit.session.get(Link, checks.row_id(link_id), with_for_update=True)
            if row is None or row.parent_id != parent.id or row.revoked is not None:
                raise NotFound(NOT_FOUND)
            found = checks.Findings()
            stored = self._shown(row).document()
            values = self._values(found, {**stored, **data}, keeps=row.expires if "expires_at" not in data else None)
            found.done()
            for name, value in values.items():
                setattr(row, name, value)
            unit.audit("link.changed", _resource(parent), actor, link=link_id, **_told(row))
            return self._shown(row)

    def revoke(self, actor: Actor, number: str, link_id: str) -> None:
        """End a link at once; raises `NotFound`."""
        parent = self.context.repository.records.parent_for(actor, number)
        with self.context.repository.database.write() as unit:
            row = unit.session.get(Link, checks.row_id(link_id), with_for_update=True)
            if row is None or row.parent_id != parent.id or row.revoked is not None:
                raise NotFound(NOT_FOUND)
            row.revoked = unit.now
            unit.audit("link.revoked", _resource(parent), actor, link=link_id)

    def opened_by(self, tokens: Iterable[str]) -> Sequence[Link]:
        """The links that these tokens open now, with one statement."""
        wanted = [hashed(token) for token in tokens]
        if not wanted:
            return []
        valid = or_(Link.expires.is_(None), Link.expires >= self.today)
        with self.context.repository.database.read() as session:
            statement = select(Link).where(Link.token_hash.in_(wanted), Link.revoked.is_(None), valid)
            return list(session.execute(statement).scalars())

    def found_by(self, token: str) -> Link | None:
        """The link of a token whatever became of it."""
        with self.context.repository.database.read() as session:
            return session.execute(select(Link).where(Link.token_hash == hashed(token))).scalar_one_or_none()

    def of_parents(self, parent_ids: Sequence[int]) -> dict[int, list[dict[str, Any]]]:
        """What the JSON of records tells managers: the links without their tokens."""
        found: dict[int, list[dict[str, Any]]] = {number: [] for number in parent_ids}
        statement = select(Link).where(Link.parent_id.in_(parent_ids), Link.revoked.is_(None))
        with self.context.repository.database.read() as session:
            for row in session.execute(statement.order_by(Link.created, Link.id)).scalars():
                document = self._shown(row).document()
                del document["token"]
                found[row.parent_id].append(document)
        return found

    def reason_against(self, link: Link | None, parent_id: int | None) -> str:
        """Why a link does not open anything of this parent; empty when it does."""
        if link is None:
            return "unknown"
        if link.parent_id != parent_id:
            return "foreign"
        if link.revoked is not None:
            return "revoked"
        return "expired" if link.expires is not None and link.expires < self.today else ""

    def _values(self, found: checks.Findings, data: Mapping[str, Any], keeps: date | None = None) -> dict[str, Any]:
        longest = self.context.settings.longest_link_days
        permission = checks.permission(found, data.get("permission"), checks.LINK_PERMISSIONS)
        blind = checks.flag(data.get("hide_authors"))
        if blind and permission == "edit":
            found.add("hide_authors", "Whoever edits a record sees who made it: choose view or preview.")
        return {
            "permission": permission,
            "blind": blind,
            "description": checks.text(found, data.get("description"), _LONGEST_DESCRIPTION, "description"),
            "expires": keeps or checks.last_day(found, data.get("expires_at"), self.today, longest),
        }

    def _shown(self, row: Link) -> SecretLink:
        return SecretLink(
            row.id,
            row.parent_id,
            row.permission,
            row.blind,
            row.description,
            row.origin,
            self._token(row.id),
            row.expires,
            row.created,
            over=row.expires is not None and row.expires < self.today,
        )

    def _token(self, link_id: str) -> str:
        key = self.context.repository.instance.secret_key
        digest = hmac.digest(key, b"muniment sharing link " + link_id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def hashed(token: str) -> str:
    """What the database keeps of a token; it has 256 bits that nobody can guess."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def _resource(parent: ParentHandle) -> str:
    return f"parent:{parent.id}"


def _told(row: Link) -> dict[str, Any]:
    expires = row.expires.isoformat() if row.expires else None
    return {"permission": row.permission, "expires": expires, "hide_authors": row.blind}
