"""The inbox as its page shows it: what waits for one, what one has asked, and everything."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from muniment.api import Address, pagination, the_actor
from muniment_requests.listing import Asked
from muniment_requests.parties import Party, Shown
from muniment_requests.request import CREATOR, Request
from muniment_requests.wording import status_label, title_of, type_label, when

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin

PATH: Final = "/me/requests"
TABS: Final = ("waiting", "mine", "all")
#: In place of a tab: the list of the control panel.
CONTROL: Final = "control"
SIZE: Final = 25
#: The order in which each choice of the page sorts.
SORTS: Final = {"active": "newestactivity", "newest": "newest", "oldest": "oldest"}
KINDS: Final = {"created": "", "submitted": "warn", "accepted": "ok", "declined": "bad", "cancelled": "", "expired": ""}


@dataclass(frozen=True)
class Row:
    """A request in a list. `who` is its other side: who asks, or who is asked."""

    href: str
    title: str
    type: str
    status: str
    kind: str
    who: str
    topic: Shown | None
    when: str
    moment: str
    unread: bool


@dataclass(frozen=True)
class InboxView:
    """Everything that the page shows."""

    query: str
    tab: str
    tabs: tuple[tuple[str, str, bool, int | None], ...]
    state: str
    states: tuple[tuple[str, str], ...]
    type: str
    types: tuple[tuple[str, str], ...]
    receiver: str
    receivers: tuple[tuple[str, str], ...]
    sort: str
    sorts: tuple[tuple[str, str], ...]
    narrowed: bool
    all_href: str
    total: int
    rows: tuple[Row, ...]
    pages: Any


def read_inbox(arguments: MultiDict[str, str], path: str = PATH) -> tuple[Asked, Address]:
    """The list that an address below `path` asks for; what makes no sense counts as missing."""
    tab, state, sort = (arguments.get(name, "") for name in ("tab", "state", "sort"))
    tab = tab if tab in TABS else "waiting"
    state = state if state in ("open", "closed", "any") else "open"
    sort = sort if sort in SORTS else "active"
    number, type = arguments.get("page", "1"), arguments.get("type", "").replace("\x00", "")
    query, receiver = (arguments.get(name, "").replace("\x00", "") for name in ("q", "of"))
    asked = Asked(
        q=query,
        part={"waiting": "waiting", "mine": CREATOR, "all": ""}[tab],
        types=(type,) if type else (),
        receiver=receiver,
        is_open={"open": True, "closed": False, "any": None}[state],
        sort=SORTS[sort],
        page=int(number) if number.isascii() and number.isdigit() and 0 < int(number[:9]) <= 100_000 else 1,
        size=SIZE,
    )
    pairs = [("tab", tab if tab != "waiting" else ""), ("q", query), ("state", state if state != "open" else "")]
    pairs += [("type", type), ("of", receiver), ("sort", sort if sort != "active" else "")]
    return asked, Address(path, [pair for pair in pairs if pair[1]])


def inbox_view(plugin: Plugin, asked: Asked, address: Address, *, everybody: bool = False) -> InboxView:
    """The page for the actor of the request at hand; with `everybody` that of administrators, without tabs."""
    actor = the_actor()
    if everybody:
        found = plugin.requests.list_all(actor, replace(asked, part=""))
    else:
        found = plugin.requests.list(actor, asked)
    shown = plugin.requests.declared.shown(actor, {one for request in found.requests for one in request.parties})
    given = dict(address.arguments)
    receivers = () if everybody else _receivers(plugin)
    tab = "all" if everybody else given.get("tab", "waiting")
    return InboxView(
        query=asked.q,
        tab=tab,
        tabs=() if everybody else _tabs(plugin, tab, asked, found.total),
        state=given.get("state", "open"),
        states=(("open", _("Open")), ("closed", _("Closed")), ("any", _("Open and closed"))),
        type=given.get("type", ""),
        types=(
            ("", _("Any type")),
            *((one.id, str(one.title)) for one in plugin.requests.declared.types.values()),
        ),
        receiver=asked.receiver,
        receivers=receivers,
        sort=given.get("sort", "active"),
        sorts=(("active", _("Last activity")), ("newest", _("Newest")), ("oldest", _("Oldest"))),
        narrowed=bool(asked.q.strip() or asked.types or asked.receiver),
        all_href=str(Address(address.path, [pair for pair in address.arguments if pair[0] in ("tab", "state")])),
        total=found.total,
        rows=tuple(
            _row(plugin, request, shown, address, asked.page, everybody=everybody) for request in found.requests
        ),
        pages=pagination(found.total, asked.page, SIZE, address, window=max(found.total, 1)),
    )


def _tabs(plugin: Plugin, chosen: str, asked: Asked, total: int) -> tuple[tuple[str, str, bool, int | None], ...]:
    """`total` is of the list that was `asked` for, which mostly is that of what waits."""
    all_waiting = Asked(part="waiting", is_open=True, sort=asked.sort, page=asked.page, size=asked.size)
    waiting = total if asked == all_waiting else plugin.requests.count(the_actor(), all_waiting)
    names = {"waiting": _("Waiting for me"), "mine": _("Asked by me"), "all": _("All")}
    return tuple(
        (
            names[one],
            str(Address(PATH, [("tab", one)] if one != "waiting" else [])),
            one == chosen,
            waiting if one == "waiting" else None,
        )
        for one in TABS
    )


def _receivers(plugin: Plugin) -> tuple[tuple[str, str], ...]:
    """The choices of whom is asked, by their names; empty where there is nothing to choose."""
    found = plugin.requests.receivers(the_actor())
    shown = plugin.requests.declared.shown(the_actor(), found) if found else {}
    named = sorted(((name, party.text) for party, (name, _href) in shown.items()), key=lambda one: one[0].casefold())
    return (("", _("Anybody")), *((text, name) for name, text in named)) if named else ()


def _row(
    plugin: Plugin, request: Request, shown: dict[Party, Shown], address: Address, page: int, *, everybody: bool
) -> Row:
    """A row whose link knows the list, so that the page of the request leads back to it."""
    way = list(address.arguments) if not everybody else [("tab", CONTROL), *address.arguments]
    return Row(
        href=str(Address(f"{PATH}/{request.id}", way + ([("at", str(page))] if page > 1 else []))),
        title=title_of(plugin, request),
        type=type_label(plugin, request),
        status=status_label(request.status),
        kind=KINDS[request.status],
        who=_who(request, shown, everybody=everybody),
        topic=shown.get(request.topic) if request.topic else None,
        when=when(request.active),
        moment=request.active.isoformat(),
        unread=request.unread,
    )


def _who(request: Request, shown: dict[Party, Shown], *, everybody: bool) -> str:
    def name(party: Party) -> str:
        return shown[party][0] if party in shown else _("somebody who is gone")

    if everybody:
        creator, receiver = name(request.creator), name(request.receiver)
        return str(_("%(creator)s asks %(receiver)s", creator=creator, receiver=receiver))
    if CREATOR in request.parts:
        return str(_("to %(name)s", name=name(request.receiver)))
    return str(_("from %(name)s", name=name(request.creator)))
