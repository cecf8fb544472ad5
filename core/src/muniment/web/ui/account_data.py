"""The page about the data behind one's own account: take a copy, or have the account deleted."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, send_file, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import Busy, Conflict, MunimentError, NotFound, TooManyRequests, ValidationFailed
from muniment.users.signing_in import RECENT
from muniment.web.access import access, session
from muniment.web.authentication import current_session, end_session, network_address
from muniment.web.current import the_actor, the_repository
from muniment.web.transfers import carries_bytes
from muniment.web.ui.account_forms import session_user, show_settings, text

blueprint = Blueprint("account_data", __name__, url_prefix="/account/settings")

_REFUSALS: Final = (ValidationFailed, TooManyRequests, Busy, Conflict)


@blueprint.get("/privacy")
@access("authenticated")
@session("required")
def own_data() -> Response:
    return _page()


@blueprint.post("/privacy/export")
@access("authenticated")
@session("required")
def ask_for_export() -> BaseResponse:
    """Make a copy, or have it made by the worker."""
    user = session_user()
    try:
        _confirm(user.subject_id)
        row = the_repository().data_exports.request(the_actor(), user.subject_id)
    except _REFUSALS as error:
        return _page(error)
    return redirect(url_for("account_data.own_data", done="ready" if row.state == "ready" else "preparing"), 303)


@blueprint.post("/privacy/export/<int(max=9223372036854775807):number>")
@access("authenticated")
@session("required")
@carries_bytes
def download_export(number: int) -> BaseResponse:
    """The file; sent by POST, since an address alone must not be enough to get it."""
    user = session_user()
    try:
        _confirm(user.subject_id)
        path, row = the_repository().data_exports.file(user.subject_id, number)
    except (*_REFUSALS, NotFound) as error:
        return _page(error)
    name = f"{the_repository().config.site.name}-{row.requested.date().isoformat()}.zip"
    return send_file(path, mimetype="application/zip", as_attachment=True, download_name=name, max_age=0)


@blueprint.get("/delete")
@access("authenticated")
@session("required")
def erasure() -> Response:
    return _erasure_page()


@blueprint.post("/delete")
@access("authenticated")
@session("required")
def ask_for_erasure() -> BaseResponse:
    """Have the account deleted after the waiting period; the password is asked for, however recent signing in was."""
    user, repository = session_user(), the_repository()
    try:
        if repository.users.has_password(user.subject_id):
            repository.users.confirm_password(user.subject_id, text("password"), network_address())
        else:
            _confirm(user.subject_id)
        repository.erasure.request(the_actor(), user.subject_id, text("address"))
    except _REFUSALS as error:
        return _erasure_page(error)
    end_session()
    return redirect(url_for("account.sign_in", done="leaving"), 303)


def _confirm(user_id: int) -> None:
    """Raises `ValidationFailed` unless the person signed in a moment ago or typed the right password."""
    opened = current_session()
    started = opened.started if opened is not None else None
    the_repository().users.confirm_identity(user_id, started, text("password"), network_address())


def _signed_in_just_now() -> bool:
    opened = current_session()
    return opened is not None and opened.started is not None and the_repository().now() - opened.started <= RECENT


def _page(error: MunimentError | None = None) -> Response:
    user, repository = session_user(), the_repository()
    return show_settings(
        "account/data.html",
        error,
        user=user,
        export=repository.data_exports.of(user.subject_id),
        asks_for_password=not _signed_in_just_now() and repository.users.has_password(user.subject_id),
        export_days=repository.config.privacy.export_days,
    )


def _erasure_page(error: MunimentError | None = None) -> Response:
    user, repository = session_user(), the_repository()
    return show_settings(
        "account/delete.html",
        error,
        user=user,
        has_password=repository.users.has_password(user.subject_id),
        consequences=repository.erasure.consequences(user.subject_id),
        days=repository.config.privacy.erase_days,
    )
