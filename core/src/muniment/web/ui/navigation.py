"""Menus: at the head, at the foot and in the account menu of every page, beside the settings and the control panel."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from flask import request, url_for
from werkzeug.routing import BuildError

from muniment.access.actor import Actor
from muniment.web.access import AUTHENTICATED, PUBLIC

AREAS: Final = ("main", "account", "settings", "footer", "control", "uploads")
#: The headings under which entries of the control panel stand, in order; "" comes first and has none.
SECTIONS: Final = ("", "people", "content", "site", "operation")


@dataclass(frozen=True)
class NavigationItem:
    """An entry of a menu.

    `area` is ``main``, ``account``, ``settings`` (beside the pages of one's own account), ``footer``, ``control`` (the
    control panel) or ``uploads`` (tabs beside one's uploads). `title` may be lazily translated, or a function that is
    called for each page. The target is an `endpoint` (with `values`) or a path `href`.
    `permission` is ``public``, ``authenticated`` or the name of a permission, or several of which one will do; whoever
    lacks it does not see the entry. Lower `order` comes first. `icon` names one of the sprites. `section` is the
    heading under which an entry of the control panel stands: ``people``, ``content``, ``site`` or ``operation``.
    """

    area: str
    title: str | Callable[[], str]
    endpoint: str = ""
    permission: str | tuple[str, ...] = PUBLIC
    order: int = 100
    href: str = ""
    icon: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)
    section: str = ""


@dataclass(frozen=True)
class NavigationLink:
    """An entry as templates see it: whether it leads to the page at hand, or to one above it."""

    title: str
    href: str
    icon: str
    current: bool
    above: bool = False
    section: str = ""


class Navigation:
    """The menus of one generation: the core's entries and those of plugins, in order."""

    def __init__(self, items: Iterable[NavigationItem]) -> None:
        self._items = sorted(items, key=lambda item: item.order)
        for item in self._items:
            if item.area not in AREAS:
                raise ValueError(f"the menu '{item.area}' of '{item.title}' is none of {', '.join(AREAS)}")
            if item.section not in SECTIONS:
                raise ValueError(f"the section '{item.section}' of '{item.title}' is none of {', '.join(SECTIONS[1:])}")

    def links(self, area: str, actor: Actor) -> list[NavigationLink]:
        """What the actor may see of a menu. An entry whose page does not exist in this generation is left out."""
        return [link for item in self._items if item.area == area and _allowed(item, actor) if (link := _link(item))]


def _allowed(item: NavigationItem, actor: Actor) -> bool:
    wanted = (item.permission,) if isinstance(item.permission, str) else item.permission
    return any(_holds(actor, permission) for permission in wanted)


def _holds(actor: Actor, permission: str) -> bool:
    if permission == PUBLIC:
        return True
    return actor.is_authenticated if permission == AUTHENTICATED else actor.can(permission)


def _link(item: NavigationItem) -> NavigationLink | None:
    try:
        href = item.href or url_for(item.endpoint, **dict(item.values))
    except BuildError:
        return None
    path = href.partition("?")[0]
    current = request.path == path
    above = not current and request.path.startswith(f"{path}/")
    title = item.title() if callable(item.title) else str(item.title)
    return NavigationLink(title, href, item.icon, current, above, item.section)


def core_items(_: Callable[[str], str]) -> list[NavigationItem]:
    """The core's own entries; `_` translates lazily."""
    return [
        NavigationItem("main", _("Browse"), "search.results", order=10),
        NavigationItem("account", _("My uploads"), "my.uploads", AUTHENTICATED, order=10, icon="upload"),
        NavigationItem("footer", _("Help"), "help.index", order=10),
        NavigationItem("footer", _("API"), "help.api", order=40),
        NavigationItem("footer", _("Privacy"), "about.privacy", order=80),
        NavigationItem("footer", _("Licences"), "about.licences", order=90),
    ]
