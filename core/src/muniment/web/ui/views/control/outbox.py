"""The outbox: deliveries of events that wait, failed or were set aside, and what can be done about them."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.errors import NotFound
from muniment.jobs.outstanding import UNFINISHED
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.ui.views.control.frame import Confirmation, argument, ask, link, show

blueprint = Blueprint("control_outbox", __name__, url_prefix="/control/outbox")
BLUEPRINTS: Final = (BlueprintSpec(blueprint, mount="ui"),)

_NUMBER: Final = "<int(max=9223372036854775807):number>"


@blueprint.get("")
@access("administration")
@session("required")
def outbox() -> Response:
    """What was set aside comes first: it waits for an operator."""
    deliveries = the_repository().deliveries
    state = argument("state") if argument("state") in UNFINISHED else ""
    after = request.args.get("after", "0")
    page = deliveries.outstanding(
        (state,) if state else UNFINISHED,
        handler=argument("handler"),
        after=int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0,
    )
    asked = {"state": state, "handler": argument("handler")}
    return show(
        "control/outbox.html",
        page=page,
        counts=deliveries.counts(),
        state=state,
        handler=argument("handler"),
        handlers=[(name, name) for name in sorted(deliveries.handlers)],
        next_href=link("/control/outbox", {**asked, "after": page.after}) if page.after else "",
    )


@blueprint.post("/retry")
@access("administration")
@session("required")
def retry_all() -> BaseResponse:
    the_repository().deliveries.retry(None, the_actor())
    return redirect(url_for("control_outbox.outbox", done="retried-all"), 303)


@blueprint.post(f"/{_NUMBER}/retry")
@access("administration")
@session("required")
def retry(number: int) -> BaseResponse:
    the_repository().deliveries.retry(number, the_actor())
    return redirect(url_for("control_outbox.outbox", done="retried"), 303)


@blueprint.get(f"/{_NUMBER}/drop")
@access("administration")
@session("required")
def confirm_drop(number: int) -> Response:
    return _question(number)


@blueprint.post(f"/{_NUMBER}/drop")
@access("administration")
@session("required")
def drop(number: int) -> BaseResponse:
    try:
        the_repository().deliveries.drop(number, the_actor())
    except NotFound:
        return redirect(url_for("control_outbox.outbox", done="gone"), 303)
    return redirect(url_for("control_outbox.outbox", done="dropped"), 303)


def _question(number: int) -> Response:
    found = the_repository().deliveries.find(number)
    return ask(
        Confirmation(
            title=_("Drop this delivery?"),
            text=_(
                "“%(handler)s” will never hear of “%(event)s” (%(key)s). This cannot be undone.",
                handler=found.handler,
                event=found.event,
                key=found.key,
            ),
            button=_("Drop the delivery"),
            action=url_for("control_outbox.drop", number=number),
            back=url_for("control_outbox.outbox"),
        )
    )
