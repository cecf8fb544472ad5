"""Query arguments of lists and items, with InvenioRDM's windows and messages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from flask import request

from muniment.errors import InvalidRequest, Problem, ValidationFailed
from muniment.web.rest.answers import TRUTHY

FALSY: Final = frozenset({"0", "f", "F", "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF"})

WINDOW: Final = 10_000
DEFAULT_SIZE: Final = 25

#: Names that are never facets, whatever list they stand on.
RESERVED: Final = frozenset(
    {
        "q", "suggest", "sort", "sort_direction", "page", "size", "expand", "refresh", "prettyprint", "highlight",
        "allversions", "all_versions", "include_deleted", "shared_with_me", "access_token", "token", "l", "layout",
        "resource-token", "format", "_",
    }
)  # fmt: skip


def flag(name: str, default: bool = False) -> bool:
    """A boolean argument; raises ValidationFailed for anything that is neither yes nor no."""
    value = request.args.get(name)
    if value is None or value == "":
        return default
    if value in TRUTHY:
        return True
    if value in FALSY:
        return False
    raise ValidationFailed(errors=[Problem(name, "Not a valid boolean.")])


def text(name: str, default: str = "") -> str:
    """A text argument without NUL characters."""
    return request.args.get(name, default).replace("\x00", "")


def number(name: str, default: int, minimum: int = 1) -> int:
    """A whole number; raises ValidationFailed with marshmallow's messages."""
    value = request.args.get(name)
    if value is None or value == "":
        return default
    digits = value.strip()
    if not (digits.removeprefix("-").isascii() and digits.removeprefix("-").isdigit() and len(digits) < 19):
        raise ValidationFailed(errors=[Problem(name, "Not a valid integer.")])
    if int(digits) < minimum:
        raise ValidationFailed(errors=[Problem(name, f"Must be greater than or equal to {minimum}.")])
    return int(digits)


def paging(
    *, size: int = DEFAULT_SIZE, max_size: int | None = None, max_size_authenticated: int | None = None
) -> tuple[int, int]:
    """`(page, size)`; `max_size` is the most hits on a page for whoever asks.

    `max_size_authenticated` is named in the message when signing in would help, as on Zenodo.
    """
    page_number, page_size = number("page", 1), number("size", size)
    if max_size is not None and page_size > max_size:
        message = f"Page size cannot be greater than {max_size}."
        if max_size_authenticated is not None and max_size_authenticated > max_size:
            message += f" Please use authenticated requests to increase the limit to {max_size_authenticated}."
        raise ValidationFailed(errors=[Problem("size", message)])
    if page_number * page_size > WINDOW:
        raise InvalidRequest("Invalid querystring parameters.")
    return page_number, page_size


def choice(name: str, allowed: Iterable[str]) -> str | None:
    """An argument that must be one of `allowed`, such as a sort order; None when absent."""
    value = request.args.get(name)
    if not value:
        return None
    if value not in frozenset(allowed):
        raise InvalidRequest("Invalid querystring parameters.")
    return value


def facets() -> dict[str, list[str]]:
    """Every argument that is no reserved name, with all its values; the search ignores those it does not know."""
    return {name: values for name, values in request.args.lists() if name not in RESERVED and name.isprintable()}


def echoed() -> list[tuple[str, Any]]:
    """The arguments that links to other pages of the same list repeat: all but secrets and the page number."""
    hidden = {"page", "access_token", "token", "resource-token", "prettyprint"}
    return [(name, value) for name, value in request.args.items(multi=True) if name not in hidden]
