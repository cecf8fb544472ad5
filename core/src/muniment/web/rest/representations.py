"""The core's own representations of records: the public JSON, and the same with texts for pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

import orjson
from flask import request

from muniment.access.actor import ANONYMOUS, Actor
from muniment.web.current import state
from muniment.web.negotiation import Item, Representation
from muniment.web.rest.ui_json import ui_block

if TYPE_CHECKING:
    from muniment.records.export_formats import ExportFormat

PLAIN: Final = "inveniordm"
UI_TYPE: Final = "application/vnd.inveniordm.v1+json"


def core_representations() -> list[Representation]:
    return [
        Representation(PLAIN, (), render=_plain, in_lists=True, drafts=True, order=0, follows_schema=True),
        Representation(
            "inveniordm-ui", (UI_TYPE,), render=_with_ui, in_lists=True, drafts=True, order=1, follows_schema=True
        ),
    ]


def _plain(item: Item, _reader: Actor) -> bytes:
    return item.body


def _with_ui(item: Item, reader: Actor) -> bytes:
    """The stored bytes with `ui` put in before the last brace, so that the record is not serialised again."""
    block = orjson.dumps({"ui": ui_block(item.data, language_of(reader))})
    return item.body.rstrip()[:-1] + b"," + block[1:]


def language_of(reader: Actor) -> str:
    """The reader's language: their own, else what the client prefers among the site's."""
    languages = list(state().repository.config.site.languages)
    if reader.locale:
        return reader.locale
    return request.accept_languages.best_match(languages) or languages[0]


def format_representations(formats: Iterable[ExportFormat]) -> list[Representation]:
    """Export formats as answers of the API; formats that nobody can ask for by a media type are left out."""
    return [_of_format(format) for format in formats if format.offers]


def _of_format(format: ExportFormat) -> Representation:
    name, join = format.name, format.join

    def render(item: Any, reader: Actor) -> bytes:
        return state().repository.exports.write(item, name, keep=reader is ANONYMOUS)

    def render_list(items: Sequence[Any], reader: Actor) -> bytes:
        assert join is not None, "only formats with `join` answer lists"
        return join(state().repository.exports.write_many(items, name, keep=reader is ANONYMOUS))

    listing: Callable[[Sequence[Any], Actor], bytes] | None = render_list if join is not None else None
    text = format.content_type if format.content_type != format.media_type else ""
    return Representation(
        f"export-{name}", format.offers, render, render_list=listing, order=100 + format.order, content_type=text
    )
