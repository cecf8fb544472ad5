"""The plugin's services of one generation, and who a token is."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from muniment.api import Actor, NotFound, PluginContext, hash_secret
from muniment_oauth_server.applications import Applications
from muniment_oauth_server.authorizations import Authorizations
from muniment_oauth_server.keys import SigningKeys
from muniment_oauth_server.scopes import opens_api, split
from muniment_oauth_server.tokens import Found, Tokens

if TYPE_CHECKING:
    from muniment.api import Repository
    from muniment_oauth_server.parties import GivenToken
    from muniment_oauth_server.provider import Provider

#: How a request was proved, in actors and in the audit trail.
VIA: Final = "oauth"


class OAuthServer:
    """Everything that the plugin's pages, endpoints and commands call."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @property
    def repository(self) -> Repository:
        return self.context.repository

    @property
    def settings(self) -> Any:
        return self.context.settings

    @property
    def issuer(self) -> str:
        return self.repository.config.site.url.rstrip("/")

    @cached_property
    def applications(self) -> Applications:
        return Applications(self.repository, self.settings)

    @cached_property
    def authorizations(self) -> Authorizations:
        return Authorizations(self.repository)

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self.repository, self.settings)

    @cached_property
    def keys(self) -> SigningKeys:
        return SigningKeys(self.repository, self.settings)

    @cached_property
    def provider(self) -> Provider:
        # Authlib is needed by few requests, and not at the start of a process.
        from muniment_oauth_server.provider import Provider

        return Provider(self)

    def person(self, user_id: int) -> Any:
        """The account, while it can be used; else None."""
        try:
            user = self.repository.users.get(user_id)
        except NotFound:
            return None
        return user if user.may_act else None

    def note_refusal(self, reason: str, client_id: str = "") -> None:
        """Have the audit trail tell what was refused, and whose application it was or said to be; `reason` is the
        error code of OAuth."""
        known = self.applications.find(client_id) if client_id else None
        name = f"application:{known.client_id if known is not None else 'none'}"
        self.repository.audit.refused("oauth_server.refused", name, reason=reason)

    def working(self, token: str) -> tuple[Found, Any] | None:
        """An access token that works now, and the account it stands for."""
        found = self.tokens.active(token)
        user = self.person(found.authorization.user_id) if found is not None else None
        return (found, user) if found is not None and user is not None else None

    def actor(self, token: str, path: str) -> Actor | None:
        """Who sends an access token with a request for `path`; None when it is not one of ours or does not work.

        An application never gets the powers of a role: what an administrator may do, nobody hands on by a click. One
        that was only allowed to know who somebody is reads that at `/api/me`, and is a visitor everywhere else.
        """
        working = self.working(token)
        if working is None:
            return None
        found, user = working
        scopes = frozenset(split(found.token.scope))
        if not opens_api(scopes) and path != "/api/me":
            return Actor(via=VIA)
        whole = self.repository.users.actor_for_user(user)
        labels = frozenset(label for label in whole.labels if not label.startswith("role:"))
        return Actor(whole.subject, labels, scopes=scopes, via=VIA, locale=whole.locale)

    def introspected(self, token: str) -> GivenToken | None:
        """What an application asks about: an access token that works, or a refresh token that can be used."""
        from muniment_oauth_server.parties import GivenToken

        found = self.tokens.find(token)
        if found is None or self.person(found.authorization.user_id) is None:
            return None
        row, now = found.token, self.repository.now()
        if row.access_hash == hash_secret(token):
            usable = row.expires > now
        else:
            usable = row.refreshed_at is None and row.ends > now
        return GivenToken(found, ended=not usable)
