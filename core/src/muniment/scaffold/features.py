"""What a new plugin can begin with: each feature is a folder of templates with a `feature.toml` that says how its parts
come together with those of others."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from pathlib import Path
from typing import Any

from muniment.errors import ConfigurationError

TEMPLATES = Path(__file__).parent / "templates"
#: In the order in which help lists them, and in which their parts stand in `plugin.py`.
FEATURES = (
    "settings",
    "model",
    "blueprint",
    "job",
    "event",
    "slot",
    "pid",
    "identity",
    "export",
    "facet",
    "part",
    "section",
    "command",
    "control",
)


@dataclass(frozen=True)
class Feature:
    """One thing that a plugin can begin with.

    `hooks` are expressions that the plugin hands to each hook, `returns` the types of those that are not obvious,
    `methods` whole methods; `slots` maps a place in pages to the HTML for it, made from `context`. `api`, `imports`,
    `typing` and `collections` are what they need. `settings` are fields of the schema, `conformance` is what the checks
    are told, `permissions` what each kind of person is answered by a route. `files` maps a path in the package to a
    template. `needs` are features without which it has nothing to work on.
    """

    name: str
    title: str
    dependencies: tuple[str, ...] = ()
    api: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    typing: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    settings: str = ""
    settings_imports: tuple[str, ...] = ()
    methods: str = ""
    readme: str = ""
    conformance: str = ""
    needs: tuple[str, ...] = ()
    hooks: Mapping[str, list[str]] = field(default_factory=dict)
    returns: Mapping[str, str] = field(default_factory=dict)
    manifest: Mapping[str, Any] = field(default_factory=dict)
    slots: Mapping[str, str] = field(default_factory=dict)
    permissions: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)


@cache
def feature(name: str) -> Feature:
    document = tomllib.loads((TEMPLATES / name / "feature.toml").read_text(encoding="utf-8"))
    known = {item.name for item in fields(Feature)}
    assert document.keys() <= known, document.keys() - known
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in document.items()
    }
    return Feature(name=name, **values)


def chosen_features(names: Iterable[str]) -> list[Feature]:
    """The features of these names with what they need, in their own order.

    Raises `ConfigurationError` for one that does not exist.
    """
    wanted = {name.strip() for name in names if name.strip()}
    unknown = sorted(wanted - set(FEATURES))
    if unknown:
        raise ConfigurationError(f"There is no {', '.join(unknown)} to begin with. There are: {', '.join(FEATURES)}.")
    needed = {other for name in wanted for other in feature(name).needs}
    return [feature(name) for name in FEATURES if name in wanted | needed]
