"""Banners in the control panel."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.banners.banner import Banner, BannerInput
from muniment.builtin.banners.service import BannerService
from muniment.builtin.banners.showing import banner_markup, plain_text
from muniment.errors import Conflict, MunimentError, Problem, RevisionMismatch, ValidationFailed
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.language import own_name
from muniment.web.ui.views.control.frame import Confirmation, ask, show, text, zone

blueprint = Blueprint("control_banners", __name__, url_prefix="/control/banners", template_folder="templates")

_NUMBER: Final = "<int(max=9223372036854775807):number>"
_FORMAT: Final = "%Y-%m-%dT%H:%M"


def the_banners() -> BannerService:
    """The service of the generation that answers."""
    service: BannerService = next(
        loaded.plugin.banners for loaded in the_repository().generation.plugins if loaded.name == "banners"
    )
    return service


@blueprint.get("")
@access("administration")
@session("required")
def banners() -> Response:
    now = the_repository().now()
    return show(
        "banners/list.html",
        banners=[(banner, banner.state_at(now), plain_text(banner)) for banner in the_banners().all()],
    )


@blueprint.get("/new")
@access("administration")
@session("required")
def new() -> Response:
    return _form(None)


@blueprint.post("/new")
@access("administration")
@session("required")
@keeps_form
def create() -> BaseResponse:
    try:
        made = the_banners().create(the_actor(), _sent())
    except ValidationFailed as error:
        return _form(None, error)
    return redirect(url_for("control_banners.edit", number=made.id, done="saved"), 303)


@blueprint.get(f"/{_NUMBER}")
@access("administration")
@session("required")
def edit(number: int) -> Response:
    return _form(the_banners().get(number))


@blueprint.post(f"/{_NUMBER}")
@access("administration")
@session("required")
@keeps_form
def save(number: int) -> BaseResponse:
    revision = text("revision")
    try:
        the_banners().update(the_actor(), number, _sent(), int(revision) if revision.isdigit() else None)
    except ValidationFailed as error:
        return _form(the_banners().get(number), error)
    except RevisionMismatch:
        changed = Conflict(
            "Somebody else changed this banner meanwhile. Below is what you entered; save it again to keep it."
        )
        return _form(the_banners().get(number), changed)
    return redirect(url_for("control_banners.edit", number=number, done="saved"), 303)


@blueprint.get(f"/{_NUMBER}/delete")
@access("administration")
@session("required")
def confirm_delete(number: int) -> Response:
    banner = the_banners().get(number)
    return ask(
        Confirmation(
            title=_("Remove this banner?"),
            text=plain_text(banner),
            button=_("Remove the banner"),
            action=url_for("control_banners.delete", number=number),
            back=url_for("control_banners.edit", number=number),
        )
    )


@blueprint.post(f"/{_NUMBER}/delete")
@access("administration")
@session("required")
def delete(number: int) -> BaseResponse:
    the_banners().delete(the_actor(), number)
    return redirect(url_for("control_banners.banners", done="deleted"), 303)


def _sent() -> BannerInput:
    """The banner that the form spells; raises `ValidationFailed` for moments that are none."""
    problems: list[Problem] = []
    banner = BannerInput(
        kind=text("kind"),
        audience=text("audience"),
        texts={code: line for code in _codes() if (line := " ".join(text(f"text.{code}").split()))},
        starts=_moment("starts", problems),
        ends=_moment("ends", problems),
    )
    if problems:
        raise ValidationFailed(errors=problems)
    return banner


def _moment(name: str, problems: list[Problem]) -> datetime | None:
    """A moment in the reader's time zone, as browsers send it."""
    value = text(name)
    try:
        return datetime.fromisoformat(value).replace(tzinfo=zone()).astimezone(UTC) if value else None
    except (ValueError, OverflowError):
        problems.append(Problem(name, "Enter a day and a time like 2026-12-31T18:00."))
        return None


def _codes(banner: Banner | None = None) -> list[str]:
    """The languages of the site, and others that the banner or the form has."""
    sent = [name.partition(".")[2] for name in request.form if name.startswith("text.")]
    return list(dict.fromkeys([*the_repository().config.site.languages, *(banner.texts if banner else ()), *sent]))


def _form(banner: Banner | None, error: MunimentError | None = None) -> Response:
    stored = {
        "kind": banner.kind if banner else "info",
        "audience": banner.audience if banner else "everybody",
        "starts": _local(banner.starts) if banner else "",
        "ends": _local(banner.ends) if banner else "",
        **{f"text.{code}": line for code, line in (banner.texts if banner else {}).items()},
    }
    return show(
        "banners/edit.html",
        error,
        banner=banner,
        state=banner.state_at(the_repository().now()) if banner else "",
        preview=banner_markup(banner) if banner else "",
        tongues=[(code, own_name(code)) for code in _codes(banner)],
        given=lambda name: request.form.get(name, "") if error else stored.get(name, ""),
        zone=str(zone()),
    )


def _local(moment: datetime | None) -> str:
    return moment.astimezone(zone()).strftime(_FORMAT) if moment else ""
