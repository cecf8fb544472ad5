"""The configuration as people read it: every key with its value, where that comes from, and what it means."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import typing
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import make_url

from muniment.settings import config as configuration
from muniment.settings.config import Config

MASK: Final = "********"
_SECRET: Final = frozenset({"mail.password"})
_MARK: Final = "#: "


@dataclass(frozen=True)
class ConfiguredValue:
    """One key of `instance.toml`. `value` shows no secret; `origin` is ``default``, the file, or the variable of the
    environment; `meaning` is the sentence of the documentation."""

    section: str
    name: str
    value: Any
    origin: str
    meaning: str

    @property
    def key(self) -> str:
        return f"{self.section}.{self.name}"


def configured_values(config: Config) -> Iterator[ConfiguredValue]:
    """Every key in the order of the documentation."""
    meanings = meanings_of_keys()
    for section, kind in sections().items():
        values = getattr(config, section)
        for name in keys(kind):
            key = f"{section}.{name}"
            shown = readable(key, getattr(values, name))
            origin = config.origins.get(key, "default")
            yield ConfiguredValue(section, name, shown, origin, meanings[kind.__name__].get(name, ""))


def readable(key: str, value: Any) -> Any:
    """The value without secrets, as JSON takes it."""
    if key == "database.url":
        return make_url(value).render_as_string(hide_password=True)
    if key in _SECRET:
        return MASK if value else value
    return list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value


def sections() -> dict[str, type[Any]]:
    """The classes of the sections by name."""
    hints = typing.get_type_hints(Config)
    return {
        item.name: hints[item.name] for item in dataclasses.fields(Config) if dataclasses.is_dataclass(hints[item.name])
    }


def keys(section: type[Any]) -> list[str]:
    return [item.name for item in dataclasses.fields(section)]


@cache
def meanings_of_keys() -> dict[str, dict[str, str]]:
    """What the comments above the fields say, by class and field."""
    source = inspect.getsource(configuration)
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
