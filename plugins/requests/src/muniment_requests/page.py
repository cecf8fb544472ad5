"""A request as its page shows it: what is asked, by whom, of whom, the conversation, and what the reader can do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from muniment.api import Actor, Address, pagination, stored_html, the_actor
from muniment_requests.access import actions_of, may_comment, may_lock
from muniment_requests.conversation import PAGE, SYSTEM_PARTY
from muniment_requests.inbox import CONTROL, KINDS, PATH, TABS, read_inbox
from muniment_requests.kinds_of_files import ACCEPTED
from muniment_requests.listing import Asked
from muniment_requests.panel import PANEL
from muniment_requests.parties import Party, Shown
from muniment_requests.rendering import file_path
from muniment_requests.request import COMMENT, CREATOR, Line, Request
from muniment_requests.wording import action_label, happened, status_label, title_of, type_label, when

if TYPE_CHECKING:
    from muniment_requests.plugin import Plugin

#: How the buttons of actions look, and their icons.
_BUTTONS: Final = {
    "submit": ("primary", "send"),
    "accept": ("primary", "check"),
    "decline": ("plain", "x"),
    "cancel": ("quiet", "undo-2"),
}


@dataclass(frozen=True)
class LineView:
    """A line of the conversation. `sentence` is set for what was done, `content` for comments; `files` are
    names, addresses and sizes in bytes."""

    id: str
    who: str
    when: str
    moment: str
    content: Markup
    files: tuple[tuple[str, str, int], ...]
    sentence: str
    icon: str
    kind: str
    answers: bool
    edited: bool
    removed: bool
    own: bool
    removable: bool


@dataclass(frozen=True)
class PageView:
    """Everything that the page shows; `href` is its own address."""

    request: Request
    href: str
    title: str
    type: str
    status: str
    kind: str
    description: Markup
    creator: str
    receiver: str
    reviewers: tuple[str, ...]
    topic: Shown | None
    topic_gone: bool
    created: str
    expires: str
    actions: tuple[tuple[str, str, str, str], ...]
    decides: bool
    details: Markup
    terms: Markup
    may_comment: bool
    accepted_files: str
    may_lock: bool
    lines: tuple[LineView, ...]
    pages: object
    back: str
    back_text: str
    previous: str
    next: str


def page_view(
    plugin: Plugin,
    id: str,
    arguments: MultiDict[str, str],
    sent: Mapping[str, Any],
    problems: Sequence[tuple[str, str]],
) -> PageView:
    """The page for the actor of the request at hand; `sent` is a form that was refused for `problems`. Raises
    `NotFound`."""
    actor, requests = the_actor(), plugin.requests
    request = requests.get(actor, id)
    number = arguments.get("page", "")
    page = int(number) if number.isascii() and number.isdigit() and 0 < int(number[:7]) <= 100_000 else 1
    lines, total = requests.conversation.lines(actor, id, page=page)
    shown = requests.declared.shown(actor, {*request.parties, *(line.author for line in lines)})
    asked, way = _list(arguments, request)
    trail = _trail(asked, way)
    kind, may = requests.declared.type(request.type), actions_of(actor, request)
    newer, older = ("", "") if way.path != PATH else requests.neighbours(actor, request, asked)
    return PageView(
        request=request,
        href=str(Address(f"{PATH}/{request.id}", trail)),
        title=title_of(plugin, request),
        type=type_label(plugin, request),
        status=status_label(request.status),
        kind=KINDS[request.status],
        description=Markup(stored_html(request.description)),
        creator=_name(shown, request.creator),
        receiver=_name(shown, request.receiver),
        reviewers=tuple(_name(shown, one) for one in request.reviewers),
        topic=shown.get(request.topic) if request.topic else None,
        topic_gone=request.topic is not None and request.topic not in shown,
        created=when(request.created),
        expires=when(request.expires) if request.expires and request.is_open else "",
        actions=tuple((name, action_label(name), *_BUTTONS[name]) for name in may if name in _BUTTONS),
        decides=not {"accept", "submit"}.isdisjoint(may),
        details=kind.details(actor, request) if kind.details else Markup(),
        terms=kind.terms.controls(request, sent, problems) if kind.terms and "accept" in may else Markup(),
        may_comment=may_comment(actor, request),
        accepted_files=ACCEPTED,
        may_lock=may_lock(actor, request),
        lines=tuple(_line(line, actor, request, shown) for line in lines),
        pages=pagination(total, page, PAGE, Address(f"{PATH}/{request.id}", trail), window=max(total, 1)),
        back=str(Address(way.path, [*way.arguments, *((("page", str(asked.page)),) if asked.page > 1 else ())])),
        back_text=_("Requests"),
        previous=str(Address(f"{PATH}/{newer}", trail)) if newer else "",
        next=str(Address(f"{PATH}/{older}", trail)) if older else "",
    )


def _list(arguments: MultiDict[str, str], request: Request) -> tuple[Asked, Address]:
    """The list that the reader came from, and its address; without a word of it, the one in which the request
    stands. `page` is that of the conversation, so that of the list is called `at`."""
    known = {name: value for name, value in arguments.items() if name not in ("page", "at")}
    if known.get("tab") not in (*TABS, CONTROL) and len(known) == 0 and request.parts == {CREATOR}:
        known["tab"] = "mine"
    path = PANEL if known.get("tab") == CONTROL else PATH
    return read_inbox(MultiDict({**known, "page": arguments.get("at", "1")}), path)


def _trail(asked: Asked, way: Address) -> list[tuple[str, str]]:
    """The arguments with which the page of a request knows from which list one comes."""
    control = [("tab", CONTROL)] if way.path == PANEL else []
    return [*control, *way.arguments, *([("at", str(asked.page))] if asked.page > 1 else [])]


def _name(shown: dict[Party, Shown], party: Party) -> str:
    if party == SYSTEM_PARTY:
        return str(_("the site"))
    return shown[party][0] if party in shown else str(_("somebody who is gone"))


def _line(line: Line, actor: Actor, request: Request, shown: dict[Party, Shown]) -> LineView:
    is_comment = line.kind == COMMENT
    own = is_comment and not line.removed and line.author == Party("user", str(actor.subject))
    sentence, icon, kind = ("", "message-square", "") if is_comment else happened(line)
    return LineView(
        id=line.id,
        who=_name(shown, line.author),
        when=when(line.created),
        moment=line.created.isoformat(),
        content=Markup(stored_html(line.content)),
        files=tuple(
            (str(one["original_filename"]), file_path(request.id, str(one["key"])), int(one["size"]))
            for one in (line.payload.get("files", ()) if is_comment else ())
        ),
        sentence=sentence,
        icon=icon,
        kind=kind,
        answers=line.parent is not None,
        edited=line.is_edited,
        removed=line.removed,
        own=own and may_comment(actor, request),
        removable=own or (is_comment and not line.removed and actor.is_administrator),
    )
