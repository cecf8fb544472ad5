"""Domains of e-mail addresses: whose accounts are welcome, whose wait for approval, and whose are refused."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import ColumnElement, Select, case, func, literal, or_, select, union
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.db.inserting import insert_missing
from muniment.errors import (
    InvalidRequest,
    NotFound,
    PermissionDenied,
    Problem,
    RevisionMismatch,
    ValidationFailed,
)
from muniment.users.account_models import User
from muniment.users.domain_fields import Domain, DomainInput, DomainPage, check_input, check_name
from muniment.users.domain_models import EmailDomain
from muniment.users.email_addresses import domain_of
from muniment.users.roles import MODERATION

if TYPE_CHECKING:
    from muniment.repository import Repository

WINDOW: Final = 10_000
LISTED: Final = "This domain is listed already."
REFUSED: Final = "This site takes no accounts with addresses of this domain."

#: What `site.unlisted_domains` says, as the status of a domain.
_UNLISTED: Final = {"open": "new", "moderated": "moderated", "blocked": "blocked"}

_COUNTED: Final[Mapping[str, ColumnElement[bool]]] = {
    "active": User.active.is_(True),
    "inactive": User.active.is_(False),
    "confirmed": User.confirmed_at.is_not(None),
    "verified": User.verified_at.is_not(None),
    "blocked": User.blocked_at.is_not(None),
}
#: The orders of lists, with InvenioRDM's names.
ORDERS: Final = ("domain", "newest", "oldest", "updated", "num-users", *(f"num-{name}" for name in _COUNTED))


class EmailDomains:
    """The domains that operators have said something about, and those that accounts have."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    # What holds for an address --------------------------------------------------------------------------------

    def status_of(self, session: Session, address: str) -> str:
        """The status that holds for an address: of its domain, else of the nearest one above it, else the site's."""
        labels = domain_of(address).split(".")
        names = [".".join(labels[start:]) for start in range(len(labels))]
        said = select(EmailDomain.domain, EmailDomain.status).where(
            EmailDomain.domain.in_(names), EmailDomain.status != "new"
        )
        found = {row.domain: row.status for row in session.execute(said)}
        nearest = next((found[name] for name in names if name in found), None)
        return nearest or _UNLISTED[self.repository.config.site.unlisted_domains]

    def problem_with(self, address: str) -> Problem | None:
        """That nobody may sign up with an address of this domain, or None."""
        with self.database.read() as session:
            blocked = self.status_of(session, address) == "blocked"
        return Problem("email", REFUSED, code="domain") if blocked else None

    # What operators see and say -------------------------------------------------------------------------------

    def search(
        self,
        actor: Actor,
        q: str = "",
        *,
        status: str = "",
        flagged: bool | None = None,
        sort: str = "",
        page: int = 1,
        size: int = 25,
    ) -> DomainPage:
        """Domains whose names contain every word of `q`, those of accounts too; for moderators.

        Raises `PermissionDenied`, and `InvalidRequest` beyond the window.
        """
        _require_moderator(actor)
        if page < 1 or size < 1 or page * size > WINDOW:
            raise InvalidRequest("Invalid querystring parameters.")
        order = sort if sort in ORDERS else "domain"
        statement = self._listed(q, status, flagged)
        ordered = _ordered(statement, order).limit(size).offset((page - 1) * size)
        with self.database.read() as session:
            total = session.execute(select(func.count()).select_from(statement.subquery())).scalar_one()
            names = [row.name for row in session.execute(ordered)]
            return DomainPage(self._read(session, names), total, page, size, order)

    def get(self, actor: Actor, name: str) -> Domain:
        """One domain; raises `PermissionDenied`, and `NotFound` for one that nobody has and nobody spoke of."""
        _require_moderator(actor)
        with self.database.read() as session:
            found = self._read(session, [_known_name(name)])[0]
        if found.created is None and not found.accounts["users"]:
            raise NotFound("There is no such domain.")
        return found

    def create(self, actor: Actor, data: Mapping[str, Any]) -> Domain:
        """Say something about a domain of which nobody did yet; raises `PermissionDenied` and `ValidationFailed`."""
        _require_moderator(actor)
        name, problems = check_name(data.get("domain"))
        wanted, more = check_input(data)
        if problems + more:
            raise ValidationFailed(errors=problems + more)
        return self._save(actor, name, wanted, new=True)

    def update(self, actor: Actor, name: str, data: Mapping[str, Any], revision: int | None = None) -> Domain:
        """Replace what is said about a domain, or say something about one that accounts have.

        Raises `PermissionDenied`, `NotFound`, `ValidationFailed` and, when `revision` is not the present one,
        `RevisionMismatch`.
        """
        present = self.get(actor, name)
        wanted, problems = check_input(data)
        if problems:
            raise ValidationFailed(errors=problems)
        return self._save(actor, present.name, wanted, revision)

    def delete(self, actor: Actor, name: str, revision: int | None = None) -> None:
        """Take back what was said about a domain; its accounts stay as they are. Raises like `update`."""
        _require_moderator(actor)
        with self.database.write() as unit:
            row = unit.session.get(EmailDomain, _known_name(name), with_for_update=True)
            if row is None:
                raise NotFound("There is no such domain.")
            _compare(row.revision, revision)
            unit.session.delete(row)
            unit.audit("domain.delete", f"domain:{row.domain}", actor, status=row.status)

    def _save(
        self, actor: Actor, name: str, wanted: DomainInput, revision: int | None = None, *, new: bool = False
    ) -> Domain:
        with self.database.write() as unit:
            row = unit.session.get(EmailDomain, name, with_for_update=True)
            values = {
                "status": wanted.status,
                "category": wanted.category,
                "flagged": wanted.flagged,
                "flagged_source": wanted.flagged_source,
                "org": [dict(item) for item in wanted.org],
                "updated": unit.now,
            }
            if row is None:
                insert_missing(unit.session, EmailDomain, domain=name, revision=0, created=unit.now, **values)
                row = unit.session.get_one(EmailDomain, name, with_for_update=True)
            if new and row.revision:
                raise ValidationFailed(errors=[Problem("domain", LISTED, code="taken")])
            _compare(row.revision, revision)
            before = row.status if row.revision else "new"
            for column, value in values.items():
                setattr(row, column, value)
            row.revision += 1
            action = "domain.create" if row.revision == 1 else "domain.update"
            unit.audit(action, f"domain:{name}", actor, status=wanted.status, before=before)
            unit.session.flush()
            return self._read(unit.session, [name])[0]

    # Reading --------------------------------------------------------------------------------------------------

    def _listed(self, q: str, status: str, flagged: bool | None) -> Select[Any]:
        counts = _counts().subquery("counts")
        names = union(select(EmailDomain.domain.label("name")), select(User.domain).where(User.domain != "")).subquery(
            "names"
        )
        columns: list[Any] = [names.c.name, EmailDomain.created, EmailDomain.updated, *_zeroed(counts)]
        statement: Select[Any] = (
            select(*columns)
            .select_from(names)
            .outerjoin(EmailDomain, EmailDomain.domain == names.c.name)
            .outerjoin(counts, counts.c.domain == names.c.name)
        )
        for word in q[:200].replace("\0", " ").casefold().split()[:10]:
            statement = statement.where(names.c.name.contains(word, autoescape=True))
        if status:
            said = EmailDomain.status == status
            statement = statement.where(or_(said, EmailDomain.status.is_(None)) if status == "new" else said)
        if flagged is not None:
            statement = statement.where(func.coalesce(EmailDomain.flagged, False) == literal(flagged))
        return statement

    def _read(self, session: Session, names: list[str]) -> list[Domain]:
        """The domains of these names, in their order."""
        rows = session.execute(select(EmailDomain).where(EmailDomain.domain.in_(names))).scalars()
        said = {row.domain: row for row in rows}
        counted = session.execute(_counts().where(User.domain.in_(names))).mappings()
        accounts = {row["domain"]: {name: int(row[name] or 0) for name in ("users", *_COUNTED)} for row in counted}
        return [_domain(name, said.get(name), accounts.get(name)) for name in names]


