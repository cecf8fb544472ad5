"""Reading and changing banners. Every process looks for changes once a second at most, so that pages cost nothing."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from muniment.access.actor import Actor
from muniment.builtin.banners.banner import Banner, BannerInput, banner_problems
from muniment.builtin.banners.models import BannerRow
from muniment.errors import Busy, NotFound, PermissionDenied, RevisionMismatch, ValidationFailed
from muniment.users.roles import ADMINISTRATION

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: How long a process may show what has changed, in seconds.
LOOK: Final = 1.0


class Board:
    """The banners as a process last saw them; one for all its generations."""

    def __init__(self) -> None:
        self._banners: list[Banner] = []
        self._next = 0.0

    def banners(self, read: Callable[[], list[Banner]]) -> list[Banner]:
        """What `read` answered a second ago at most. While the database is away, what it answered last."""
        moment = time.monotonic()
        if moment >= self._next:
            self._next = moment + LOOK
            try:
                self._banners = read()
            except (Busy, SQLAlchemyError) as error:
                log.warning("banners_not_read", error=type(error).__name__)
        return self._banners

    def look_again(self) -> None:
        """This process has changed them itself."""
        self._next = 0.0


class BannerService:
    """The banners of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database
        self.board: Board = repository.resources.get("banners", Board)

    def shown_to(self, actor: Actor) -> list[Banner]:
        """What `actor` sees at this moment, the oldest first."""
        now = self.repository.now()
        return [
            banner
            for banner in self.board.banners(self.all)
            if banner.state_at(now) == "shown" and banner.is_for(actor)
        ]

    def all(self) -> list[Banner]:
        """Every banner as it is now, the oldest first."""
        with self.database.read() as session:
            return [_banner(row) for row in session.execute(select(BannerRow).order_by(BannerRow.id)).scalars()]

    def get(self, number: int) -> Banner:
        """One banner as it is now; raises `NotFound`."""
        with self.database.read() as session:
            row = session.get(BannerRow, number)
        if row is None:
            raise NotFound("There is no such banner.")
        return _banner(row)

    def create(self, actor: Actor, banner: BannerInput) -> Banner:
        """Make a banner; raises `PermissionDenied`, and `ValidationFailed` that names the fields."""
        self._check(actor, banner)
        with self.database.write() as unit:
            row = BannerRow(created=unit.now, updated=unit.now, revision=1)
            _fill(row, banner)
            unit.session.add(row)
            unit.session.flush()
            unit.audit("banner.created", f"banner:{row.id}", actor, kind=banner.kind, audience=banner.audience)
            unit.on_commit(self.board.look_again)
        return _banner(row)

    def update(self, actor: Actor, number: int, banner: BannerInput, revision: int | None = None) -> Banner:
        """Replace a banner. Raises like `create`, `NotFound`, and `RevisionMismatch` when `revision` is not the present
        one."""
        self._check(actor, banner)
        with self.database.write() as unit:
            row = unit.session.get(BannerRow, number, with_for_update=True)
            if row is None:
                raise NotFound("There is no such banner.")
            if revision is not None and revision != row.revision:
                raise RevisionMismatch("Somebody else changed this banner meanwhile.")
            _fill(row, banner)
            row.revision, row.updated = row.revision + 1, unit.now
            unit.audit("banner.updated", f"banner:{number}", actor, kind=banner.kind, audience=banner.audience)
            unit.on_commit(self.board.look_again)
        return _banner(row)

    def delete(self, actor: Actor, number: int) -> None:
        """Remove a banner; raises `PermissionDenied` and `NotFound`."""
        self._require_administrator(actor)
        with self.database.write() as unit:
            row = unit.session.get(BannerRow, number)
            if row is None:
                raise NotFound("There is no such banner.")
            unit.session.delete(row)
            unit.audit("banner.deleted", f"banner:{number}", actor)
            unit.on_commit(self.board.look_again)

    def _check(self, actor: Actor, banner: BannerInput) -> None:
        self._require_administrator(actor)
        if problems := banner_problems(banner, self.repository.config.site.languages):
            raise ValidationFailed(errors=problems)

    def _require_administrator(self, actor: Actor) -> None:
        if not actor.can(ADMINISTRATION):
            raise PermissionDenied()


def _fill(row: BannerRow, banner: BannerInput) -> None:
    row.kind, row.audience, row.texts = banner.kind, banner.audience, dict(banner.texts)
    row.starts, row.ends = banner.starts, banner.ends


def _banner(row: BannerRow) -> Banner:
    return Banner(row.kind, row.audience, row.texts, row.starts, row.ends, row.id, row.revision)
