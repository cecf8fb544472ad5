"""The authorization server: Authlib's protocol over this site's tables.

Flows that hand tokens to a browser's address bar, or passwords to applications, are not there: only the code flow, with
PKCE (S256) by which public applications prove themselves, and refresh tokens that are used once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, cast

from authlib.integrations.flask_oauth2.requests import FlaskOAuth2Request
from authlib.oauth2.rfc6749 import AuthorizationServer, InvalidScopeError, grants
from authlib.oauth2.rfc6749.errors import InvalidGrantError, InvalidRequestError
from authlib.oauth2.rfc6750 import BearerTokenGenerator
from authlib.oauth2.rfc7009 import RevocationEndpoint
from authlib.oauth2.rfc7636 import CodeChallenge
from authlib.oauth2.rfc7662 import IntrospectionEndpoint
from authlib.oidc.core.grants.code import OpenIDCode, OpenIDToken
from flask import Response
from flask import request as current_request

from muniment.api import Actor, hash_secret, new_secret
from muniment_oauth_server.authorizations import allow
from muniment_oauth_server.claims import claims_of
from muniment_oauth_server.keys import ALGORITHM
from muniment_oauth_server.models import Application, Code
from muniment_oauth_server.parties import Client, GivenCode, GivenToken
from muniment_oauth_server.scopes import split
from muniment_oauth_server.tokens import CODE_LIFE

if TYPE_CHECKING:
    from muniment_oauth_server.service import OAuthServer

_BASIC_POST_NONE: Final = ["client_secret_basic", "client_secret_post", "none"]
NONCE_LENGTH: Final = 500


class Provider(AuthorizationServer):
    """One per generation; `service` has the tables."""

    def __init__(self, service: OAuthServer) -> None:
        super().__init__()
        self.service = service
        self.register_token_generator("default", self._generator())
        self.register_grant(CodeGrant, [StrictPKCE(), SignedIn(service)])
        self.register_grant(RefreshGrant, [Renewed(service)])
        self.register_endpoint(Revocation(self))
        self.register_endpoint(Introspection(self))

    @property
    def known_scopes(self) -> frozenset[str]:
        return frozenset(self.service.repository.tokens.scopes)

    def query_client(self, client_id: str) -> Client | None:
        application = self.service.applications.find(client_id)
        return Client(application, self.known_scopes) if application is not None else None

    def validate_requested_scope(self, scope: str | None) -> None:
        if not set(split(scope)) <= self.known_scopes:
            raise InvalidScopeError()

    def create_oauth2_request(self, request: Any) -> FlaskOAuth2Request:  # noqa: ARG002 - Authlib's signature
        return FlaskOAuth2Request(current_request)

    def handle_response(self, status: int, body: Any, headers: Any) -> Response:
        import orjson

        payload = orjson.dumps(body) if isinstance(body, dict) else body
        return Response(payload, status=status, headers=headers)

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens: what happens is audited where it is written."""

    def save_token(self, token: dict[str, Any], request: Any) -> None:
        """Use up what was shown and write down what is given for it, in one transaction."""
        code: GivenCode | None = getattr(request, "authorization_code", None)
        if code is not None:
            self._exchange(token, code)
        else:
            self._renew(token, request.refresh_token)

    def _exchange(self, token: dict[str, Any], given: GivenCode) -> None:
        tokens = self.service.tokens
        with self.service.repository.database.write() as unit:
            fresh = tokens.exchange(unit, given.code)
            if fresh:
                tokens.add(unit, given.authorization, token, given.code.family, None)
        if not fresh:
            tokens.end_family(given.code.family, "a code was exchanged twice at the same moment")
            raise InvalidGrantError("Invalid 'code' in request.")

    def _renew(self, token: dict[str, Any], given: GivenToken) -> None:
        tokens, before = self.service.tokens, given.found.token
        with self.service.repository.database.write() as unit:
            fresh = tokens.use_refresh(unit, before)
            if fresh:
                tokens.add(unit, given.found.authorization, token, before.family, before)
        if not fresh:
            raise InvalidGrantError()

    def _generator(self) -> BearerTokenGenerator:
        def lifetime(_client: Any, _grant_type: str) -> int:
            return int(timedelta(minutes=self.service.settings.access_minutes).total_seconds())

        return BearerTokenGenerator(_secret, _secret, lifetime)


class CodeGrant(grants.AuthorizationCodeGrant):
    """The code flow."""

    TOKEN_ENDPOINT_AUTH_METHODS = _BASIC_POST_NONE

    @property
    def service(self) -> OAuthServer:
        return cast(Provider, self.server).service

    def generate_authorization_code(self) -> str:
        return new_secret()

    def save_authorization_code(self, code: str, request: Any) -> None:
        """Write down what the person allowed, and the code for it."""
        who: SignedInPerson = request.user
        application: Application = request.client.application
        asked = request.payload.data
        scopes = split(request.scope)
        with self.service.repository.database.write() as unit:
            authorization = allow(unit, application, who.subject, scopes)
            unit.session.add(
                Code(
                    code_hash=hash_secret(code),
                    grant_id=authorization.id,
                    family=new_secret(),
                    redirect_uri=request.payload.redirect_uri or "",
                    scope=" ".join(scopes),
                    nonce=asked.get("nonce", ""),
                    code_challenge=asked.get("code_challenge", ""),
                    code_challenge_method=asked.get("code_challenge_method", ""),
                    auth_time=who.since or unit.now,
                    expires=unit.now + CODE_LIFE,
                )
            )
            unit.audit("authorization.allow", f"application:{application.client_id}", who.actor, scopes=scopes)

    def query_authorization_code(self, code: str, client: Client) -> GivenCode | None:
        found = self.service.tokens.code(code, client.application)
        return GivenCode(*found) if found is not None else None

    def delete_authorization_code(self, authorization_code: GivenCode) -> None:
        """It was used up together with writing the tokens."""

    def authenticate_user(self, authorization_code: GivenCode) -> Any:
        return self.service.person(authorization_code.authorization.user_id)


