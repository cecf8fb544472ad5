"""Signing in, up and linking with identities elsewhere: the one way through, for all pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

import structlog

from muniment.api import ANONYMOUS, SYSTEM, Actor, NotFound, PermissionDenied, Repository, SignInRefused
from muniment_oidc.claims import profile_of
from muniment_oidc.events import ConfirmationRequested
from muniment_oidc.group_roles import GroupRoles
from muniment_oidc.journeys import CONFIRMING, SIGNING_IN, Journeys
from muniment_oidc.models import Arrival, Journey
from muniment_oidc.providers import Provider, Providers
from muniment_oidc.refusals import Refused

if TYPE_CHECKING:
    from muniment_oidc.directory import Directory

log = structlog.get_logger(__name__)
#: What the audit trail calls it.
SIGNED_IN: Final = "oidc.signed_in"


class SignIns:
    """What the pages of the plugin do. Everything that goes wrong is a `Refused`, and `refuse` writes it down."""

    def __init__(
        self, repository: Repository, providers: Providers, directory: Callable[[], Directory], *, internal: bool
    ) -> None:
        self.repository = repository
        self.providers = providers
        self.directory = directory
        self.journeys = Journeys(repository)
        self.roles = GroupRoles(repository)
        self._internal = internal

    def begin(self, provider: Provider, browser: str, next_path: str, network: str = "", *, again: bool = False) -> str:
        """The provider's address to send a browser to; raises `TooManyRequests` when a `network` sends too many.

        `again`: somebody signed in is to prove anew who they are.
        """
        begun = self.journeys.begin(provider, browser, next_path, network, again=again)
        return str(self._conversation(provider).authorization_address(*begun))

    def finish(self, provider: Provider, browser: str, answer: Mapping[str, str]) -> tuple[Journey, Any]:
        """The journey that ended with `answer`, and who came (an `Identified`)."""
        journey = self.journeys.take(provider, browser, answer.get("state", ""))
        conversation = self._conversation(provider)
        code = conversation.check_answer(answer)
        identified = conversation.identify(code, journey.nonce, journey.verifier, self.repository.now())
        if journey.again:
            _check_recent(identified.claims.get("auth_time"), journey.expires - SIGNING_IN)
        return journey, identified

    def account_of(self, provider: Provider, identified: Any) -> Any:
        """The account that the identity signs in to, or None.

        An address that a trusted provider vouches for finds the account of that address; no other address ever does.
        Raises `SignInRefused` for an account that cannot be used.
        """
        users = self.repository.users
        user = users.authenticate_identity(provider.issuer, identified.subject)
        profile = profile_of(identified.claims, provider)
        if user is None and profile["email_proved"]:
            found = users.find(profile["email"])
            if found is not None and found.may_act:
                users.link_identity(found.subject_id, provider.issuer, identified.subject, SYSTEM)
                user = found
        if user is not None:
            self.roles.follow(user.subject_id, provider, profile["groups"])
            with self.repository.database.write() as unit:
                unit.audit(SIGNED_IN, f"oidc:{provider.name}", self.repository.users.actor_for_user(user))
        return user

    def keep(self, provider: Provider, browser: str, identified: Any, next_path: str) -> None:
        """Let somebody without an account wait for the page that asks them."""
        more = self._conversation(provider).more_claims(identified.subject) if provider.more_claims else {}
        profile = profile_of({**more, **identified.claims}, provider)
        self.journeys.keep(provider, browser, identified.subject, profile, next_path)

    def sign_up(self, arrival: Arrival, given: Mapping[str, str], locale: str, ip: str) -> Any:
        """Make the account that somebody agreed to; None when the address has to be confirmed first.

        Says nothing about whether an address that is not proved has an account: that is told by a letter.
        """
        provider = self.provider_of(arrival)
        users = self.repository.users
        profile = {"full_name": given.get("full_name", ""), "affiliations": given.get("affiliations", "")}
        if self._proved(arrival, given.get("email", "")):
            return self._register(provider, arrival, profile)
        address, values = users.check_sign_up(given.get("email", ""), profile, ip)
        known = users.find(address)
        with self.repository.database.write() as unit:
            row = unit.session.get(Arrival, arrival.id)
            if row is None:
                raise Refused("expired", "signed up in another window")
            if known is not None and known.confirmed_at is not None:
                users.request_letter(unit, known.subject_id, "account-exists")
                unit.session.delete(row)
            else:
                kept = {**profile, **values, "email": address, "groups": row.profile["groups"]}
                row.profile = {**kept, "locale": locale, "provider_title": str(provider.title), "email_proved": False}
                row.expires = unit.now + CONFIRMING
                # No browser owns it any more: from here on the link in the letter does.
                row.browser_hash = ""
                unit.emit(ConfirmationRequested(arrival_id=row.id))
        return None

    def confirming(self, token: str) -> tuple[Arrival, Provider]:
        """Whose address a mailed link confirms; raises `NotFound` or `Refused` for one that is wrong or over."""
        try:
            arrival = self.journeys.by_token(token)
            return arrival, self.provider_of(arrival)
        except (NotFound, Refused):
            self.repository.audit.refused("oidc.confirmation_refused", "oidc:none", reason="unknown")
            raise

    def confirm(self, token: str) -> Any:
        """Make the account whose address a mailed link proves."""
        arrival, provider = self.confirming(token)
        told = arrival.profile
        return self._register(provider, arrival, {name: told[name] for name in ("full_name", "affiliations")})

    def _register(self, provider: Provider, arrival: Arrival, profile: Mapping[str, Any]) -> Any:
        """The account of whoever arrived; raises `SignInRefused` when it is made and waits for approval."""
        try:
            user = self.repository.users.register_with_identity(
                arrival.issuer, arrival.subject, arrival.profile["email"], profile, SYSTEM
            )
        except SignInRefused:
            self.journeys.forget(arrival)
            raise
        self.journeys.forget(arrival)
        self.roles.follow(user.subject_id, provider, arrival.profile["groups"])
        return user

    def link(self, arrival: Arrival, actor: Actor) -> None:
        """Let the identity that waits sign in to the account of whoever asks."""
        if actor.subject is None:
            raise PermissionDenied()
        self.repository.users.link_identity(actor.subject, arrival.issuer, arrival.subject, actor)
        self.journeys.forget(arrival)

    def unlink(self, actor: Actor, issuer: str, subject: str) -> bool:
        """Take an identity from one's account; raises `Conflict` when it is the last way in."""
        if actor.subject is None:
            raise PermissionDenied()
        gone = self.repository.users.unlink_identity(actor.subject, issuer, subject, actor, self.providers.issuers)
        provider = self.providers.of_issuer(issuer)
        if gone and provider is not None:
            self.roles.follow(actor.subject, provider, [])
            if provider.unlinked is not None:
                provider.unlinked(actor.subject, subject)
        return gone

    def refuse(self, provider: Provider, error: Refused | Any, actor: Actor | None = None) -> None:
        """Write down that somebody was refused and why, in words that hold nothing of what was sent."""
        reason, detail = error.reason, getattr(error, "detail", "")
        log.warning("oidc_refused", provider=provider.name, reason=reason, detail=detail)
        self.repository.audit.refused(
            "oidc.refused",
            f"oidc:{provider.name}",
            actor or ANONYMOUS,
            reason=reason,
            key=(provider.name, detail),
            detail=detail,
        )

    def provider_of(self, arrival: Arrival) -> Provider:
        provider = self.providers.get(arrival.provider)
        if provider is None or provider.issuer != arrival.issuer:
            raise Refused("expired", "the provider is gone")
        return provider

    def _proved(self, arrival: Arrival, email: str) -> bool:
        told = arrival.profile
        return bool(told["email_proved"]) and email.strip().casefold() == told["email"].casefold()

    def _conversation(self, provider: Provider) -> Any:
        # What talks to providers brings HTTP and cryptography, which processes that never do so need not load.
        from muniment_oidc.protocol import Conversation

        address = f"{self.repository.config.site.url}/oidc/{provider.name}/callback"
        return Conversation(self.repository.outgoing, provider, self.directory(), address, internal=self._internal)


def _check_recent(signed_in: object, began: datetime) -> None:
    """A provider that says when somebody signed in there must have asked them anew; many do not say."""
    from muniment_oidc.tokens import LEEWAY

    if isinstance(signed_in, int | float) and signed_in + LEEWAY < began.timestamp():
        raise Refused("not_proved", "it did not let them sign in again")
