"""What operators change of the entries that the core and plugins have put into the menus: hidden, renamed, moved."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from marshmallow import Schema, fields, validate

from muniment.builtin.pages.menus import MENUS, POSITION, TITLE

if TYPE_CHECKING:
    from muniment.web.ui.navigation import NavigationItem


class Change(Schema):
    """What is changed of one entry; what is left out stays as the entry says it. `key` is that of `key_of`."""

    key = fields.String(required=True, validate=validate.Length(1, 600))
    hidden = fields.Boolean(load_default=False)
    place = fields.String(
        load_default=None, allow_none=True, validate=validate.OneOf(MENUS, error="There is no such menu.")
    )
    position = fields.Integer(load_default=None, allow_none=True, validate=POSITION)
    titles = fields.Dict(fields.String(), fields.String(validate=TITLE), load_default=dict)


@dataclass(frozen=True)
class Offered:
    """An entry as the core or a plugin offers it, with what is changed of it."""

    key: str
    title: str
    place: str
    position: int
    change: Mapping[str, Any]


def key_of(item: NavigationItem) -> str:
    """What an entry is known by, whatever it is called."""
    return f"{item.area}:{item.endpoint or item.href}"


def offered(items: Iterable[NavigationItem], changes: Iterable[Mapping[str, Any]]) -> list[Offered]:
    """The entries that can be changed, in the order in which they would stand by themselves."""
    by_key = {change["key"]: change for change in changes}
    found = [item for item in items if item.area in MENUS]
    return [
        Offered(key_of(item), _own_title(item)(), item.area, item.order, by_key.get(key_of(item), {}))
        for item in sorted(found, key=lambda item: (MENUS.index(item.area), item.order))
    ]


def arranged(
    items: Sequence[NavigationItem], changes: Iterable[Mapping[str, Any]], language: Callable[[], str]
) -> list[NavigationItem]:
    """The menus as operators want them; `language` tells that of the reader."""
    by_key = {change["key"]: change for change in changes}
    found = []
    for item in items:
        change = by_key.get(key_of(item)) if item.area in MENUS else None
        if change is None:
            found.append(item)
        elif not change.get("hidden"):
            position = change.get("position")
            found.append(
                replace(
                    item,
                    area=change.get("place") or item.area,
                    order=item.order if position is None else position,
                    title=_title(item, change.get("titles") or {}, language),
                )
            )
    return found


def _own_title(item: NavigationItem) -> Callable[[], str]:
    title = item.title
    return title if callable(title) else lambda: str(title)


def _title(item: NavigationItem, titles: Mapping[str, str], language: Callable[[], str]) -> Callable[[], str]:
    """Its new title in the languages that have one, its own in all others."""
    own = _own_title(item)

    def title() -> str:
        code = language()
        return titles.get(code) or titles.get(code.replace("-", "_").partition("_")[0]) or own()

    return title
