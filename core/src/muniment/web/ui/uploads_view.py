"""The page of one's own uploads, computed from the service's answer and the address of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from muniment.records.uploads import SORTS, STATES, TABS, State, Tab, UploadsRequest
from muniment.web.ui.record_view import KindView, kind_icon
from muniment.web.ui.search_view import Address, Pagination, pagination
from muniment.web.ui.wording import _, plain_version

if TYPE_CHECKING:
    from datetime import datetime

    from werkzeug.datastructures import MultiDict

    from muniment.records.uploads import OwnUpload, UploadsPage

PATH: Final = "/me/uploads"
SIZE: Final = 25


@dataclass(frozen=True)
class UploadAction:
    """What can be done with an upload: a link, or with `fields` a form that is sent; `kind` is "" or ``danger``."""

    text: str
    href: str
    icon: str
    kind: str = ""
    fields: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class UploadView:
    """One row. `first` is what one most likely came for; `more` are the other actions."""

    id: str
    href: str
    title: str
    kind: KindView
    state: State
    state_label: str
    version: str
    changed: str
    changed_at: str
    problems: int
    first: UploadAction
    more: tuple[UploadAction, ...]


@dataclass(frozen=True)
class UploadsView:
    """Everything that the page shows. `error` is set instead of rows when the query was not understood."""

    query: str
    tab: Tab
    tabs: tuple[tuple[str, str, bool, int], ...]
    state: str
    states: tuple[tuple[str, str], ...]
    sort: str
    sorts: tuple[tuple[str, str], ...]
    narrowed: bool
    all_href: str
    error: str = ""
    total: int = 0
    cut: bool = False
    rows: tuple[UploadView, ...] = ()
    pages: Pagination | None = None


def read_uploads_request(arguments: MultiDict[str, str]) -> tuple[UploadsRequest, Address]:
    """The request in an address; what makes no sense counts as missing."""
    tab, state, sort = (arguments.get(name, "") for name in ("tab", "state", "sort"))
    number = arguments.get("page", "1")
    page = int(number) if number.isascii() and number.isdigit() and 0 < int(number[:9]) <= 100_000 else 1
    request = UploadsRequest(
        q=arguments.get("q", "").replace("\x00", ""),
        tab=tab if tab in TABS else "all",
        state=state if state in STATES else None,
        sort=sort if sort in SORTS else "",
        page=page,
        size=SIZE,
    )
    pairs = [("tab", request.tab if request.tab != "all" else ""), ("q", request.q)]
    pairs += [("state", request.state or ""), ("sort", request.sort)]
    return request, Address(PATH, [pair for pair in pairs if pair[1]])


def uploads_view(
    request: UploadsRequest,
    address: Address,
    found: UploadsPage,
    kinds: Mapping[str, str],
    moment: Callable[[datetime], str],
    possible: frozenset[str],
) -> UploadsView:
    """`kinds` names resource types by id; `moment` writes times; `possible` are the actions whose pages exist here."""
    return UploadsView(
        **_frame(request, address, found.counts, found.sort),
        total=found.total,
        cut=found.cut,
        rows=tuple(_row(row, kinds, moment, possible) for row in found.rows),
        pages=pagination(found.total, request.page, SIZE, address, window=max(found.total, 1)),
    )


def failed_uploads_view(
    request: UploadsRequest, address: Address, counts: Mapping[Tab, int], message: str
) -> UploadsView:
    """The page for a query that could not be understood."""
    return UploadsView(**_frame(request, address, counts, request.sort), error=message)


def _frame(request: UploadsRequest, address: Address, counts: Mapping[Tab, int], sort: str) -> dict[str, Any]:
    names: dict[Tab, str] = {"all": _("All"), "drafts": _("Drafts"), "published": _("Published")}
    tabs = [
        (
            names[tab],
            str(address.replacing(tab=tab if tab != "all" else None, state=None)),
            tab == request.tab,
            counts[tab],
        )
        for tab in TABS
    ]
    states = [("", _("Any state")), *((state, state_label(state)) for state in _states_of(request.tab))]
    sorts = [(name, _sort_label(name)) for name in SORTS if name != "bestmatch" or request.q.strip()]
    return {
        "query": request.q,
        "tab": request.tab,
        "tabs": tuple(tabs),
        "state": request.state or "",
        "states": tuple(states),
        "sort": sort,
        "sorts": tuple(sorts),
        "narrowed": bool(request.q.strip() or request.state),
        "all_href": str(Address(PATH, [pair for pair in address.arguments if pair[0] == "tab"])),
    }


def _states_of(tab: Tab) -> tuple[State, ...]:
    """The states that rows of a tab can have."""
    left_out = {"drafts": "published", "published": "draft"}.get(tab)
    return tuple(state for state in STATES if state != left_out)


def state_label(state: State) -> str:
    return {
        "draft": _("Draft"),
        "edit": _("Edit under way"),
        "new-version": _("New version in progress"),
        "published": _("Published"),
    }[state]


def _sort_label(name: str) -> str:
    return {
        "updated": _("Last changed"),
        "title": _("Title"),
        "newest": _("Newest"),
        "oldest": _("Oldest"),
        "bestmatch": _("Best match"),
    }[name]


def _row(
    row: OwnUpload, kinds: Mapping[str, str], moment: Callable[[datetime], str], possible: frozenset[str]
) -> UploadView:
    actions = [action for name, action in _actions(row) if name in possible]
    return UploadView(
        id=row.id,
        href=f"/records/{row.record_id}" if row.state == "published" else actions[0].href,
        title=row.title or _("Untitled"),
        kind=KindView(row.resource_type, kinds.get(row.resource_type, ""), kind_icon(row.resource_type)),
        state=row.state,
        state_label=state_label(row.state),
        version=plain_version(row.version) or (str(row.version_index) if row.version_index > 1 else ""),
        changed=moment(row.updated),
        changed_at=row.updated.isoformat(),
        problems=row.problems,
        first=actions[0],
        more=tuple(actions[1:]),
    )


def _actions(row: OwnUpload) -> Iterator[tuple[str, UploadAction]]:
    """What can be done with an upload, the likeliest first, each under the name by which pages are looked for."""
    record, draft = quote(row.record_id), quote(row.draft_id)
    if draft:
        yield "continue", UploadAction(_("Continue"), f"/uploads/{draft}", "pencil")
        yield "preview", UploadAction(_("Preview"), f"/records/{draft}?preview=1", "eye")
    else:
        yield "edit", UploadAction(_("Edit"), f"/records/{record}/edit", "pencil")
    if record:
        yield "view", UploadAction(_("Show the published version"), f"/records/{record}", "book-open")
    if record and row.state != "new-version":
        start = (("kind", "version"), ("import_files", "1"))
        yield "new-version", UploadAction(_("New version"), f"/records/{record}/edit", "layers", fields=start)
    source = ("draft", "1") if draft else ("record", "1")
    copied = f"/records/{draft or record}/duplicate"
    yield "duplicate", UploadAction(_("Duplicate as a new draft"), copied, "copy-plus", fields=(source,))
    if draft:
        discard = {"edit": _("Discard the changes"), "new-version": _("Discard the new version")}
        text = discard.get(row.state, _("Discard the draft"))
        yield "discard", UploadAction(text, f"/uploads/{draft}/discard", "trash-2", "danger")
