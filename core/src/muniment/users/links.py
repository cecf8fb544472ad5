"""One-time links: mailed to people or printed for operators, stored as hashes, good for one purpose and one use."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from muniment.db.unit_of_work import UnitOfWork
from muniment.errors import InvalidRequest
from muniment.users.account_models import User
from muniment.users.credential_models import OneTimeLink
from muniment.users.email_addresses import normalize
from muniment.users.secrets import hash_secret, new_secret

CONFIRM_EMAIL: Final = "confirm-email"
RESET_PASSWORD: Final = "reset-password"
SET_PASSWORD: Final = "set-password"
INVITE: Final = "invite"
CHANGE_EMAIL: Final = "change-email"

#: How long a link can be used, and the page that takes it.
LIFETIMES: Final = {
    CONFIRM_EMAIL: timedelta(hours=72),
    RESET_PASSWORD: timedelta(hours=2),
    SET_PASSWORD: timedelta(hours=72),
    INVITE: timedelta(days=7),
    CHANGE_EMAIL: timedelta(hours=24),
}
PAGES: Final = {
    CONFIRM_EMAIL: "/confirm",
    RESET_PASSWORD: "/reset-password",
    SET_PASSWORD: "/set-password",
    INVITE: "/set-password",
    CHANGE_EMAIL: "/confirm-address",
}
USED: Final = "This link has been used already."
#: Used and expired links are remembered this long, to say what happened instead of "unknown".
REMEMBERED = timedelta(days=7)


class LinkRefused(InvalidRequest):
    """The link is unknown, was used, is too old, or belongs to an address that has changed since."""

    default_message = "This link is not valid any more. Ask for a new one."

    def __init__(self, why: str = "unknown", subject: int | None = None) -> None:
        """`why` (unknown, used, expired, moved, taken, unusable, domain) and whose it is are for the audit trail."""
        super().__init__(USED if why == "used" else None)
        self.why, self.subject = why, subject


def create_link(unit: UnitOfWork, user: User, purpose: str, site_url: str) -> str:
    """The address of a new link; earlier ones for the same purpose are void from now on.

    `site_url` comes from the configuration, never from a request's Host header (CVE-2019-1020006).
    """
    secret = new_secret()
    void_links(unit, user.subject_id, purpose)
    unit.session.add(
        OneTimeLink(
            token_hash=hash_secret(secret),
            user_id=user.subject_id,
            purpose=purpose,
            email_key=_bound_to(user, purpose),
            created=unit.now,
            expires=unit.now + LIFETIMES[purpose],
        )
    )
    unit.session.flush()
    return f"{site_url}{PAGES[purpose]}?{urlencode({'token': secret})}"


def check_link(session: Session, secret: str, purposes: tuple[str, ...], now: datetime) -> tuple[OneTimeLink, User]:
    """The link and its user; raises `LinkRefused`."""
    row = session.execute(
        select(OneTimeLink, User)
        .join(User, User.subject_id == OneTimeLink.user_id)
        .where(OneTimeLink.token_hash == hash_secret(secret))
    ).first()
    if row is None or row[0].purpose not in purposes:
        raise LinkRefused()
    link, user = row
    if link.used_at is not None:
        raise LinkRefused("used", user.subject_id)
    if link.expires <= now:
        raise LinkRefused("expired", user.subject_id)
    if link.email_key != _bound_to(user, link.purpose):
        raise LinkRefused("moved", user.subject_id)
    if not user.active or user.blocked_at is not None:
        raise LinkRefused("unusable", user.subject_id)
    return link, user


def use_link(unit: UnitOfWork, secret: str, purposes: tuple[str, ...]) -> tuple[OneTimeLink, User]:
    """Like `check_link`, and the link cannot be used again once the transaction is committed."""
    link, user = check_link(unit.session, secret, purposes, unit.now)
    unit.session.refresh(link, with_for_update=True)
    if link.used_at is not None:
        raise LinkRefused("used", user.subject_id)
    link.used_at = unit.now
    return link, user


def void_links(unit: UnitOfWork, user_id: int, *purposes: str) -> None:
    """Forget unused links of an account: those for `purposes`, or all."""
    statement = delete(OneTimeLink).where(OneTimeLink.user_id == user_id, OneTimeLink.used_at.is_(None))
    if purposes:
        statement = statement.where(OneTimeLink.purpose.in_(purposes))
    unit.session.execute(statement)


def sweep_links(unit: UnitOfWork) -> int:
    """Remove links that expired or were used a week ago; returns how many."""
    before = unit.now - REMEMBERED
    result = unit.session.execute(
        delete(OneTimeLink).where((OneTimeLink.expires < before) | (OneTimeLink.used_at < before))
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def _bound_to(user: User, purpose: str) -> str:
    """The address that a link is good for: the one it is mailed to."""
    if purpose == CHANGE_EMAIL:
        return normalize(user.pending_email or "")
    return user.email_key
