"""The reference of `instance.toml`: every section and key, from the classes and the comments above their fields."""

from __future__ import annotations

import typing
from typing import Any

from muniment.settings.explained import keys, meanings_of_keys, sections
from muniment.settings.loading import ENVIRONMENT_PREFIX
from muniment.testing.references import markdown


def page() -> str:
    parts: list[str | list[str]] = [
        "Everything is set in `instance.toml`. A key is overridden by the environment variable "
        f"`{ENVIRONMENT_PREFIX}SECTION__KEY`, for instance `{ENVIRONMENT_PREFIX}SITE__NAME`; lists are comma separated "
        "there. An unknown key is an error. Paths are relative to the instance's folder. `muniment settings show` "
        "tells where each value comes from.",
        "Settings of plugins stand in `[plugin.NAME]`; each plugin's own page lists them.",
    ]
    described = meanings_of_keys()
    for section, kind in sections().items():
        default = kind()
        hints = typing.get_type_hints(kind)
        rows = [
            (f"`{key}`", _type(hints[key]), _default(getattr(default, key)), described[kind.__name__].get(key, ""))
            for key in keys(kind)
        ]
        head = ("key", "type", "default", "meaning")
        parts += [f"## [{section}]", markdown.one_line(kind), markdown.table(head, rows)]
    return markdown.page("Configuration", *parts)


def _type(hint: Any) -> str:
    names = {str: "text", int: "whole number", float: "number", bool: "true or false"}
    if hint in names:
        return names[hint]
    return "list of texts" if typing.get_origin(hint) is tuple else "table"


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if value in ("", (), {}):
        return "empty"
    return f"`{list(value)}`" if isinstance(value, tuple) else f"`{value}`"
