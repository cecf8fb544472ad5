"""What applications and their libraries call: tokens, revocation, introspection, who somebody is, keys and discovery.

None of these sees a cookie. Those that a program in a browser needs say that every site may read the answer: it holds
nothing but what the token or code shown opens.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import Blueprint, Response, request

from muniment.api import BlueprintSpec, access, session
from muniment_oauth_server.claims import claims_of
from muniment_oauth_server.keys import ALGORITHM
from muniment_oauth_server.scopes import split

if TYPE_CHECKING:
    from muniment_oauth_server.service import OAuthServer
    from muniment_oauth_server.tokens import Found

_OPEN: Final = {"Access-Control-Allow-Origin": "*"}
_PREFLIGHT: Final = {
    **_OPEN,
    "Access-Control-Allow-Methods": "GET, POST, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Content-Type",
    "Access-Control-Max-Age": "86400",
}
_NOT_KEPT: Final = {"Cache-Control": "no-store", "Pragma": "no-cache"}


def pages(service: OAuthServer) -> BlueprintSpec:
    blueprint = Blueprint("oauth_server", __name__)

    @blueprint.post("/oauth/token", provide_automatic_options=False)
    @access("public")
    @session("none")
    def token() -> Response:
        return _opened(_noted(service.provider.create_token_response()))

    @blueprint.post("/oauth/revoke", provide_automatic_options=False)
    @access("public")
    @session("none")
    def revoke() -> Response:
        return _opened(_noted(service.provider.create_endpoint_response("revocation")))

    @blueprint.post("/oauth/introspect")
    @access("public")
    @session("none")
    def introspect() -> Response:
        answer: Response = _noted(service.provider.create_endpoint_response("introspection"))
        answer.headers.update(_NOT_KEPT)
        return answer

    @blueprint.route("/oauth/userinfo", methods=["GET", "POST"], provide_automatic_options=False)
    @access("public")
    @session("none")
    def userinfo() -> Response:
        working = _working()
        if isinstance(working, Response):
            return working
        found, user = working
        scopes = split(found.token.scope)
        if "openid" not in scopes:
            return _refused(403, "insufficient_scope", "The token does not have the scope 'openid'.")
        return _json(claims_of(user, scopes), {**_OPEN, **_NOT_KEPT})

    @blueprint.get("/oauth/ping")
    @access("public")
    @session("none")
    def ping() -> Response:
        working = _working()
        return working if isinstance(working, Response) else _json({"ping": "pong"}, {**_OPEN, **_NOT_KEPT})

    @blueprint.get("/oauth/info")
    @access("public")
    @session("none")
    def info() -> Response:
        working = _working()
        if isinstance(working, Response):
            return working
        found, user = working
        told = {
            "client": found.application.client_id,
            "user": str(user.subject_id),
            "scopes": split(found.token.scope),
        }
        return _json(told, {**_OPEN, **_NOT_KEPT})

    @blueprint.get("/oauth/jwks")
    @access("public")
    @session("none")
    def jwks() -> Response:
        return _json(service.keys.published(), {**_OPEN, "Cache-Control": "public, max-age=3600"})

    @blueprint.get("/.well-known/openid-configuration")
    @blueprint.get("/.well-known/oauth-authorization-server")
    @access("public")
    @session("none")
    def discovery() -> Response:
        return _json(_discovery(service), {**_OPEN, "Cache-Control": "public, max-age=3600"})

    @blueprint.route("/oauth/token", methods=["OPTIONS"], provide_automatic_options=False)
    @blueprint.route("/oauth/revoke", methods=["OPTIONS"], provide_automatic_options=False)
    @blueprint.route("/oauth/userinfo", methods=["OPTIONS"], provide_automatic_options=False)
    @access("public")
    @session("none")
    def preflight() -> Response:
        return Response(status=204, headers=_PREFLIGHT)

    def _working() -> tuple[Found, Any] | Response:
        """The access token of the request and its person, or the answer that refuses it (RFC 6750, 3)."""
        given = request.authorization
        if given is None or given.type != "bearer" or not given.token:
            return Response(status=401, headers={**_OPEN, "WWW-Authenticate": "Bearer"})
        found = service.working(given.token)
        if found is not None:
            return found
        service.note_refusal("invalid_token")
        return _refused(401, "invalid_token", "The token is not valid.")

    def _noted(answer: Response) -> Response:
        """Codes, tokens and secrets that are wrong, over, used before or another application's are written down."""
        if answer.status_code >= 400:
            given = request.authorization
            claimed = (given.username if given is not None else None) or request.form.get("client_id", "")
            service.note_refusal(orjson.loads(answer.get_data())["error"], claimed)
        return answer

    return BlueprintSpec(blueprint, "root")


def _discovery(service: OAuthServer) -> dict[str, Any]:
    """The description from which clients configure themselves (RFC 8414, OpenID Connect Discovery)."""
    site = service.issuer
    methods = ["client_secret_basic", "client_secret_post"]
    return {
        "issuer": site,
        "authorization_endpoint": f"{site}/oauth/authorize",
        "token_endpoint": f"{site}/oauth/token",
        "userinfo_endpoint": f"{site}/oauth/userinfo",
        "revocation_endpoint": f"{site}/oauth/revoke",
        "introspection_endpoint": f"{site}/oauth/introspect",
        "jwks_uri": f"{site}/oauth/jwks",
        "scopes_supported": sorted(service.repository.tokens.scopes),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "token_endpoint_auth_methods_supported": [*methods, "none"],
        "revocation_endpoint_auth_methods_supported": [*methods, "none"],
        "introspection_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "claims_supported": [
            *("sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "at_hash"),
            *("name", "preferred_username", "locale", "updated_at", "email", "email_verified"),
        ],
        "prompt_values_supported": ["none", "login", "consent"],
        "authorization_response_iss_parameter_supported": True,
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
    }


def _opened(answer: Response) -> Response:
    answer.headers.update({**_OPEN, **_NOT_KEPT})
    return answer


def _refused(status: int, error: str, detail: str) -> Response:
    told = f'Bearer error="{error}", error_description="{detail}"'
    return Response(status=status, headers={**_OPEN, **_NOT_KEPT, "WWW-Authenticate": told})


def _json(body: Any, headers: dict[str, str]) -> Response:
    return Response(orjson.dumps(body), content_type="application/json", headers=headers)
