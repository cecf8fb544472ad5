"""What addresses say about lists of communities."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from werkzeug.datastructures import MultiDict

from muniment.api import Problem, ValidationFailed
from muniment_communities.listing import LARGEST, SORTS, Asked

_HIGHEST_PAGE: Final = 10_000


def asked_for(arguments: MultiDict[str, str], *, own: bool = False, parent: str = "", featured: bool = False) -> Asked:
    """Read a query of the API; raises `ValidationFailed` that names the parameter."""
    sort = arguments.get("sort", "")
    if sort and sort not in SORTS:
        raise ValidationFailed(errors=[Problem("sort", f"One of {', '.join(SORTS)}.")])
    return Asked(
        q=arguments.get("q", "").replace("\x00", ""),
        types=arguments.getlist("type"),
        visibilities=arguments.getlist("visibility"),
        own=own,
        parent=parent,
        featured=featured,
        sort=sort,
        page=number(arguments, "page", 1, _HIGHEST_PAGE),
        size=number(arguments, "size", 25, LARGEST),
    )


def number(arguments: MultiDict[str, str], name: str, default: int, largest: int) -> int:
    """A whole number from 1; raises `ValidationFailed`."""
    text = arguments.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and 1 <= int(text) <= largest):
        raise ValidationFailed(errors=[Problem(name, f"A whole number from 1 to {largest}.")])
    return int(text)


def page_links(address: str, arguments: MultiDict[str, str], total: int, page: int, size: int) -> dict[str, str]:
    """The links of a page of a list: itself, the one before and the one after where there are such."""
    kept = [(name, value) for name, value in arguments.items(multi=True) if name not in ("page", "access_token")]

    def at(number: int) -> str:
        return f"{address}?{urlencode([*kept, ('page', str(number))])}"

    found = {"self": at(page)}
    if page > 1:
        found["prev"] = at(page - 1)
    if page * size < total:
        found["next"] = at(page + 1)
    return found
