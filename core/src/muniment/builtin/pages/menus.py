"""Entries of menus that operators make: links to other pages and sites, kept as a setting of the plugin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from marshmallow import Schema, fields, validate

#: The menus, in the order in which forms offer them.
MENUS: Final = ("main", "footer")
MOST: Final = 50
#: A path of this site, another site, or an address of mail; nothing that runs.
ADDRESS: Final = re.compile(r"/(?!/)[^\s\\]*|https?://[^\s\\/][^\s\\]*|mailto:[^\s@]+@[^\s@]+")
TITLE: Final = validate.Length(1, 80)
POSITION: Final = validate.Range(0, 1000, error="Enter a number from 0 to 1000.")


class Entry(Schema):
    """One entry: where it stands, where it leads, and what it is called in each language."""

    place = fields.String(required=True, validate=validate.OneOf(MENUS, error="There is no such menu."))
    href = fields.String(
        required=True,
        validate=[
            validate.Length(max=500),
            validate.Regexp(
                re.compile(f"(?:{ADDRESS.pattern})\\Z"),
                error="Write a path of this site such as /search, an address with https://, or mailto: and an address.",
            ),
        ],
    )
    position = fields.Integer(required=True, validate=POSITION)
    titles = fields.Dict(
        fields.String(),
        fields.String(validate=TITLE),
        required=True,
        validate=validate.Length(1, error="Name it in one language at least."),
    )


def title_in(titles: Mapping[str, str], locale: str) -> str:
    """The title for a reader of that language: in it, else in its plain form, in English or in any."""
    plain = locale.replace("-", "_").partition("_")[0]
    return next((titles[code] for code in (locale, plain, "en") if code in titles), next(iter(titles.values())))


def problems_of(entry: Mapping[str, Any], schema: Schema | None = None) -> dict[str, str]:
    """What is wrong with one entry, by field; that of a title is told for all."""
    return {field: _first(messages) for field, messages in (schema or Entry()).validate(entry).items()}


def _first(messages: Any) -> str:
    while isinstance(messages, (dict, list)):
        messages = next(iter(messages.values() if isinstance(messages, dict) else messages))
    return str(messages)
