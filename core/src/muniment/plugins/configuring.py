"""Settings that stand for keys of the configuration: operators change them in the control panel, without a restart.

Only plugins of the core have such settings. A field names its key in its metadata: ``{"configures": "site.name"}``.
What the environment sets goes first, then what was set in the control panel, then `instance.toml`, then the default.
"""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any, get_origin

from marshmallow import Schema

from muniment.settings.config import Config
from muniment.settings.explained import readable, sections


@dataclass(frozen=True)
class Underlying:
    """What a setting of the control panel stands before: the value of the configuration, and where that comes from."""

    value: Any
    origin: str

    @property
    def decides(self) -> bool:
        """Whether it goes before the control panel."""
        return self.origin.startswith("environment")


def underlying(schema: Schema | None, config: Config) -> dict[str, Underlying]:
    """For each setting that stands for a key of the configuration, what `config` says."""
    found = {}
    for name, key in _configured_keys(schema).items():
        section, _, attribute = key.partition(".")
        value = readable(key, getattr(getattr(config, section), attribute))
        found[name] = Underlying(value, config.origins.get(key, "default"))
    return found


def configured(config: Config, schema: Schema | None, settings: SimpleNamespace) -> Config:
    """The configuration with what operators set in its place."""
    origins = dict(config.origins)
    for name, key in _configured_keys(schema).items():
        value = getattr(settings, name, None)
        if value is None or config.origins.get(key, "").startswith("environment"):
            continue
        section, _, attribute = key.partition(".")
        hint = typing.get_type_hints(sections()[section])[attribute]
        changed = tuple(value) if get_origin(hint) is tuple else value
        config = replace(config, **{section: replace(getattr(config, section), **{attribute: changed})})
        origins[key] = "database"
    return replace(config, origins=origins)


def _configured_keys(schema: Schema | None) -> Mapping[str, str]:
    if schema is None:
        return {}
    return {
        name: field.metadata["configures"] for name, field in schema.fields.items() if "configures" in field.metadata
    }