class RefreshGrant(grants.RefreshTokenGrant):
    """Renewing: each refresh token once."""

    TOKEN_ENDPOINT_AUTH_METHODS = _BASIC_POST_NONE
    INCLUDE_NEW_REFRESH_TOKEN = True

    @property
    def service(self) -> OAuthServer:
        return cast(Provider, self.server).service

    def authenticate_refresh_token(self, refresh_token: str) -> GivenToken | None:
        found = self.service.tokens.refreshable(refresh_token)
        return GivenToken(found, ended=False) if found is not None else None

    def authenticate_user(self, refresh_token: GivenToken) -> Any:
        user = self.service.person(refresh_token.found.authorization.user_id)
        if user is None:
            raise InvalidGrantError()
        return user

    def revoke_old_credential(self, refresh_token: GivenToken) -> None:
        """It was used up together with writing the new pair."""


class StrictPKCE(CodeChallenge):
    """S256 only; public applications cannot do without (RFC 9700, 2.1.1)."""

    SUPPORTED_CODE_CHALLENGE_METHOD: Final = ["S256"]

    def validate_code_challenge(self, grant: Any, redirect_uri: str) -> None:
        asked = grant.request.payload.data
        challenge, method = asked.get("code_challenge"), asked.get("code_challenge_method")
        if not challenge and grant.request.client.application.public:
            raise InvalidRequestError("Missing 'code_challenge': public applications need PKCE.")
        if challenge and method != "S256":
            raise InvalidRequestError("The 'code_challenge_method' must be 'S256'.")
        if len(asked.get("nonce", "")) > NONCE_LENGTH:
            raise InvalidRequestError(f"A 'nonce' has at most {NONCE_LENGTH} characters.")
        super().validate_code_challenge(grant, redirect_uri)


class _IdentityTokens:
    """What is in an ID token and who signs it, for both grants."""

    service: OAuthServer

    def resolve_client_private_key(self, client: Any) -> Any:  # noqa: ARG002 - Authlib's signature
        return self._key()

    def get_encode_header(self, client: Any) -> dict[str, str]:  # noqa: ARG002 - Authlib's signature
        return {"alg": ALGORITHM, "kid": str(self._key()["kid"])}

    def get_client_algorithm(self, client: Any) -> str:  # noqa: ARG002 - Authlib's signature
        return ALGORITHM

    def get_client_claims(self, client: Any) -> dict[str, Any]:
        return {"iss": self.service.issuer, "aud": [client.get_client_id()]}

    def generate_user_info(self, user: Any, scope: str) -> dict[str, Any]:
        return claims_of(user, split(scope))

    def _key(self) -> dict[str, Any]:
        return self.service.keys.current()


class SignedIn(_IdentityTokens, OpenIDCode):
    """ID tokens with the code flow. The nonce belongs to the client, which compares it."""

    def __init__(self, service: OAuthServer) -> None:
        super().__init__(require_nonce=False)
        self.service = service

    def exists_nonce(self, nonce: str, request: Any) -> bool:  # noqa: ARG002 - Authlib's signature
        return False


class Renewed(_IdentityTokens, OpenIDToken):
    """ID tokens when tokens are renewed: without a nonce (OpenID Connect Core, 12.2)."""

    def __init__(self, service: OAuthServer) -> None:
        self.service = service

    def encode_id_token(self, token: dict[str, Any], request: Any) -> Any:
        request.authorization_code = None
        return super().encode_id_token(token, request)


class Revocation(RevocationEndpoint):
    """RFC 7009: an application takes back a token of its own."""

    CLIENT_AUTH_METHODS: Final = _BASIC_POST_NONE

    def query_token(self, token_string: str, token_type_hint: str | None) -> GivenToken | None:  # noqa: ARG002
        found = self.server.service.tokens.find(token_string)
        return GivenToken(found, ended=False) if found is not None else None

    def revoke_token(self, token: GivenToken, request: Any) -> None:  # noqa: ARG002 - Authlib's signature
        self.server.service.tokens.revoke(token.found)


class Introspection(IntrospectionEndpoint):
    """RFC 7662: a confidential application asks about a token of its own; of others it learns nothing."""

    CLIENT_AUTH_METHODS: Final = ["client_secret_basic", "client_secret_post"]

    def query_token(self, token_string: str, token_type_hint: str | None) -> GivenToken | None:  # noqa: ARG002
        return cast("GivenToken | None", self.server.service.introspected(token_string))

    def check_permission(self, token: GivenToken, client: Client, request: Any) -> bool:  # noqa: ARG002
        return token.check_client(client)

    def introspect_token(self, token: GivenToken) -> dict[str, Any]:
        row = token.found.token
        return {
            "active": True,
            "client_id": token.found.application.client_id,
            "token_type": "Bearer",
            "scope": row.scope,
            "sub": str(token.found.authorization.user_id),
            "iss": self.server.service.issuer,
            "iat": int(row.created.timestamp()),
            "exp": int(row.expires.timestamp()),
        }


class SignedInPerson:
    """Who allows: the actor of the browser, and since when they are signed in."""

    def __init__(self, actor: Actor, since: Any) -> None:
        self.actor = actor
        self.since = since

    @property
    def subject(self) -> int:
        assert self.actor.subject is not None
        return self.actor.subject


def _secret(**_about: Any) -> str:
    return new_secret()
