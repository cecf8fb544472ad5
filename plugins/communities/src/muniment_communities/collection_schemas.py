"""What people and programs send about collections, checked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import ValidationError

from muniment.api import Problem, ValidationFailed, clean_text
from muniment_communities.schemas import NO_SLUG, TAKEN_SLUG

LONGEST_TITLE: Final = 250
LONGEST_QUERY: Final = 1500
_SLUG: Final = re.compile(r"[\w-]{1,100}", re.ASCII)
#: The end of another address of the API.
RESERVED: Final = "reorder"
MISSING: Final = "Missing data for required field."
NO_TEXT: Final = "Not a valid string."
NO_NUMBER: Final = "Not a valid integer."
_LARGEST: Final = 1_000_000


def checked_heading(sent: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """`slug`, `title` and `order` of a tree or collection; what is not sent is as `before`. A slug that is missing
    follows from the title. Raises `ValidationFailed` that names each field."""
    given = {**(before or {}), **{name: value for name, value in sent.items() if value is not None}}
    title, problems = _checked_title(given.get("title", ""))
    slug = given.get("slug") or slug_of(title)
    if not isinstance(slug, str) or not _SLUG.fullmatch(slug):
        problems.append(Problem("slug", NO_SLUG))
    elif slug == RESERVED:
        problems.append(Problem("slug", TAKEN_SLUG))
    order = given.get("order")
    if order is not None and not _is_order(order):
        problems.append(Problem("order", NO_NUMBER))
    if problems:
        raise ValidationFailed(errors=problems)
    return {"title": title, "slug": slug, "order": order}


def _checked_title(title: object) -> tuple[str, list[Problem]]:
    if not isinstance(title, str):
        return "", [Problem("title", NO_TEXT)]
    try:
        text = clean_text(title, maximum=LONGEST_TITLE)
    except ValidationError as error:
        return "", [Problem("title", str(message)) for message in error.messages]
    return text, [] if text else [Problem("title", MISSING)]


def checked_query(sent: Mapping[str, Any], before: str = "") -> str:
    """The search of a collection, not yet tried. Raises `ValidationFailed`."""
    query = sent.get("search_query", before)
    if not isinstance(query, str):
        raise ValidationFailed(errors=[Problem("search_query", NO_TEXT)])
    query = " ".join(query.replace("\x00", "").split())
    if not query:
        raise ValidationFailed(errors=[Problem("search_query", MISSING)])
    if len(query) > LONGEST_QUERY:
        raise ValidationFailed(errors=[Problem("search_query", f"Longer than maximum length {LONGEST_QUERY}.")])
    return query


def checked_order(sent: Mapping[str, Any]) -> dict[str, int]:
    """The places of `{"order": [{"slug", "order"}]}` by slug. Raises `ValidationFailed`."""
    listed = sent.get("order")
    found = {}
    for one in listed if isinstance(listed, list) and len(listed) <= LONGEST_TITLE else [None]:
        if not isinstance(one, Mapping) or not isinstance(one.get("slug"), str) or not _is_order(one.get("order")):
            raise ValidationFailed(errors=[Problem("order", "A list of objects with a slug and an order.")])
        found[str(one["slug"])] = int(one["order"])
    return found


def slug_of(title: str) -> str:
    """A slug that says what a title says, as far as letters of ASCII go."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-")[:100]


def _is_order(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _LARGEST
