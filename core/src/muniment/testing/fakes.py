"""Plugins and events made up for one test; the plugins are loaded, enabled and disabled like real ones."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from muniment.events.event import Event
from muniment.hooks.meta import implements
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import MANIFEST, read_manifest
from muniment.testing.configuration import toml_value

if TYPE_CHECKING:
    import pytest
    from marshmallow import Schema

    from muniment.plugins.context import PluginContext

_DEFAULTS: dict[str, Any] = {
    "title": "Probe",
    "description": "A plugin made up for a test.",
    "category": "service",
    "hook_api": 0,
    "guards": False,
    "personal_data": False,
    "personal_data_reason": "It holds nothing.",
}


@dataclass(frozen=True)
class FakePlugin(InstalledPlugin):
    """An installed plugin whose class is made in the test; `make` stands for importing it, and may raise."""

    make: Callable[[], type] = field(kw_only=True)

    def load(self) -> Any:
        return self.make()


@dataclass(frozen=True)
class Probed(Event):
    """Something happened to `what` in a test; events with the same `what` keep their order."""

    name: ClassVar[str] = "probe.happened"
    what: str = "a"
    number: int = 0

    @property
    def key(self) -> str:
        return f"probe:{self.what}"


class FakePlugins:
    """Installs plugins until the end of a test; the fixture `fake_plugin` is one.

        fake_plugin("probe", {"requires": ["datacite"]}, register_jobs=[Job(…)], check_draft=lambda draft: [])

    Each keyword is a hook: a function that takes those of the hook's arguments it needs (without `self`), or the value
    to be returned. With `plugin_class` the class itself is given. `migrations` are the plugin's Alembic revisions,
    their text by file name. `on_import` is called whenever the plugin would be imported, and may raise.
    """

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self._folder = folder
        self._monkeypatch = monkeypatch
        self._numbers = itertools.count(1)

    def __call__(
        self,
        name: str | None = None,
        manifest: Mapping[str, Any] | None = None,
        *,
        plugin_class: type | None = None,
        settings: type[Schema] | None = None,
        migrations: Mapping[str, str] | None = None,
        on_import: Callable[[], object] | None = None,
        **hooks: Any,
    ) -> FakePlugin:
        chosen = name or f"probe{next(self._numbers)}"
        folder = self._folder / chosen
        folder.mkdir(parents=True, exist_ok=True)
        values = {"name": chosen, **_DEFAULTS, **(manifest or {})}
        lines = [f"{key} = {toml_value(value)}" for key, value in values.items()]
        (folder / MANIFEST).write_text("\n".join(lines) + "\n", encoding="utf-8")
        for file, text in (migrations or {}).items():
            (folder / "migrations" / "versions").mkdir(parents=True, exist_ok=True)
            (folder / "migrations" / "versions" / file).write_text(text, encoding="utf-8")

        def make() -> type:
            if on_import is not None:
                on_import()
            return plugin_class or _plugin_class(settings, hooks)

        package = f"muniment_{chosen.replace('-', '_')}"
        plugin = FakePlugin(
            read_manifest(folder), f"{package}.plugin:Plugin", folder, "1.0", f"muniment-{chosen}", make=make
        )
        self._monkeypatch.setitem(discover().plugins, chosen, plugin)
        return plugin

    def remove(self, plugin: InstalledPlugin) -> None:
        """Take a plugin away, as uninstalling its package does."""
        self._monkeypatch.delitem(discover().plugins, plugin.name)


def _plugin_class(settings: type[Schema] | None, hooks: Mapping[str, Any]) -> type:
    def begin(self: Any, context: PluginContext) -> None:
        self.context = context

    members: dict[str, Any] = {"__init__": begin, "__doc__": "A plugin made up for a test."}
    if settings is not None:
        members["Settings"] = settings
    for name, given in hooks.items():
        members[name] = staticmethod(implements(given if callable(given) else _returning(given)))
    return type("Plugin", (), members)


def _returning(value: Any) -> Callable[[], Any]:
    return lambda: value
