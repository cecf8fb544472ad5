"""The end of an account: asked for, waited for, taken back by signing in, carried out by the retention job.

What goes and what stays follows from the declarations of all parts. Published records stay, and so do the names in
their metadata; they belong to nobody or to an heir. Rows of the audit trail name the empty subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import structlog
from sqlalchemy import delete, select

from muniment.access.actor import SYSTEM, Actor
from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import Conflict, MunimentError, NotFound, Problem, ValidationFailed
from muniment.privacy.events import ErasureRequested, UserErased
from muniment.privacy.registry import Departure
from muniment.users.account_models import User
from muniment.users.email_addresses import normalize
from muniment.users.links import void_links
from muniment.users.roles import ADMINISTRATOR
from muniment.users.sessions import end_sessions

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)

#: How long a mail server that is away can put the end of an account off.
PATIENCE: Final = timedelta(days=1)


@dataclass(frozen=True)
class Consequences:
    """What the end of an account means: drafts that are discarded, published records that stay."""

    drafts: int
    published: int


class ErasureService:
    """Ending accounts for good. Who asks has proved who they are to the caller."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def consequences(self, user_id: int) -> Consequences:
        """What would go and what would stay."""
        counts = self.repository.records.count_uploads(user_id)
        return Consequences(counts["drafts"], counts["published"])

    def request(self, actor: Actor, user_id: int, address: object) -> User:
        """Have an account deleted after the waiting period; everything is signed out and its tokens stop working.

        `address` is the e-mail address of the account, typed by the person. Raises `ValidationFailed` when it is not,
        `Conflict` for the only administrator.
        """
        with self.database.write() as unit:
            user = self.repository.users.load(unit.session, user_id)
            if not isinstance(address, str) or normalize(address) != user.email_key:
                raise ValidationFailed(errors=[Problem("address", "This is not the e-mail address of your account.")])
            self._refuse_only_administrator(user_id)
            user.erase_at = unit.now + timedelta(days=self.repository.config.privacy.erase_days)
            user.pending_email, user.updated = None, unit.now
            user.revision += 1
            end_sessions(unit, user_id)
            void_links(unit, user_id)
            self.repository.users.request_letter(unit, user_id, "erasure-requested")
            unit.emit(ErasureRequested(user_id))
            unit.audit("user.request_erasure", f"user:{user_id}", actor)
        return user

    def erase(self, user_id: int, *, heir: int | None = None, actor: Actor = SYSTEM) -> None:
        """Delete an account now. `heir` gets its records, nobody without one.

        It can be called again after a failure in between: what is gone already is not missed. Whoever calls it tells
        the person (`farewell`). Raises `NotFound`, `Conflict` for the only administrator and for an heir who is the
        person.
        """
        self.repository.users.get(user_id)
        if heir == user_id:
            raise Conflict("Nobody can inherit from themselves.")
        if heir is not None:
            self.repository.users.get(heir)
        self._refuse_only_administrator(user_id)
        departure = Departure(user_id, heir)
        for category in self.repository.privacy.categories.values():
            if category.leave is not None:
                category.leave(self.repository, departure)
        with self.database.write() as unit:
            self._delete_rows(unit, user_id)
            unit.emit(UserErased(user_id, unit.now.isoformat(), heir))
            unit.audit("user.erase", f"user:{user_id}", actor, heir=heir)

    def run_due(self) -> int:
        """Delete the accounts whose waiting period is over; returns how many. One that fails waits for the next run."""
        now = self.repository.now()
        with self.database.read() as session:
            due = list(session.execute(select(User).where(User.erase_at <= now).order_by(User.subject_id)).scalars())
        done = 0
        for user in due:
            try:
                if self.farewell(user):
                    self.erase(user.subject_id)
                    done += 1
            except NotFound:
                continue  # its owner signed in, or another process was faster
            except MunimentError as error:
                log.warning("erasure_put_off", subject=user.subject_id, reason=error.message)
        return done

    def farewell(self, user: User) -> bool:
        """Tell the person that the account ends now, while the address is known.

        False when the mail server is away, unless the account has been due for longer than `PATIENCE`.
        """
        try:
            links = {"privacy_notice": f"{self.repository.config.site.url}/about/privacy"}
            self.repository.mail.send("account-erased", to=user.email, language=user.locale, links=links)
        except OSError as error:
            log.warning("farewell_not_sent", subject=user.subject_id, error=type(error).__name__)
            return user.erase_at is not None and self.repository.now() - user.erase_at > PATIENCE
        return True

    def _delete_rows(self, unit: UnitOfWork, user_id: int) -> None:
        """Delete the rows of every category that ends with the account; the account itself last."""
        account = None
        for category, store in self.repository.privacy.owned_tables():
            if category.erase != "delete":
                continue
            if store.model is User:
                account = store.model
                continue
            table = store.model.__table__
            unit.session.execute(delete(table).where(table.c[store.subject] == user_id))
        if account is not None:
            unit.session.execute(delete(account).where(account.subject_id == user_id))

    def _refuse_only_administrator(self, user_id: int) -> None:
        if self.repository.users.administrators() == {user_id}:
            raise Conflict(f"This is the only account with the role '{ADMINISTRATOR}'; give it to somebody else first.")
