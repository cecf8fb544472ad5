"""The settings of the plugins of a generation as people read them, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.plugins.settings import SettingValue, describe, schema_of
from muniment.plugins.state import read_state

if TYPE_CHECKING:
    from muniment.repository import Repository


def shown_settings(repository: Repository) -> dict[str, list[SettingValue]]:
    """Every setting by plugin, with where its value comes from; plugins without settings are left out."""
    stored = read_state(repository.database).settings
    found: dict[str, list[SettingValue]] = {}
    for loaded in repository.generation.plugins:
        origins = dict.fromkeys(stored.get(loaded.name, {}), "database")
        origins |= dict.fromkeys(repository.config.plugin.get(loaded.name, {}), "instance.toml or environment")
        values = describe(schema_of(type(loaded.plugin)), loaded.settings, origins)
        if values:
            found[loaded.name] = values
    return found
