"""The pages on which people have their notifications sent to programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    access,
    keeps_form,
    local_minute,
    session,
    session_owner,
    settings_page,
    the_actor,
)
from muniment_notifications.pages import PATH
from muniment_notifications.webhooks import LISTED, MOST, NONE

if TYPE_CHECKING:
    from muniment_notifications.plugin import Plugin

_DEEDS: Final = ("test", "renew", "resume", "remove", "again")


def blueprint(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint(
        "notifications_webhooks", __name__, url_prefix=f"{PATH}/settings/webhooks", template_folder="templates"
    )

    @pages.get("")
    @access("authenticated")
    @session("required")
    def webhooks() -> Response:
        return _list(plugin)

    @pages.post("")
    @access("authenticated")
    @session("required")
    @keeps_form
    def make() -> Response:
        """The secret is shown on this answer and nowhere else."""
        _require(plugin)
        try:
            hook, secret = plugin.webhooks.make(the_actor(), session_owner().subject_id, request.form.get("url", ""))
        except MunimentError as error:
            return _list(plugin, error)
        return _one(plugin, hook.id, secret=secret)

    @pages.get("/<id>")
    @access("authenticated")
    @session("required")
    def webhook(id: str) -> Response:
        return _one(plugin, _number(id))

    @pages.post("/<id>")
    @access("authenticated")
    @session("required")
    def do(id: str) -> BaseResponse:
        """Which button was pressed says what is meant."""
        _require(plugin)
        number, deed, own = _number(id), request.form.get("do", ""), plugin.webhooks
        actor, subject = the_actor(), session_owner().subject_id
        if deed not in _DEEDS:
            raise NotFound()
        if deed == "renew":
            return _one(plugin, number, secret=own.renew(actor, subject, number))
        if deed == "remove":
            own.remove(actor, subject, number)
            return redirect(url_for("notifications_webhooks.webhooks", done="removed"), 303)
        try:
            if deed == "again":
                own.send_again(subject, number, _number(request.form.get("delivery", "")))
            else:
                (own.test if deed == "test" else own.resume)(actor, subject, number)
        except NotFound:
            raise
        except MunimentError as error:
            return _one(plugin, number, error)
        return redirect(url_for("notifications_webhooks.webhook", id=number, done=deed), 303)

    return BlueprintSpec(pages, "ui")


def _list(plugin: Plugin, error: MunimentError | None = None) -> Response:
    _require(plugin)
    return settings_page(
        "notifications/webhooks.html",
        error,
        hooks=[(one, local_minute(one.created)) for one in plugin.webhooks.list(session_owner().subject_id)],
        most=MOST,
    )


def _one(plugin: Plugin, id: int, error: MunimentError | None = None, secret: str = "") -> Response:
    _require(plugin)
    subject = session_owner().subject_id
    hook, types = plugin.webhooks.get(subject, id), plugin.choices.types
    tries = [
        (one, str(types[one.type].title) if one.type in types else one.type, local_minute(one.at or one.created))
        for one in plugin.webhooks.log(subject, id)
    ]
    response = settings_page(
        "notifications/webhook.html",
        error,
        hook=hook,
        paused_since=local_minute(hook.paused_since) if hook.paused_since else "",
        tries=tries,
        listed=LISTED,
        secret=secret,
        reason=reason,
    )
    if secret:
        response.headers["Cache-Control"] = "no-store"
    return response


def reason(detail: str) -> str:
    """What a try met, in words; an answer of the server stays as it is."""
    words: dict[str, str] = {
        "address": _("this is not an address to which something can be sent"),
        "forbidden": _("the address leads into the own network of this site"),
        "unknown_host": _("there is no server of this name"),
        "unreachable": _("the server cannot be reached"),
        "timeout": _("the server does not answer in time"),
        "certificate": _("the certificate of the server is not valid"),
        "redirects": _("the server sends on to another address"),
        "broken": _("the answer of the server cannot be read"),
        "secret": _("the secret cannot be read any more: make a new one"),
        "paused": _("the webhook was paused"),
    }
    return words.get(detail, detail)


def _require(plugin: Plugin) -> None:
    if not plugin.has_webhooks:
        raise NotFound()


def _number(id: str) -> int:
    if not (id.isascii() and id.isdecimal() and len(id) < 16):
        raise NotFound(NONE)
    return int(id)
