"""What happens around every view: checks before it, in fixed order, and the rules for its answer after it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, cast

from flask import Flask, Request, Response, current_app, g
from flask import request as current_request
from werkzeug.wsgi import ClosingIterator

from muniment.access.actor import ANONYMOUS, Actor
from muniment.errors import Busy, MunimentError, PermissionDenied
from muniment.web.access import AUTHENTICATED, NO_ENDPOINT, PUBLIC, Policy
from muniment.web.authentication import FormExpired, refuse_foreign_request, resolve_actor, sign_in_redirect
from muniment.web.caching import apply_cache_rules
from muniment.web.compression import compress
from muniment.web.current import state, the_actor
from muniment.web.errors import is_api
from muniment.web.form_files import admit_files, brings_files
from muniment.web.kept_forms import kept_form
from muniment.web.rates import Standing
from muniment.web.request_log import ROUTE
from muniment.web.security import MAX_BODY, check_request

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})

#: Set when an answer is one piece of bytes, so that the server can send it in one go.
WHOLE: Final = "muniment.whole"


def install(app: Flask) -> None:
    """Put the checks and rules around every view of the application."""
    app.before_request(before_view)
    app.after_request(after_view)

    @app.teardown_request
    def end(_error: BaseException | None) -> None:
        leave = g.pop("leave_lane", None)
        if leave is not None:
            leave()


def before_view() -> Any:
    """Host and size limits, who asks, whether they may, and where the request comes from."""
    request: Request = current_request._get_current_object()  # type: ignore[attr-defined]
    app_state = state()
    if request.url_rule is not None:
        request.environ[ROUTE] = request.url_rule.rule
    check_request(request.environ, app_state.hosts)
    asked = app_state.cors.preflight(request.environ)
    if asked is not None:
        return Response.force_type(asked)
    policy = app_state.policies.get(request.endpoint or "", NO_ENDPOINT)
    carries_bytes = _carries_bytes(request)
    request.max_content_length = None if carries_bytes else MAX_BODY
    actor = ANONYMOUS
    counted = _is_counted(request, policy, carries_bytes)
    if policy.session != "none":
        try:
            actor = g.actor = resolve_actor(request)
        except MunimentError:
            if counted:
                _count(request, ANONYMOUS)
            raise
    if counted:
        _count(request, actor)
    if policy.session != "none" and app_state.guarded:
        answer = app_state.repository.hooks.request_guard(request=request, actor=actor)
        if answer is not None:
            return answer
    unsafe = request.method not in SAFE_METHODS
    if unsafe:
        _check_writable()
    refused = _check_access(request, policy, actor)
    if refused is not None:
        return kept_form(request) or refused
    if unsafe and brings_files(request):
        # The token of such a form stands in the body that brings its files.
        g.leave_lane = app_state.transfers.enter(lane_key(request, actor))
        admit_files(request, app_state.repository)
    if unsafe:
        try:
            refuse_foreign_request(request, policy)
        except FormExpired:
            page = kept_form(request)
            if page is None:
                raise
            return page
    if carries_bytes and "leave_lane" not in g:
        g.leave_lane = app_state.transfers.enter(lane_key(request, actor))
    return None


def after_view(response: Response) -> Response:
    """The rules for caches and cookies, and how the body is handed over."""
    request: Request = current_request._get_current_object()  # type: ignore[attr-defined]
    policy = state().policies.get(request.endpoint or "", NO_ENDPOINT)
    apply_cache_rules(response, request, policy, the_actor())
    standing: Standing | None = g.get("standing")
    if standing is not None and is_api(request.path):
        response.headers.extend(standing.headers)
    compress(response, request)
    _hand_over(response, request)
    return response


def _is_counted(request: Request, policy: Policy, carries_bytes: bool) -> bool:
    """Whether a request uses up a limit: what the API answers, and pages; bytes have a lane of their own."""
    if carries_bytes or request.method == "OPTIONS":
        return False
    return is_api(request.path) or policy.session != "none"


def _count(request: Request, actor: Actor) -> None:
    """Raises `TooManyRequests` for whoever has reached a limit."""
    view = current_app.view_functions.get(request.endpoint or "")
    searching = getattr(view, "__searches__", False)
    standing = g.standing = state().rates.count(request.remote_addr or "", actor.subject, searching=searching)
    if standing is not None and standing.refused:
        raise standing.refuse()


def _carries_bytes(request: Request) -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "__carries_bytes__", False)


def lane_key(request: Request, actor: Actor) -> str:
    """Whose transfers are counted together: a person's, or an address's for visitors."""
    return f"subject:{actor.subject}" if actor.is_authenticated else f"address:{request.remote_addr}"


def _check_writable() -> None:
    if state().repository.read_only:
        raise Busy(
            "The site is read-only for the moment: a plugin that guards it could not be started. "
            "The operator sees which one with 'muniment plugins list'.",
            retry_after=300,
        )


def _check_access(request: Request, policy: Policy, actor: Actor) -> Any:
    if policy.access == PUBLIC:
        return None
    if policy.access == AUTHENTICATED:
        allowed = actor.is_authenticated or actor.is_system
    else:
        allowed = actor.can(policy.access)
    if allowed:
        return None
    if not actor.is_authenticated and not is_api(request.path):
        return sign_in_redirect(request)
    raise PermissionDenied()


def _hand_over(response: Response, request: Request) -> None:
    """Tell the server's edge how the body is sent, and keep the lane's place until a streamed one has ended."""
    if response.is_sequence and not response.direct_passthrough:
        request.environ[WHOLE] = True
        return
    has_body = request.method != "HEAD" and response.status_code not in (204, 304)
    leave = g.pop("leave_lane", None) if has_body else None
    if leave is None:
        return
    if response.direct_passthrough:
        # Werkzeug hands such a body to the server as it is, so that closing it never closes the response.
        response.response = ClosingIterator(cast(Iterable[bytes], response.response), leave)
    else:
        response.call_on_close(leave)
