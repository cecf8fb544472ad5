"""Every exception becomes an answer: JSON in InvenioRDM's shape below /api, a page elsewhere; never a trace."""

from __future__ import annotations

import errno
import secrets
from typing import Any, Final, cast
from urllib.parse import quote

import orjson
import structlog
from flask import Flask, Response, redirect, render_template, request
from jinja2 import TemplateError
from markupsafe import escape
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from werkzeug.exceptions import HTTPException

from muniment.errors import Busy, Gone, MunimentError, NotFound, ParentRedirect, StorageFull
from muniment.hooks.caller import PluginFailure
from muniment.web.current import state

log = structlog.get_logger(__name__)

INTERNAL_ERROR: Final = (
    "The server encountered an internal error and was unable to complete your request. "
    "The operator can find the cause under the error id."
)


def register_error_handlers(app: Flask) -> None:
    """Make the application answer errors in the form of its part: API or pages."""
    app.register_error_handler(MunimentError, answer_known)
    app.register_error_handler(ParentRedirect, answer_parent)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unknown)


def is_api(path: str) -> bool:
    """Whether a path belongs to the REST API, whose errors are JSON."""
    return path == "/api" or path.startswith("/api/")


def answer_known(error: MunimentError) -> Response:
    """The answer for an error that a service raised on purpose; 5xx that are not about load are logged."""
    body = error.to_dict()
    if error.status == 500:
        body["error_id"] = report(error)
    return _answer(error.status, body, error.headers, error)


def answer_parent(parent: ParentRedirect) -> Response:
    """An id that stands for all versions of a record: reading goes on at the newest one, nothing is changed by it."""
    given = (request.view_args or {}).get("id", "")
    if request.method not in ("GET", "HEAD") or not given:
        message = f"This id stands for all versions of a record; the newest one is {parent.latest_id}."
        return answer_known(NotFound(message))
    path = quote(request.path.replace(f"/{given}", f"/{parent.latest_id}", 1))
    arguments = request.query_string.decode("ascii", "ignore")
    location = f"{state().repository.config.site.url}{path}" + (f"?{arguments}" if arguments else "")
    return cast(Response, redirect(location, Response=Response))


def answer_http(error: HTTPException) -> Response:
    """The answer for an error that Flask or Werkzeug raised (unknown route, method, size, ...)."""
    status = error.code or 500
    if error.response is not None or status < 400:
        return cast(Response, Response.force_type(error.get_response(), request.environ))
    body = {"status": status, "message": error.description or error.name}
    headers = {name: value for name, value in error.get_headers() if name.lower() != "content-type"}
    return _answer(status, body, headers, error)


def answer_unknown(error: Exception) -> Response:
    """The answer for everything else: a full disk or a lock if it is one, otherwise 500 with an id from the log."""
    known = translate(error.cause if isinstance(error, PluginFailure) else error)
    if known is not None:
        return answer_known(known)
    message = INTERNAL_ERROR
    if isinstance(error, PluginFailure):
        message = (
            f"The plugin '{error.plugin}' failed, so that this could not be done; nothing was changed. Whoever runs "
            "this site can find out more by the number of this error, and mend or disable the plugin."
        )
    body = {"status": 500, "message": message, "error_id": report(error)}
    return _answer(500, body, {}, error)


def translate(error: BaseException) -> MunimentError | None:
    """The known error behind an exception of the operating system or the database driver, if there is one."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return StorageFull()
    if isinstance(error, OperationalError):
        text = str(error.orig).lower()
        if "disk is full" in text or "no space left" in text:
            return StorageFull()
        if "database is locked" in text or "lock timeout" in text:
            return Busy()
    return None


def report(error: BaseException) -> str:
    """Log an exception with its trace and return the id under which it can be found."""
    error_id = secrets.token_hex(8)
    log.error(
        "request_failed",
        error_id=error_id,
        request_id=request.environ.get("muniment.request_id"),
        route=str(request.url_rule) if request.url_rule else None,
        exc_info=error,
    )
    return error_id


def _answer(status: int, body: dict[str, Any], headers: dict[str, str], error: BaseException) -> Response:
    if is_api(request.path):
        response = Response(orjson.dumps(body), status=status, content_type="application/json")
    else:
        response = Response(_page(body, error), status=status, content_type="text/html; charset=utf-8")
    response.headers.update(headers)
    return response


def _page(body: dict[str, Any], error: BaseException) -> str:
    tombstone = error.tombstone if isinstance(error, Gone) else None
    try:
        return render_template(
            "error.html",
            status=body["status"],
            message=body["message"],
            problems=body.get("errors", []),
            error_id=body.get("error_id"),
            tombstone=tombstone,
        )
    except (
        TemplateError,
        MunimentError,
        SQLAlchemyError,
        LookupError,
        TypeError,
        AttributeError,
        ValueError,
    ) as problem:
        # What broke the request may break its error page too; a person still needs an answer.
        log.error("error_page_failed", exc_info=problem)
        return bare_page(body["status"], body["message"], body.get("error_id"))


def bare_page(status: int, message: str, error_id: str | None = None) -> str:
    """A page that needs no template, for when nothing else can be shown."""
    reference = f"<p>{escape(error_id)}</p>" if error_id else ""
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        f"<title>{status}</title></head><body><h1>{status}</h1><p>{escape(message)}</p>{reference}</body></html>"
    )
