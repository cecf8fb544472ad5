"""Typed links in the header `Link` of answers about records (RFC 8288), which plugins give."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from flask import Response

from muniment.web.current import the_repository

if TYPE_CHECKING:
    from muniment.hooks.caller import Hooks
    from muniment.records.items import RecordItem

Place = Literal["page", "api", "file"]
_HOOK: Final = "record_links"
#: What may stand in an address as it is; all else, spaces and letters beyond ASCII too, is escaped.
_SAFE: Final = "!#$%&'()*+,-./:;=?@[]_~"


@dataclass(frozen=True)
class TypedLink:
    """A link from what is answered to `href`, an absolute address; `type` is the media type of what is there."""

    rel: str
    href: str
    type: str = ""
    profile: str = ""


def link_header(links: Iterable[TypedLink]) -> str:
    """The value of a header `Link`."""
    return ", ".join(map(_written, links))


def _written(link: TypedLink) -> str:
    parts = [f"<{quote(link.href, safe=_SAFE)}>", f'rel="{_quoted(link.rel)}"']
    if link.type:
        parts.append(f'type="{_quoted(link.type)}"')
    if link.profile:
        parts.append(f'profile="{_quoted(link.profile)}"')
    return "; ".join(parts)


def _quoted(text: str) -> str:
    """The inside of a quoted string: printable ASCII."""
    kept = "".join(letter for letter in text if " " <= letter <= "~")
    return kept.replace("\\", "\\\\").replace('"', '\\"')


def links_of(hooks: Hooks, number: str, record: RecordItem | None, place: Place) -> str:
    """The header for an answer about a published record; "" when no plugin gives any."""
    if not hooks.implementers(_HOOK):
        return ""
    return link_header(hooks.record_links(number=number, record=record, place=place))


def add_links(response: Response, number: str, record: RecordItem | None, place: Place) -> Response:
    """Give an answer its typed links."""
    header = links_of(the_repository().hooks, number, record, place)
    if header:
        response.headers["Link"] = header
    return response
