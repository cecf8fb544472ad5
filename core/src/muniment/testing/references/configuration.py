"""The reference of `instance.toml`: every section and key, from the classes and the comments above their fields."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import typing
from typing import Any

from muniment.settings import config
from muniment.settings.config import Config
from muniment.settings.loading import ENVIRONMENT_PREFIX
from muniment.testing.references import markdown

_MARK = "#: "


def page() -> str:
    parts: list[str | list[str]] = [
        "Everything is set in `instance.toml`. A key is overridden by the environment variable "
        f"`{ENVIRONMENT_PREFIX}SECTION__KEY`, for instance `{ENVIRONMENT_PREFIX}SITE__NAME`; lists are comma separated "
        "there. An unknown key is an error. Paths are relative to the instance's folder. `muniment settings show` "
        "tells where each value comes from.",
        "Settings of plugins stand in `[plugin.NAME]`; each plugin's own page lists them.",
    ]
    described = descriptions()
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


def sections() -> dict[str, type[Any]]:
    """The classes of the sections by name."""
    hints = typing.get_type_hints(Config)
    return {
        item.name: hints[item.name] for item in dataclasses.fields(Config) if dataclasses.is_dataclass(hints[item.name])
    }


def keys(section: type[Any]) -> list[str]:
    return [item.name for item in dataclasses.fields(section)]


def descriptions() -> dict[str, dict[str, str]]:
    """What the comments above the fields say, by class and field."""
    source = inspect.getsource(config)
    lines = source.splitlines()
    found: dict[str, dict[str, str]] = {}
    for node in ast.parse(source).body:
        if not isinstance(node, ast.ClassDef):
            continue
        fields = found.setdefault(node.name, {})
        for item in node.body:
            if isinstance(item, ast.AnnAssign) and isinstance(item.target, ast.Name):
                above: list[str] = []
                number = item.lineno - 2
                while lines[number].strip().startswith(_MARK):
                    above.insert(0, lines[number].strip().removeprefix(_MARK))
                    number -= 1
                if above:
                    fields[item.target.id] = " ".join(above)
    return found


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
