"""What the plugin holds about people, why and until when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, or_, select

from muniment.api import Category, Departure, NotFound, Repository, Retention, Table, UnitOfWork
from muniment_sharing.models import OPEN, Grant, Invitation, Link, Offer

#: What has ended stays so long, so that it can be said what became of it.
KEPT: Final = timedelta(days=30)


def _(text: str) -> str:
    """Marks a text for translators; the privacy notice looks it up when it is shown."""
    return text


def categories() -> list[Category]:
    return [
        Category(
            id="sharing.given",
            label=_("Secret links"),
            fields=(_("links to one's records"), _("who made them")),
            purposes=("provide_service",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="sharing",
            stores=(Table(Link, subject="created_by"),),
            retention=Retention(until=("link.expired + P30D",), sweep=_sweep_links),
            erase="pseudonymise",
        ),
        Category(
            id="sharing.received",
            label=_("Records shared with somebody"),
            fields=(_("which records somebody has access to"), _("who gave it")),
            purposes=("provide_service",),
            basis="legitimate_interest",
            source=("user_input",),
            owner="sharing",
            stores=(Table(Grant, subject="subject_id"),),
            retention=Retention(until=("account.deleted", "grant.expired + P30D"), sweep=_sweep_grants),
            transfers=(_("those who manage the record"),),
        ),
        Category(
            id="sharing.invitations",
            label=_("Invitations to records"),
            fields=(_("e-mail addresses of people who were invited"), _("who invited them")),
            purposes=("provide_service", "communicate"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="sharing",
            stores=(Table(Invitation, subject="invited_by"),),
            retention=Retention(until=("account.deleted", "invitation.ended + P30D"), sweep=_sweep_invitations),
            transfers=(_("those who manage the record"),),
            export=_invited,
            leave=_forget_address,
        ),
        Category(
            id="sharing.offers",
            label=_("Records that change hands"),
            fields=(_("e-mail addresses of people to whom a record was offered"), _("who offered it")),
            purposes=("provide_service", "communicate"),
            basis="legitimate_interest",
            source=("user_input",),
            owner="sharing",
            stores=(Table(Offer, subject="giver"),),
            retention=Retention(until=("account.deleted", "offer.ended + P30D"), sweep=_sweep_offers),
            transfers=(_("those who manage the record"),),
        ),
    ]


def _sweep_links(unit: UnitOfWork) -> int:
    over = unit.now - KEPT
    ended = or_(Link.revoked < over, Link.expires < over.date())
    return _removed(unit, delete(Link).where(ended))


def _sweep_grants(unit: UnitOfWork) -> int:
    return _removed(unit, delete(Grant).where(Grant.expires < (unit.now - KEPT).date()))


def _sweep_invitations(unit: UnitOfWork) -> int:
    over = unit.now - KEPT
    ended = or_(Invitation.expires < over.date(), (Invitation.state != OPEN) & (Invitation.created < over))
    return _removed(unit, delete(Invitation).where(ended))


def _sweep_offers(unit: UnitOfWork) -> int:
    over = unit.now - KEPT
    ended = or_(Offer.expires < over.date(), (Offer.state != OPEN) & (Offer.created < over))
    return _removed(unit, delete(Offer).where(ended))


def _removed(unit: UnitOfWork, statement: Any) -> int:
    return int(unit.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _invited(repository: Repository, subject: int) -> Iterable[tuple[str, Any]]:
    """What others wrote the person's address into: no subject column finds it."""
    key = repository.users.get(subject).email_key
    with repository.database.read() as session:
        invitations = session.execute(select(Invitation).where(Invitation.email_key == key)).scalars()
        received = [
            {"permission": row.permission, "state": row.state, "created": row.created.isoformat()}
            for row in invitations
        ]
        offers = session.execute(select(Offer).where(Offer.email_key == key)).scalars()
        offered = [{"state": row.state, "created": row.created.isoformat()} for row in offers]
    if received:
        yield "received-invitations.json", received
    if offered:
        yield "received-offers.json", offered


def _forget_address(repository: Repository, departure: Departure) -> None:
    """Invitations and offers to the address of somebody who leaves."""
    try:
        key = repository.users.get(departure.subject).email_key
    except NotFound:
        return
    with repository.database.write() as unit:
        unit.session.execute(delete(Invitation).where(Invitation.email_key == key))
        unit.session.execute(delete(Offer).where(Offer.email_key == key))
