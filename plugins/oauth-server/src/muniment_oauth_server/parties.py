"""Rows as Authlib asks about them: an application as its client, a code and a token as its credentials."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from authlib.oauth2.rfc6749 import ClientMixin, TokenMixin
from authlib.oidc.core import AuthorizationCodeMixin

from muniment.api import hash_secret
from muniment_oauth_server.addresses import is_registered
from muniment_oauth_server.scopes import split

if TYPE_CHECKING:
    from muniment_oauth_server.models import Application, Authorization, Code
    from muniment_oauth_server.tokens import Found


@dataclass(frozen=True)
class Client(ClientMixin):
    """An application that talks to the token endpoint, or for which a browser asks."""

    application: Application
    known_scopes: frozenset[str]

    def get_client_id(self) -> str:
        return self.application.client_id

    def get_default_redirect_uri(self) -> str | None:
        """The address of a request that names none: only where there is nothing to choose."""
        addresses = self.application.redirect_uris
        return addresses[0] if len(addresses) == 1 else None

    def get_allowed_scope(self, scope: str | None) -> str:
        return " ".join(name for name in split(scope) if name in self.known_scopes)

    def check_redirect_uri(self, redirect_uri: str) -> bool:
        return is_registered(redirect_uri, self.application.redirect_uris)

    def check_client_secret(self, client_secret: str) -> bool:
        stored = self.application.secret_hash
        return bool(stored) and hmac.compare_digest(stored, hash_secret(client_secret))

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:  # noqa: ARG002 - Authlib's signature
        return (method == "none") is self.application.public

    def check_response_type(self, response_type: str) -> bool:
        return response_type == "code"

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type in {"authorization_code", "refresh_token"}


@dataclass(frozen=True)
class GivenCode(AuthorizationCodeMixin):
    """A code that is being exchanged."""

    code: Code
    authorization: Authorization

    @property
    def code_challenge(self) -> str:
        return self.code.code_challenge

    @property
    def code_challenge_method(self) -> str:
        return self.code.code_challenge_method

    def get_redirect_uri(self) -> str:
        return self.code.redirect_uri

    def get_scope(self) -> str:
        return self.code.scope

    def get_nonce(self) -> str:
        return self.code.nonce

    def get_auth_time(self) -> int:
        return int(self.code.auth_time.timestamp())

    def get_acr(self) -> str:
        return ""

    def get_amr(self) -> list[str]:
        return []


@dataclass(frozen=True)
class GivenToken(TokenMixin):
    """A token that an application shows."""

    found: Found
    ended: bool

    def check_client(self, client: Any) -> bool:
        return bool(client.get_client_id() == self.found.application.client_id)

    def get_scope(self) -> str:
        return self.found.token.scope

    def get_expires_in(self) -> int:
        return int((self.found.token.expires - self.found.token.created).total_seconds())

    def is_expired(self) -> bool:
        return self.ended

    def is_revoked(self) -> bool:
        return False
