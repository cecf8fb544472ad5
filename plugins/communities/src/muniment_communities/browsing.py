"""The page of all communities: its address read, and the answer as the template shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from muniment.api import Address, pagination, the_actor
from muniment_communities.community import Community
from muniment_communities.listing import Asked
from muniment_communities.roles import ROLES
from muniment_communities.wording import role_label, type_label

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

PATH: Final = "/communities"
SIZE: Final = 20
_WINDOW: Final = 10_000


@dataclass(frozen=True)
class Row:
    community: Community
    kind: str
    role: str
    records: int


@dataclass(frozen=True)
class BrowseView:
    """Everything that the page of all communities shows."""

    query: str
    kind: str
    kinds: list[tuple[str, str]]
    sort: str
    sorts: list[tuple[str, str]]
    tabs: list[tuple[str, str, bool]]
    own: bool
    rows: list[Row]
    total: int
    pages: Any
    narrowed: bool


def browse_view(plugin: Plugin, arguments: MultiDict[str, str]) -> BrowseView:
    """Arguments that make no sense count as missing."""
    actor = the_actor()
    asked = _asked(arguments, own=actor.is_authenticated and arguments.get("own") == "1")
    service = plugin.communities
    found = service.list(actor, asked)
    ids = [one.id for one in found.communities]
    counts, roles = service.records.counts(ids), service.roles.of(actor, ids)
    address = Address(PATH, _canonical(asked))
    return BrowseView(
        query=asked.q,
        kind=asked.types[0] if asked.types else "",
        kinds=[("", _("All types")), *((kind, type_label(kind)) for kind, _count in found.counts["type"])],
        sort=found.sort,
        sorts=[("bestmatch", _("Best match")), ("newest", _("Newest")), ("oldest", _("Oldest"))],
        tabs=_tabs(asked) if actor.is_authenticated else [],
        own=asked.own,
        rows=[_row(one, counts, roles) for one in found.communities],
        total=found.total,
        pages=pagination(found.total, asked.page, asked.size, address, _WINDOW),
        narrowed=bool(asked.q or asked.types),
    )


def _asked(arguments: MultiDict[str, str], *, own: bool) -> Asked:
    number = arguments.get("page", "1")
    page = (
        int(number)
        if number.isascii() and number.isdigit() and len(number) < 6 and 0 < int(number) <= _WINDOW // SIZE
        else 1
    )
    sort = arguments.get("sort", "")
    kinds = [kind for kind in arguments.getlist("type") if kind][:1]
    return Asked(
        q=arguments.get("q", "").replace("\x00", "").strip(),
        types=kinds,
        own=own,
        sort=sort if sort in ("bestmatch", "newest", "oldest") else "",
        page=page,
        size=SIZE,
    )


def _canonical(asked: Asked) -> list[tuple[str, str]]:
    pairs = [("own", "1")] if asked.own else []
    pairs += [("q", asked.q)] if asked.q else []
    pairs += [("type", kind) for kind in asked.types]
    return [*pairs, ("sort", asked.sort)] if asked.sort else pairs


def _tabs(asked: Asked) -> list[tuple[str, str, bool]]:
    return [
        (_("All communities"), PATH, not asked.own),
        (_("My communities"), f"{PATH}?own=1", asked.own),
    ]


def _row(community: Community, counts: Mapping[str, int], roles: Mapping[str, str]) -> Row:
    role = roles.get(community.id, "")
    return Row(
        community=community,
        kind=type_label((community.metadata.get("type") or {}).get("id", "")),
        role=role_label(role) if role in ROLES else "",
        records=counts[community.id],
    )