def _counts() -> Select[Any]:
    """How many accounts there are of each domain, and in which states."""
    columns: list[Any] = [User.domain.label("domain"), func.count().label("users")]
    columns += [func.sum(case((condition, 1), else_=0)).label(name) for name, condition in _COUNTED.items()]
    return select(*columns).group_by(User.domain)


def _zeroed(counts: Any) -> Iterable[ColumnElement[int]]:
    return [func.coalesce(counts.c[name], 0).label(name) for name in ("users", *_COUNTED)]


def _ordered(statement: Select[Any], order: str) -> Select[Any]:
    columns = statement.selected_columns
    if order == "newest":
        return statement.order_by(EmailDomain.created.desc().nulls_last(), columns.name)
    if order == "oldest":
        return statement.order_by(EmailDomain.created.nulls_last(), columns.name)
    if order == "updated":
        return statement.order_by(EmailDomain.updated.desc().nulls_last(), columns.name)
    if order.startswith("num-"):
        return statement.order_by(columns[order.removeprefix("num-")].desc(), columns.name)
    return statement.order_by(columns.name)


def _domain(name: str, row: EmailDomain | None, accounts: Mapping[str, int] | None) -> Domain:
    counted = accounts or dict.fromkeys(("users", *_COUNTED), 0)
    if row is None:
        return Domain(name=name, accounts=counted)
    return Domain(
        row.status,
        row.category,
        row.flagged,
        row.flagged_source,
        tuple(row.org),
        name=name,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
        accounts=counted,
    )


def _known_name(name: str) -> str:
    found, problems = check_name(name)
    if problems:
        raise NotFound("There is no such domain.")
    return found


def _compare(present: int, revision: int | None) -> None:
    if revision is not None and revision != present:
        raise RevisionMismatch(f"Revision id provided({revision}) doesn't match record's one({present})")


def _require_moderator(actor: Actor) -> None:
    if not actor.can(MODERATION):
        raise PermissionDenied()
