"""The page of the control panel: what was sent, what failed, and whose mail is paused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import BlueprintSpec, access, control_page, session, the_actor, the_repository
from muniment_notifications.sending import OUTCOMES, SentLog

if TYPE_CHECKING:
    from muniment_notifications.plugin import Plugin

PERMISSION: Final = "administration"


def blueprint(plugin: Plugin) -> BlueprintSpec:
    pages = Blueprint(
        "control_notifications", __name__, url_prefix="/control/notifications", template_folder="templates"
    )

    @pages.get("")
    @access(PERMISSION)
    @session("required")
    def overview() -> Response:
        repository, log = the_repository(), SentLog(the_repository())
        outcome = request.args.get("outcome", "")
        outcome = outcome if outcome in OUTCOMES else ""
        tries, (pauses, paused) = log.newest(outcome), plugin.bounces.list()
        names = repository.users.names({*(row.subject for row in tries), *(row.subject for row in pauses)})
        return control_page(
            "notifications/control.html",
            tries=tries,
            pauses=pauses,
            paused=paused,
            names=names,
            outcome=outcome,
            counts=log.counts(),
            waiting=log.waiting(),
            mail_is_configured=repository.mail.is_configured,
        )

    @pages.post("/resume")
    @access(PERMISSION)
    @session("required")
    def resume() -> BaseResponse:
        subject = request.form.get("subject", "")
        if subject.isdecimal():
            plugin.bounces.resume(int(subject), the_actor())
        return redirect(url_for("control_notifications.overview", done="resumed"), 303)

    return BlueprintSpec(pages, "ui")
