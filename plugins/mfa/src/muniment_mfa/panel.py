"""The page of the control panel: who has a second step, and taking it from those who lost it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import Blueprint, Response, redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import BlueprintSpec, NotFound, access, control_page, control_question, session, the_actor

if TYPE_CHECKING:
    from muniment_mfa.factors import Factors

ADMINISTRATION: Final = "administration"


def pages(factors: Factors) -> BlueprintSpec:
    blueprint = Blueprint("control_mfa", __name__, url_prefix="/control/mfa", template_folder="templates")

    @blueprint.get("")
    @access(ADMINISTRATION)
    @session("required")
    def overview() -> Response:
        found = factors.everybody()
        return control_page(
            "mfa/control.html",
            people=found,
            names=factors.repository.users.names(number for number, _since in found),
            required=factors.context.settings.required_roles,
        )

    @blueprint.get("/<number>/reset")
    @access(ADMINISTRATION)
    @session("required")
    def ask(number: str) -> Response:
        user = factors.repository.users.get(_whole(number))
        if not factors.standing(user.subject_id).is_on:
            raise NotFound("This account has no second step.")
        return control_question(
            title=_("Take the second step away?"),
            text=_(
                "%(person)s signs in with the password alone from then on, or sets up a new second step if their role "
                "needs one. All their browsers are signed out, and a message tells them. Be sure who asked for this.",
                person=user.display_name or user.email,
            ),
            button=_("Take it away"),
            action=url_for("control_mfa.reset", number=number),
            back=url_for("control_mfa.overview"),
        )

    @blueprint.post("/<number>/reset")
    @access(ADMINISTRATION)
    @session("required")
    def reset(number: str) -> BaseResponse:
        factors.reset(the_actor(), _whole(number))
        return redirect(url_for("control_mfa.overview", done="mfa-reset"), 303)

    return BlueprintSpec(blueprint, "ui")


def _whole(number: str) -> int:
    if not number.isdecimal() or len(number) > 18:
        raise NotFound("There is no such user.")
    return int(number)
