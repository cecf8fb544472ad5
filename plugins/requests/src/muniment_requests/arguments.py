"""What addresses say about lists of requests."""

from __future__ import annotations

from typing import Final

from werkzeug.datastructures import MultiDict

from muniment.api import InvalidRequest, Problem, ValidationFailed
from muniment_requests.listing import LARGEST, SORTS, Asked

_HIGHEST_PAGE: Final = 10_000
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


def asked_for(arguments: MultiDict[str, str]) -> Asked:
    """Read a query of the API; raises `ValidationFailed` that names the parameter."""
    sort = arguments.get("sort") or ("bestmatch" if arguments.get("q") else "newestactivity")
    if sort not in SORTS:
        raise ValidationFailed(errors=[Problem("sort", f"One of {', '.join(SORTS)}.")])
    return Asked(
        q=arguments.get("q", "").replace("\x00", ""),
        part="waiting" if _flag(arguments, "shared_with_me") else "",
        types=arguments.getlist("type"),
        statuses=arguments.getlist("status"),
        is_open=_flag(arguments, "is_open"),
        topic=_party(arguments, "topic"),
        receiver=_party(arguments, "receiver"),
        created_by=_party(arguments, "created_by"),
        sort=sort,
        page=number(arguments, "page", 1, _HIGHEST_PAGE),
        size=number(arguments, "size", 20, LARGEST),
    )


def number(arguments: MultiDict[str, str], name: str, default: int, largest: int) -> int:
    """A whole number from 1; raises `ValidationFailed`."""
    text = arguments.get(name, str(default))
    if not (text.isascii() and text.isdigit() and 0 < len(text) < 9 and 1 <= int(text) <= largest):
        raise ValidationFailed(errors=[Problem(name, f"A whole number from 1 to {largest}.")])
    return int(text)


def _flag(arguments: MultiDict[str, str], name: str) -> bool | None:
    text = arguments.get(name)
    if not text:
        return None
    if text.lower() not in _FLAGS:
        raise ValidationFailed(errors=[Problem(name, "true or false.")])
    return _FLAGS[text.lower()]


def _party(arguments: MultiDict[str, str], name: str) -> str:
    text = arguments.get(name, "")
    if text and ":" not in text:
        raise InvalidRequest(f"'{name}' names a party with its kind, like user:3.")
    return text.replace("\x00", "")
