"""The look of the site in the control panel, and the logos that it uses."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from flask import Blueprint, Response, current_app, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.appearance import colours
from muniment.builtin.appearance.drawings import LARGEST
from muniment.builtin.appearance.service import AppearanceService
from muniment.errors import Conflict, MunimentError, Problem, ValidationFailed
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.palette import palette
from muniment.web.ui.views.control.frame import show, text

public = Blueprint("appearance", __name__, template_folder="templates")
control = Blueprint("control_appearance", __name__, url_prefix="/control/appearance", template_folder="templates")

_WORDS: Final = ("name", "description", "publisher", "contact")
_LOGOS: Final = ("logo", "logo_dark")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
#: A drawing that somebody opens by itself can do nothing.
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def the_appearance() -> AppearanceService:
    """The service of the generation that answers."""
    service: AppearanceService = next(
        loaded.plugin.appearance for loaded in the_repository().generation.plugins if loaded.name == "appearance"
    )
    return service


@public.get("/logo/<name>")
@access("public")
@session("none")
def logo(name: str) -> Response:
    """A logo; its address changes with its contents."""
    found = the_appearance().logo(name)
    response = Response(found.content, content_type=found.media_type)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    response.headers["Content-Security-Policy"] = _POLICY
    return response


@control.get("")
@access("administration")
@session("required")
def appearance() -> Response:
    return _page()


@control.post("")
@access("administration")
@session("required")
@keeps_form
def save() -> BaseResponse:
    """Change the look; `do=propose` only fills in colours that go with one."""
    chosen = colours.changed(request.form)
    if request.form.get("do") == "propose":
        return _propose(chosen)
    try:
        if found := colours.problems(chosen):
            raise ValidationFailed(errors=found)
        the_appearance().change(the_actor(), _asked(chosen), _uploaded())
    except (ValidationFailed, Conflict) as error:
        return _page(_at_controls(error), chosen)
    return redirect(url_for("control_appearance.appearance", done="saved"), 303)


def _asked(chosen: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    fields = the_appearance().fields()
    values: dict[str, Any] = {key: text(key).replace("\r\n", "\n") for key in _WORDS if key in request.form}
    values |= {"colours": dict(chosen["light"]), "dark_colours": dict(chosen["dark"])}
    values |= {key: "" for key in _LOGOS if f"{key}.remove" in request.form}
    values |= {key: None for key in _WORDS if f"{key}.reset" in request.form}
    return {key: value for key, value in values.items() if not fields[key].read_only}


def _uploaded() -> dict[str, bytes]:
    """The chosen files, by setting; what is too large is not read to its end."""
    sent = {key: request.files[key].read(LARGEST + 1) for key in _LOGOS if key in request.files}
    return {key: content for key, content in sent.items() if content}


def _at_controls(error: MunimentError) -> MunimentError:
    problems = [
        Problem(item.field.removeprefix("appearance."), item.message, item.code)
        for item in getattr(error, "errors", ())
    ]
    return ValidationFailed(error.message, errors=problems)


def _propose(chosen: dict[str, dict[str, str]]) -> Response:
    accent = text("accent")
    if not _COLOUR.fullmatch(accent):
        return _page(ValidationFailed(errors=[Problem("accent", "Write a colour as #rrggbb.")]), chosen)
    light, dark = palette(accent.lower())
    proposed = {"light": chosen["light"] | light, "dark": chosen["dark"] | dark}
    return _page(None, proposed, proposed=True)


def _page(
    error: MunimentError | None = None,
    chosen: Mapping[str, Mapping[str, str]] | None = None,
    *,
    proposed: bool = False,
) -> Response:
    fields = the_appearance().fields()
    stored = {"light": fields["colours"].value or {}, "dark": fields["dark_colours"].value or {}}
    shown = chosen or stored
    main = colours.rows(colours.MAIN, shown)
    return show(
        "appearance/appearance.html",
        error,
        fields=fields,
        given_item=lambda item: request.form.get(item.key, "") if chosen is not None else item.value or "",
        main=main,
        others=colours.rows(colours.OTHERS, shown),
        accent=request.form.get("accent") or main[0].light,
        pairs=colours.PAIRS,
        proposed=proposed,
        elsewhere=[
            name for name in ("control_texts.texts", "control_pages.pages") if name in current_app.view_functions
        ],
    )
