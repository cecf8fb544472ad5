"""Which plugins are installed: the core's own and those of other distributions, found without importing them."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import muniment.builtin
from muniment.errors import ConfigurationError
from muniment.plugins.manifest import MANIFEST, Manifest, read_manifest
from muniment.version import __version__

GROUP = "muniment.plugins"


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin that could be enabled. `target` is ``package.module:Class``."""

    manifest: Manifest
    target: str
    folder: Path
    version: str
    distribution: str

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def package(self) -> str:
        return self.target.partition(":")[0].rpartition(".")[0]

    @property
    def migrations(self) -> Path | None:
        """The folder with the plugin's Alembic revisions, if it has tables of its own."""
        folder = self.folder / "migrations" / "versions"
        return folder if folder.is_dir() else None

    def load(self) -> Any:
        """Import the plugin and return its class."""
        module_name, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module_name), attribute)


@dataclass(frozen=True)
class Discovery:
    """What was found; `broken` tells for each distribution name why its plugin cannot be used."""

    plugins: dict[str, InstalledPlugin]
    broken: dict[str, str]


@cache
def discover() -> Discovery:
    """All installed plugins by name. Scanned once in a process: new packages need a new process."""
    plugins = {plugin.name: plugin for plugin in _builtin()}
    broken: dict[str, str] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            plugin = _external(entry.name, entry.value, entry.dist.version if entry.dist else "")
        except ConfigurationError as error:
            broken[entry.name] = error.message
            continue
        if plugin.name in plugins:
            broken[entry.name] = f"a plugin named '{plugin.name}' is installed already ({plugins[plugin.name].package})"
            continue
        plugins[plugin.name] = plugin
    return Discovery(plugins, broken)


def _builtin() -> Iterable[InstalledPlugin]:
    for folder in sorted(Path(muniment.builtin.__path__[0]).iterdir()):
        if (folder / MANIFEST).is_file():
            manifest = read_manifest(folder, builtin=True)
            target = f"muniment.builtin.{folder.name}.plugin:Plugin"
            yield InstalledPlugin(manifest, target, folder, __version__, "muniment-core")


def _external(name: str, target: str, version: str) -> InstalledPlugin:
    package = target.partition(":")[0].partition(".")[0]
    specification = importlib.util.find_spec(package)
    if specification is None or not specification.submodule_search_locations:
        raise ConfigurationError(f"the package {package} of plugin '{name}' cannot be found")
    folder = Path(next(iter(specification.submodule_search_locations)))
    manifest = read_manifest(folder)
    if manifest.name != name:
        raise ConfigurationError(f"plugin '{name}' calls itself '{manifest.name}' in {folder / MANIFEST}")
    return InstalledPlugin(manifest, target, folder, version, f"muniment-{name}")
