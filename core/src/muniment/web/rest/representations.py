"""The core's own representations of records: the public JSON, and the same with texts for pages."""

from __future__ import annotations

from typing import Final

import orjson
from flask import request

from muniment.access.actor import Actor
from muniment.web.current import state
from muniment.web.negotiation import Item, Representation
from muniment.web.rest.ui_json import ui_block

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
