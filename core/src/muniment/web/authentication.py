"""Who makes a request, by token or session cookie; and the refusal of requests that other sites made a browser send.

The rules, in order:

1. Bearer tokens (hook `resolve_bearer`) come first. Whoever sends one is that actor, and the cookie is not looked at.
   A token that nobody knows is refused.
2. Else the session cookie names a row; an unknown or dead one is taken from the browser.
3. An unsafe request that carries a session cookie, and every unsafe request to a view that lives on the session
   (sign-in and sign-up included), must come from a page of this site and carry the token of its form.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from flask import Request, Response, after_this_request, current_app, g, redirect, url_for
from flask import request as current_request

from muniment.access.actor import ANONYMOUS, Actor
from muniment.errors import AuthenticationFailed, InvalidRequest, PermissionDenied
from muniment.users.secrets import new_secret
from muniment.users.sessions import IDLE, ActiveSession
from muniment.web import csrf
from muniment.web.bearer import bearer_token
from muniment.web.caching import SESSION_COOKIE
from muniment.web.current import state, the_actor, the_repository
from muniment.web.errors import is_api
from muniment.web.local_path import local_path

if TYPE_CHECKING:
    from muniment.users.account_models import User
    from muniment.web.access import Policy

FOREIGN = "The request did not come from a page of this site, so it was not carried out."
READING_ONLY = "This token is for reading only: it has neither the scope 'deposit:write' nor 'deposit:actions'."
NO_TOKEN = "This form has expired or its token is missing. Load the page again and repeat."


class FormExpired(InvalidRequest):
    """A form of this site with a token that is not that of the session at hand."""


def resolve_actor(request: Request) -> Actor:
    """The actor of a request with all labels; raises `AuthenticationFailed` for credentials that are not valid."""
    actor = _who_asks(request)
    hooks = the_repository().hooks
    if not hooks.implementers("actor_labels"):
        return actor
    given = frozenset(hooks.actor_labels(actor=actor, request=request))
    return replace(actor, labels=actor.labels | given) if given else actor


def _who_asks(request: Request) -> Actor:
    repository = the_repository()
    token = bearer_token(request)
    if token is not None:
        actor: Actor | None = repository.hooks.resolve_bearer(token=token)
        if actor is None:
            token_id, reason = repository.tokens.why_refused(token)
            repository.audit.refused("token.refused", f"token:{token_id or 'none'}", reason=reason)
            raise AuthenticationFailed()
        return actor
    secret = request.cookies.get(SESSION_COOKIE)
    if not secret:
        return ANONYMOUS
    session = repository.sessions.resolve(secret)
    if session is None:
        _set_cookie(SESSION_COOKIE, "", 0)
        return ANONYMOUS
    if session.step:
        if session.step in current_app.view_functions:
            g.muniment_unfinished = session
        else:
            # The plugin of the step was switched off meanwhile: signing in begins anew.
            _set_cookie(SESSION_COOKIE, "", 0)
        return ANONYMOUS
    g.muniment_session = session
    if session.renewed:
        _set_session_cookie(secret)
    return repository.users.actor_for_user(session.user)


def current_session() -> ActiveSession | None:
    """The session of the request at hand; None for visitors and tokens."""
    session: ActiveSession | None = g.get("muniment_session")
    return session


def unfinished_session() -> ActiveSession | None:
    """The session of somebody who has proved who they are but misses a step of signing in: for its page."""
    session: ActiveSession | None = g.get("muniment_unfinished")
    return session


def refuse_foreign_request(request: Request, policy: Policy) -> None:
    """Check an unsafe request whose actor is resolved.

    Raises `InvalidRequest` (400) for one that another site could have caused, `FormExpired` (400) for a form of another
    session, `PermissionDenied` (403) for a token that may only read. There is no list of exempt views and nothing is
    remembered between requests.
    """
    actor = the_actor()
    if actor.scopes is not None and not the_repository().tokens.may_change(actor.scopes):
        raise PermissionDenied(READING_ONLY)
    if actor.is_authenticated and current_session() is None:
        return  # proved by something that a browser does not send by itself
    carries_cookie = SESSION_COOKIE in request.cookies
    if not carries_cookie and policy.session != "required":
        return
    if not is_from_this_site(request):
        raise InvalidRequest(FOREIGN)
    if not carries_cookie and is_api(request.path):
        return  # JSON from a page of this site; there is no session yet that a token could be bound to
    secret = request.cookies.get(SESSION_COOKIE) or request.cookies.get(csrf.PRE_SESSION_COOKIE)
    if not csrf.token_matches(secret, _sent_token(request)):
        raise FormExpired(NO_TOKEN)


def is_from_this_site(request: Request) -> bool:
    """Whether the browser says that a page of this site made the request."""
    return csrf.comes_from_this_site(
        request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin"), _own_origins(request)
    )


def form_token_of_request() -> str:
    """The token for forms and for the header `X-CSRFToken` on the page at hand.

    Views that live on the session give visitors a short-lived cookie for it. Other views have no forms for
    visitors that need one, and must not set cookies: "" there.
    """
    session = current_session() or unfinished_session()
    if session is not None:
        return csrf.form_token(g.get("muniment_new_secret", session.secret))
    policy = state().policies.get(current_request.endpoint or "")
    if policy is None or policy.session != "required":
        return ""
    secret: str | None = g.get("muniment_form_secret") or current_request.cookies.get(csrf.PRE_SESSION_COOKIE)
    if not secret:
        secret = g.muniment_form_secret = new_secret()
        _set_cookie(csrf.PRE_SESSION_COOKIE, secret, csrf.PRE_SESSION_LIFETIME)
    return csrf.form_token(secret)


def sign_in_redirect(request: Request) -> Response:
    """Send a visitor to the sign-in page, and back afterwards."""
    wanted = local_path(request.full_path.rstrip("?")) if request.method == "GET" else "/"
    unfinished = unfinished_session()
    if unfinished is not None:
        return redirect(step_address(unfinished, wanted))  # type: ignore[return-value]
    target = "/login" if wanted == "/" else f"/login?next={quote(wanted, safe='/')}"
    return redirect(target)  # type: ignore[return-value]


def step_address(session: ActiveSession, next_path: str) -> str:
    """Where the step that a session misses is taken, on the way to `next_path`."""
    return url_for(session.step, next=next_path if next_path != "/" else None)


def signed_in_address(next_path: str) -> str:
    """Where to go after `start_session`: to `next_path`, or first to the step that is still missing."""
    unfinished = unfinished_session()
    return step_address(unfinished, next_path) if unfinished is not None else next_path


def start_session(user: User, method: str = "elsewhere") -> str:
    """Sign the browser of the request at hand in, with a secret that it did not have before; returns that.

    `method` is how the person proved who they are: the name of the identity provider. A further step may be missing
    afterwards, so redirect to `signed_in_address(…)`.
    """
    secret = the_repository().sessions.start(
        user,
        ip=network_address(),
        user_agent=current_request.headers.get("User-Agent", ""),
        replaces=current_request.cookies.get(SESSION_COOKIE, ""),
        method=method,
    )
    session = the_repository().sessions.resolve(secret)
    if session is not None and session.step:
        g.muniment_unfinished = session
    _set_session_cookie(secret)
    _set_cookie(csrf.PRE_SESSION_COOKIE, "", 0)
    return secret


def complete_sign_in(method: str) -> None:
    """Take the step that the session of the request at hand misses; or, when it misses none, prove anew who it is."""
    session = unfinished_session() or current_session()
    if session is None:
        raise PermissionDenied()
    g.muniment_new_secret = the_repository().sessions.complete(session, method)
    _set_session_cookie(g.muniment_new_secret)


def enter_session(user: User, method: str = "password") -> None:
    """As `start_session`, for answers that are themselves pages of the new session."""
    session = the_repository().sessions.resolve(start_session(user, method))
    if session is not None and not session.step:
        g.muniment_session = session
        g.actor = the_repository().users.actor_for_user(session.user)


def renew_session() -> None:
    """Give the browser another secret for its session, after a change of what it may do."""
    session = current_session()
    if session is not None:
        g.muniment_new_secret = the_repository().sessions.rotate(session)
        _set_session_cookie(g.muniment_new_secret)


def end_session() -> None:
    """Sign the browser of the request at hand out."""
    secret = current_request.cookies.get(SESSION_COOKIE)
    if secret:
        the_repository().sessions.end(secret)
        g.pop("muniment_session", None)
    _set_cookie(SESSION_COOKIE, "", 0)


def network_address() -> str:
    """Where the request comes from, as far as trusted proxies tell."""
    return current_request.remote_addr or ""


def _own_origins(request: Request) -> list[str]:
    """The addresses of this site; the Host header has been checked against its names already."""
    site = the_repository().config.site.url
    return [site, f"{request.scheme}://{request.host}", f"{urlsplit(site).scheme}://{request.host}"]


def _sent_token(request: Request) -> str | None:
    """The token of the header, else of the form; bodies of the API are never parsed as forms for it."""
    header = request.headers.get(csrf.HEADER)
    if header or is_api(request.path):
        return header
    return request.form.get(csrf.FORM_FIELD)


def _set_session_cookie(secret: str) -> None:
    _set_cookie(SESSION_COOKIE, secret, int(IDLE.total_seconds()))


def _set_cookie(name: str, value: str, seconds: int) -> None:
    """Set or (with no seconds) remove a cookie of ours on the answer; a later call for the same name wins."""
    waiting: dict[str, tuple[str, int]] | None = g.get("muniment_cookies")
    if waiting is None:
        waiting = g.muniment_cookies = {}
        after_this_request(_write_cookies)
    waiting[name] = (value, seconds)


def _write_cookies(response: Response) -> Response:
    secure = the_repository().config.site.url.startswith("https:")
    for name, (value, seconds) in g.muniment_cookies.items():
        response.set_cookie(name, value, max_age=seconds, path="/", secure=secure, httponly=True, samesite="Lax")
    return response
