"""Browsers on their way to a provider and back, and what is known of people until they have an account."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import delete, select

from muniment.api import Attempt, Limit, NotFound, Repository, UnitOfWork, network_of
from muniment_oidc.models import Arrival, Journey
from muniment_oidc.providers import Provider
from muniment_oidc.refusals import Refused

#: How long signing in at the provider may take, how long the page with what it told waits, and how long an address may
#: wait for its confirmation.
SIGNING_IN: Final = timedelta(minutes=15)
WAITING: Final = timedelta(minutes=30)
CONFIRMING: Final = timedelta(hours=24)

#: Browsers that one network may send to providers: each leaves a row, and a class of students is one network.
BEGINNING: Final = (
    Limit("oidc.begin.minute", 60, timedelta(minutes=1)),
    Limit("oidc.begin.day", 3000, timedelta(days=1)),
)


def new_secret() -> str:
    """256 random bits, safe in addresses and cookies."""
    return secrets.token_urlsafe(32)


def hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


class Journeys:
    """The rows of one repository; secrets are in them as hashes only."""

    def __init__(self, repository: Repository) -> None:
        self.database = repository.database
        self.throttle = repository.users.throttle

    def begin(
        self, provider: Provider, browser: str, next_path: str, network: str = "", *, again: bool = False
    ) -> tuple[str, str, str]:
        """State, nonce and verifier for a browser (its secret) that leaves for a provider.

        Raises `TooManyRequests` when too many leave from one `network`.
        """
        state, nonce, verifier = new_secret(), new_secret(), new_secret()
        with self.database.write() as unit:
            self.throttle.count(unit, [Attempt(BEGINNING, network_of(network))] if network else [])
            sweep(unit)
            unit.session.add(
                Journey(
                    provider=provider.name,
                    state_hash=hashed(state),
                    browser_hash=hashed(browser),
                    nonce=nonce,
                    verifier=verifier,
                    next=next_path,
                    expires=unit.now + SIGNING_IN,
                    again=again,
                )
            )
        return state, nonce, verifier

    def take(self, provider: Provider, browser: str, state: str) -> Journey:
        """The journey that ends; it is gone from then on. Raises `Refused` for one that this browser never began with
        this provider, that is over or was taken before."""
        with self.database.write() as unit:
            found = unit.session.execute(
                select(Journey)
                .where(
                    Journey.state_hash == hashed(state),
                    Journey.browser_hash == hashed(browser),
                    Journey.provider == provider.name,
                    Journey.expires > unit.now,
                )
                .with_for_update()
            ).scalar_one_or_none()
            if found is not None:
                unit.session.delete(found)
        if found is None:
            raise Refused("expired", "the state is not one that this browser was given")
        return found

    def keep(self, provider: Provider, browser: str, subject: str, profile: Mapping[str, Any], next_path: str) -> None:
        """Remember who came until they agree; what waited for the same browser before is forgotten."""
        with self.database.write() as unit:
            self._forget(unit, browser)
            unit.session.add(
                Arrival(
                    provider=provider.name,
                    browser_hash=hashed(browser),
                    issuer=provider.issuer,
                    subject=subject,
                    profile=dict(profile),
                    next=next_path,
                    expires=unit.now + WAITING,
                )
            )

    def waiting(self, browser: str) -> Arrival:
        """Who waits at a browser; raises `NotFound`."""
        with self.database.read() as session:
            found = session.execute(
                select(Arrival).where(
                    Arrival.browser_hash == hashed(browser),
                    Arrival.token_hash.is_(None),
                    Arrival.expires > self.database.now(),
                )
            ).scalars()
            return _one(found.first())

    def by_token(self, token: str) -> Arrival:
        """Whose address a mailed link confirms; raises `NotFound`."""
        with self.database.read() as session:
            found = session.execute(
                select(Arrival).where(Arrival.token_hash == hashed(token), Arrival.expires > self.database.now())
            ).scalars()
            return _one(found.first())

    def forget(self, arrival: Arrival) -> None:
        with self.database.write() as unit:
            unit.session.execute(delete(Arrival).where(Arrival.id == arrival.id))

    def _forget(self, unit: UnitOfWork, browser: str) -> None:
        unit.session.execute(
            delete(Arrival).where(Arrival.browser_hash == hashed(browser), Arrival.token_hash.is_(None))
        )


def sweep(unit: UnitOfWork) -> int:
    """Remove what is over; returns how many rows that were."""
    gone = 0
    for model in (Journey, Arrival):
        result = unit.session.execute(delete(model).where(model.expires <= unit.now))
        gone += int(result.rowcount)  # type: ignore[attr-defined]
    return gone


def _one(found: Arrival | None) -> Arrival:
    if found is None:
        raise NotFound("Nobody waits here.")
    return found
