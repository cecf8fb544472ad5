"""Guests: people without an account, who confirm their address before anybody sees what they ask.

What a guest is told is the same whether the address has an account or has asked before: the difference is in the
letter, which only its owner reads.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from muniment.api import (
    ANONYMOUS,
    SYSTEM,
    Attempt,
    Conflict,
    Limit,
    MunimentError,
    NotFound,
    PermissionDenied,
    Problem,
    UnitOfWork,
    comparable_address,
    network_of,
    problem_with_address,
)
from muniment_access_requests.asking import NOT_OFFERED, AccessRequests, Target, line
from muniment_access_requests.events import GuestLetter
from muniment_access_requests.models import Guest
from muniment_requests.api import Request

LONGEST_NAME: Final = 200
LONGEST_ADDRESS: Final = 240
NO_NAME: Final = "Enter your name."
NO_CONSENT: Final = "The owner can decide only when your name and address may be shown to them."
TOO_LONG: Final = "Use an e-mail address of at most 240 characters."
ENDED: Final = "This address is wrong, or has ended. Ask anew on the page of the record."
OPEN_NOW: Final = "Nobody has to ask for access to this record any more, or nobody can."
#: Letters to one address, and attempts from one network.
_BY_ADDRESS: Final = (
    Limit("access-requests.address.hour", 3, timedelta(hours=1)),
    Limit("access-requests.address.day", 8, timedelta(days=1)),
)
_BY_NETWORK: Final = (
    Limit("access-requests.network.minute", 5, timedelta(minutes=1)),
    Limit("access-requests.network.day", 50, timedelta(days=1)),
)


@dataclass(frozen=True)
class Asked:
    """What a guest asks. `request` is None until the address is confirmed."""

    id: str
    number: str
    email: str
    full_name: str
    message: str
    language: str
    expires: datetime
    request: Request | None


class Guests:
    """The guests of one repository."""

    def __init__(self, asking: AccessRequests) -> None:
        self.asking = asking
        self.repository = asking.repository

    def ask(self, number: str, data: Mapping[str, Any], network: str, language: str) -> None:
        """Ask as a guest: `email`, `full_name`, `message`, `consent_to_share_personal_data`, `accept_conditions`.

        Nothing is shown to anybody until the address is confirmed. Raises `NotFound`, `PermissionDenied` where only
        people with an account may ask, `ValidationFailed`, and too many attempts as status 429.
        """
        target = self.asking.target(ANONYMOUS, number)
        if not target.options.guests:
            raise PermissionDenied(NOT_OFFERED)
        self.asking.refuse_needless(ANONYMOUS, target)
        email, name, message = self._checked(target, data)
        key = comparable_address(email)
        throttle = self.repository.users.throttle
        with self.repository.database.write() as unit:
            throttle.count(unit, [Attempt(_BY_NETWORK, network_of(network))] if network else [])
        with self.repository.database.write() as unit:
            try:
                throttle.count(unit, [Attempt(_BY_ADDRESS, key)])
            except MunimentError:
                return  # as if it was sent: whoever has the address has got letters enough
            self._write(unit, target, email, key, name, message, language)

    def _checked(self, target: Target, data: Mapping[str, Any]) -> tuple[str, str, str]:
        found: list[Problem] = []
        email = data.get("email")
        problem = problem_with_address(email, "email")
        if problem is not None:
            found.append(problem)
        elif len(str(email).strip()) > LONGEST_ADDRESS:
            found.append(Problem("email", TOO_LONG))
        name = line(found, data, "full_name", LONGEST_NAME, NO_NAME)
        if data.get("consent_to_share_personal_data") not in (True, "true", "1", "on"):
            found.append(Problem("consent_to_share_personal_data", NO_CONSENT))
        message = self.asking.checked(target.options, data, found)
        return str(email).strip(), name, message

    def _write(
        self, unit: UnitOfWork, target: Target, email: str, key: str, name: str, message: str, language: str
    ) -> None:
        """Remember what is asked; of what an address asks about a record twice before it is confirmed the last
        counts, and what waits for a decision is told again instead."""
        same = select(Guest).where(Guest.parent_id == target.parent.id, Guest.email_key == key, Guest.closed.is_(None))
        row = None
        for present in unit.session.execute(same.with_for_update()).scalars():
            if present.request is None:
                unit.session.delete(present)
            else:
                row = present
        if row is None:
            row = self._new(unit, target, email, key, name, message, language)
            unit.session.add(row)
        unit.session.flush()
        unit.emit(GuestLetter("confirm", row.id, unit.now.isoformat()))
        unit.audit("access_requests.guest_asked", f"parent:{target.parent.id}", ANONYMOUS, guest=row.id)

    def _new(
        self, unit: UnitOfWork, target: Target, email: str, key: str, name: str, message: str, language: str
    ) -> Guest:
        id = secrets.token_hex(16)
        return Guest(
            id=id,
            parent_id=target.parent.id,
            number=target.number,
            email=email,
            email_key=key,
            full_name=name,
            message=message,
            conditions=target.options.conditions,
            language=language[:35],
            token_hash=_hashed(self.token(id)),
            created=unit.now,
            expires=unit.now + timedelta(hours=self.asking.context.settings.confirm_hours),
        )

    def read(self, token: str) -> Asked:
        """What somebody with the link from the letter has asked; raises `NotFound` for any other, which the audit
        trail tells."""
        with self.repository.database.read() as session:
            row: Guest | None = session.execute(_of(token)).scalar_one_or_none()
        if row is None or self._has_ended(row):
            resource, reason = ("parent:none", "unknown") if row is None else (f"parent:{row.parent_id}", "expired")
            self.repository.audit.refused("access_requests.link_refused", resource, reason=reason)
            raise NotFound(ENDED)
        request = self.asking.requests.get(SYSTEM, row.request) if row.request else None
        return Asked(row.id, row.number, row.email, row.full_name, row.message, row.language, row.expires, request)

    def confirm(self, token: str) -> Asked:
        """Put the request before those who decide; a second time changes nothing. Raises `NotFound`, and `Conflict`
        when nobody can ask for this record any more."""
        asked = self.read(token)
        if asked.request is not None:
            return asked
        try:
            target = self.asking.target(ANONYMOUS, asked.number)
            self.asking.refuse_needless(ANONYMOUS, target)
        except MunimentError as error:
            raise Conflict(OPEN_NOW) from error
        if not target.options.guests:
            raise Conflict(OPEN_NOW)
        with self.repository.database.write() as unit:
            row = self._locked(unit.session, token)
            if row.request is None:
                row.request = self._submit(unit, row, target).id
        return self.read(token)

    def _submit(self, unit: UnitOfWork, row: Guest, target: Target) -> Request:
        told = {"email": row.email_key, "full_name": row.full_name}
        if row.conditions:
            told["accepted_conditions"] = row.conditions
        return self.asking.submit(
            unit, SYSTEM, target.parent, row.number, row.message, target.title, target.options, guest=told
        )

    def withdraw(self, token: str) -> None:
        """Take back what was asked: a request that is open is cancelled, what was not confirmed is forgotten."""
        asked = self.read(token)
        if asked.request is not None:
            self.asking.requests.act(SYSTEM, asked.request.id, "cancel", by=asked.request.creator)
            return
        with self.repository.database.write() as unit:
            unit.session.delete(self._locked(unit.session, token))

    def close(self, unit: UnitOfWork, request: Request, letter: str = "") -> None:
        """Remember in this transaction that it was decided, and have the guest told by a letter."""
        row = unit.session.execute(select(Guest).where(Guest.request == request.id).with_for_update()).scalar()
        if row is None or row.closed is not None:
            return
        row.closed = unit.now
        if letter:
            unit.emit(GuestLetter(letter, row.id, unit.now.isoformat()))

    def token(self, id: str) -> str:
        """The secret of the links in letters to a guest."""
        key = self.repository.instance.secret_key
        digest = hmac.digest(key, b"muniment access request " + id.encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(digest).decode().rstrip("=")

    def _locked(self, session: Session, token: str) -> Guest:
        row: Guest | None = session.execute(_of(token).with_for_update()).scalar_one_or_none()
        if row is None or self._has_ended(row):
            raise NotFound(ENDED)
        return row

    def _has_ended(self, row: Guest) -> bool:
        """Whether an address was not confirmed in time."""
        return row.request is None and row.expires <= self.repository.now()


def _of(token: str) -> Select[Any]:
    return select(Guest).where(Guest.token_hash == _hashed(token))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
