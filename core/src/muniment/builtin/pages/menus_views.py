"""The entries of menus in the control panel: one form with a few empty rows; a row without an address is left out."""

from __future__ import annotations

import re
from typing import Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.pages.menus import MENUS, MOST, problems_of
from muniment.errors import Conflict, MunimentError, Problem, ValidationFailed
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.language import own_name
from muniment.web.ui.views.control.frame import show, text

blueprint = Blueprint("control_menus", __name__, url_prefix="/control/menus", template_folder="templates")

#: Rows for new entries below those that there are.
_SPARE: Final = 2
_TITLES: Final = {"main": lazy_gettext("In the menu at the top"), "footer": lazy_gettext("At the foot of every page")}


@blueprint.get("")
@access("administration")
@session("required")
def menus() -> Response:
    (entries,) = (item.value for item in the_repository().plugin_settings.form("pages").fields if item.key == "entries")
    return _form([_shown(entry) for entry in entries or []])


@blueprint.post("")
@access("administration")
@session("required")
@keeps_form
def save() -> BaseResponse:
    """Replace all entries by those of the form; each problem stands at its row."""
    sent = _sent()
    problems = [
        Problem(f"{number}.{_control(field)}", message)
        for number, row in sent.items()
        for field, message in problems_of(_entry(row)).items()
    ]
    try:
        if problems:
            raise ValidationFailed(errors=problems)
        entries = [_entry(row) for row in sent.values()]
        the_repository().plugin_settings.change("pages", {"entries": entries}, the_actor())
    except (ValidationFailed, Conflict) as error:
        return _form(list(sent.values()), error)
    return redirect(url_for("control_menus.menus", done="saved"), 303)


def _sent() -> dict[int, dict[str, str]]:
    """The rows that are filled in, numbered anew in their order."""
    numbers = sorted({int(match[1]) for name in request.form if (match := re.match(r"(\d{1,3})\.href\Z", name))})
    rows = [
        {field: text(f"{number}.{field}") for field in ("href", "place", "position", *_titles())}
        for number in numbers[: MOST + 1]
    ]
    filled = [row for row in rows if row["href"] or any(row[field] for field in _titles())]
    return dict(enumerate(filled, start=1))


def _titles() -> list[str]:
    return [f"title.{code}" for code in _languages()]


def _languages() -> tuple[str, ...]:
    return the_repository().config.site.languages


def _control(field: str) -> str:
    return f"title.{_languages()[0]}" if field == "titles" else field


def _entry(row: dict[str, str]) -> dict[str, Any]:
    titles = {code: row[f"title.{code}"] for code in _languages() if row.get(f"title.{code}")}
    position = int(row["position"]) if row["position"].isascii() and row["position"].isdigit() else -1
    return {"place": row["place"], "href": row["href"], "position": position, "titles": titles}


def _shown(entry: dict[str, Any]) -> dict[str, str]:
    titles = {f"title.{code}": title for code, title in entry["titles"].items()}
    return {"href": entry["href"], "place": entry["place"], "position": str(entry["position"]), **titles}


def _form(rows: list[dict[str, str]], error: MunimentError | None = None) -> Response:
    spare = [{"href": "", "place": "footer", "position": "50"} for _ in range(_SPARE)]
    return show(
        "pages/menus.html",
        error,
        rows=list(enumerate([*rows, *spare], start=1)),
        known=len(rows),
        tongues=[(code, own_name(code)) for code in _languages()],
        places=[(menu, _TITLES[menu]) for menu in MENUS],
    )
