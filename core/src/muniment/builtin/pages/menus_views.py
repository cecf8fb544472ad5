"""The menus in the control panel: entries of operators, one form with a few empty rows; and what they change of the
entries that the core and plugins have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, redirect, request, url_for
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response as BaseResponse

from muniment.builtin.pages.arranging import Change, Offered
from muniment.builtin.pages.menus import MENUS, MOST, problems_of
from muniment.errors import Conflict, MunimentError, Problem, ValidationFailed
from muniment.web.access import access, session
from muniment.web.current import the_actor, the_repository
from muniment.web.kept_forms import keeps_form
from muniment.web.ui.language import own_name
from muniment.web.ui.views.control.frame import show, text

if TYPE_CHECKING:
    from muniment.builtin.pages.plugin import Plugin

blueprint = Blueprint("control_menus", __name__, url_prefix="/control/menus", template_folder="templates")

#: Rows for new entries below those that there are.
_SPARE: Final = 2
_TITLES: Final = {"main": lazy_gettext("In the menu at the top"), "footer": lazy_gettext("At the foot of every page")}


@blueprint.get("")
@access("administration")
@session("required")
def menus() -> Response:
    return _form([_shown(entry) for entry in _stored("entries")])


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


@blueprint.post("/arrangement")
@access("administration")
@session("required")
@keeps_form
def arrange() -> BaseResponse:
    """Keep what differs from the entries as they are by themselves; of those that are away now nothing is lost."""
    known = the_menus().offered()
    away = [change for change in _stored("arrangement") if change["key"] not in {item.key for item in known}]
    wanted = {number: _change(number, item) for number, item in enumerate(known, start=1)}
    problems = [
        Problem(f"own.{number}.{_control(field)}", message)
        for number, change in wanted.items()
        for field, message in problems_of(change, Change()).items()
    ]
    try:
        if problems:
            raise ValidationFailed(errors=problems)
        changed = [change for change in wanted.values() if len(change) > 1]
        the_repository().plugin_settings.change("pages", {"arrangement": [*away, *changed]}, the_actor())
    except (ValidationFailed, Conflict) as error:
        return _form([_shown(entry) for entry in _stored("entries")], error)
    return redirect(url_for("control_menus.menus", done="saved"), 303)


def _change(number: int, item: Offered) -> dict[str, Any]:
    """What the form says of one entry, without what it is by itself."""
    titles = {code: title for code in _languages() if (title := text(f"own.{number}.title.{code}"))}
    place, position = text(f"own.{number}.place"), text(f"own.{number}.position")
    asked = {
        "hidden": f"own.{number}.hidden" in request.form,
        "place": place if place != item.place else None,
        "position": _number(position) if position not in ("", str(item.position)) else None,
        "titles": titles,
    }
    return {"key": item.key, **{name: value for name, value in asked.items() if value not in (False, None, {})}}


def _number(written: str) -> int:
    return int(written) if written.isascii() and written.isdigit() else -1


def the_menus() -> Plugin:
    """The plugin of the generation that answers."""
    found: Plugin = next(item.plugin for item in the_repository().generation.plugins if item.name == "pages")
    return found


def _stored(key: str) -> list[dict[str, Any]]:
    (value,) = (item.value for item in the_repository().plugin_settings.form("pages").fields if item.key == key)
    return value or []


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
    return {"place": row["place"], "href": row["href"], "position": _number(row["position"]), "titles": titles}


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
        offered=[_own(number, item) for number, item in enumerate(the_menus().offered(), start=1)],
    )


def _own(number: int, item: Offered) -> dict[str, Any]:
    """An entry of others as the form shows it: as it was sent when that was refused, else as it is stored."""
    name = f"own.{number}"
    if f"{name}.place" in request.form:
        given = {key: text(f"{name}.{key}") for key in ("place", "position", *_titles())}
        return {"name": name, "item": item, "hidden": f"{name}.hidden" in request.form, **given}
    change = item.change
    position = change.get("position")
    return {
        "name": name,
        "item": item,
        "hidden": bool(change.get("hidden")),
        "place": change.get("place") or item.place,
        "position": str(item.position if position is None else position),
        **{f"title.{code}": title for code, title in (change.get("titles") or {}).items()},
    }
