"""Which representation of records an answer takes: a table that plugins extend, chosen by the Accept header."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog
from flask import request

from muniment.errors import ConfigurationError, NotAcceptable

if TYPE_CHECKING:
    from muniment.access.actor import Actor

log = structlog.get_logger(__name__)

JSON: Final = "application/json"
#: How much a type without the profile that was asked for is liked beside one that has it.
_WITHOUT_PROFILE: Final = 0.999


class Item(Protocol):
    """A record or draft as services hand it out."""

    @property
    def data(self) -> dict[str, Any]: ...
    @property
    def body(self) -> bytes: ...


@dataclass(frozen=True)
class Representation:
    """A way to write records.

    `name` is what the setting `records.json` calls it. The first of `media_types` is sent as Content-Type; all are
    accepted. `render` writes one record or draft for a reader. With `in_lists` its results are JSON and stand in
    the list envelope; else `render_list` writes a page of hits, and without it lists answer 406. `drafts` tells
    whether drafts have this representation. `content_type` is sent in place of the media type that was asked for.
    """

    name: str
    media_types: tuple[str, ...]
    render: Callable[[Item, Actor], bytes]
    in_lists: bool = False
    render_list: Callable[[Sequence[Item], Actor], bytes] | None = None
    drafts: bool = False
    order: int = 100
    #: Whether what it writes fits the schema of records in the OpenAPI document.
    follows_schema: bool = False
    content_type: str = ""

    @property
    def media_type(self) -> str:
        """The media type it is known by; the plain JSON has none of its own."""
        return self.media_types[0] if self.media_types else JSON

    @property
    def lists(self) -> bool:
        return self.in_lists or self.render_list is not None


@dataclass(frozen=True)
class Chosen:
    """The representation for this answer and the Content-Type that it is sent with."""

    representation: Representation
    media_type: str


class Representations:
    """The table of one generation. `default` names the one that answers `application/json` and `*/*`; when no enabled
    plugin offers it, the first of the table does, so that switching a plugin off closes no site.

    Raises ConfigurationError when two representations claim a media type or a name.
    """

    def __init__(self, representations: Iterable[Representation], default: str) -> None:
        self._table = sorted(representations, key=lambda item: item.order)
        self._check()
        by_name = {item.name: item for item in self._table}
        if default not in by_name:
            log.error("representation_missing", setting="records.json", value=default, possible=sorted(by_name))
        self.default = by_name.get(default, self._table[0])

    def _check(self) -> None:
        names: set[str] = set()
        types: dict[str, str] = {}
        for item in self._table:
            if item.name in names:
                raise ConfigurationError(f"two representations are named '{item.name}'.")
            names.add(item.name)
            for media_type in item.media_types:
                if media_type in types or media_type == JSON:
                    other = types.get(media_type, "the setting records.json")
                    raise ConfigurationError(f"{media_type} is claimed by {item.name} and by {other}.")
                types[media_type] = item.name

    def offered(self, *, lists: bool = False, drafts: bool = False) -> list[tuple[str, Representation]]:
        """The media types that an answer of this kind can take, the default first."""
        offers = [(JSON, self.default)]
        for item in self._table:
            if (item.lists or not lists) and (item.drafts or not drafts):
                offers.extend((media_type, item) for media_type in item.media_types)
        return offers

    def choose(self, *, lists: bool = False, drafts: bool = False) -> Chosen:
        """The best representation for the request's Accept header; raises NotAcceptable (406)."""
        offers = self.offered(lists=lists, drafts=drafts)
        media_type = best_match(request.environ.get("HTTP_ACCEPT"), [media_type for media_type, _ in offers])
        if media_type is None:
            expected = ", ".join(media_type for media_type, _ in offers)
            raise NotAcceptable(f"Invalid 'Accept' header. Expected one of: {expected}")
        representation = dict(offers)[media_type]
        return Chosen(representation, representation.content_type or media_type)


def best_match(accept: str | None, offers: Sequence[str]) -> str | None:
    """The offer that an Accept header likes best, the first one on a tie; None when it takes none.

    Parameters other than `q` are ignored, so that `application/json; charset=utf-8` is JSON; but an offer with a
    profile is for those who ask for that profile alone, and is theirs before the same type without one. No header, an
    empty one, or one without any well-formed range takes everything.
    """
    ranges = _ranges(accept)
    if not ranges:
        return offers[0]
    best: str | None = None
    best_quality = 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > best_quality:
            best, best_quality = offer, quality
    return best


def _ranges(accept: str | None) -> dict[str, float]:
    ranges: dict[str, float] = {}
    for part in (accept or "").split(","):
        media_range, *parameters = (piece.strip() for piece in part.split(";"))
        media_range = media_range.lower()
        if media_range == "*":  # sent by java.net.HttpURLConnection
            media_range = "*/*"
        if media_range.count("/") == 1 and not media_range.startswith("/") and not media_range.endswith("/"):
            quality = _q(parameters)
            profile = _profile(parameters)
            if profile:
                ranges[f"{media_range};{profile}"] = quality
                quality *= _WITHOUT_PROFILE
            ranges[media_range] = max(ranges.get(media_range, 0.0), quality)
    return ranges


def _profile(parameters: Iterable[str]) -> str:
    """`profile="…"` as offers write it; "" when none is asked for."""
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "profile" and value.strip(' "'):
            return 'profile="{}"'.format(value.strip(' "'))
    return ""


def _q(parameters: Iterable[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "q":
            try:
                quality = float(value)
            except ValueError:
                return 1.0
            return min(max(quality, 0.0), 1.0) if quality == quality else 1.0
    return 1.0


def _quality(offer: str, ranges: dict[str, float]) -> float:
    """The most specific range decides (RFC 9110, 12.5.1)."""
    if ";" in offer:
        return ranges.get(offer, 0.0)
    for candidate in (offer, f"{offer.partition('/')[0]}/*", "*/*"):
        if candidate in ranges:
            return ranges[candidate]
    return 0.0
