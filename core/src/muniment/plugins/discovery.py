"""Which plugins are installed: the core's own, those of other distributions and of one file; none is imported."""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import sys
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.machinery import ModuleSpec
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path
from typing import Literal

import muniment.builtin
from muniment.errors import ConfigurationError
from muniment.plugins.footprint import Footprint
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.local import as_imported, local_plugins
from muniment.plugins.manifest import MANIFEST, read_manifest
from muniment.version import __version__

GROUP = "muniment.plugins"

_looking = threading.Lock()


@dataclass
class Discovery:
    """What was found; `broken` tells for each distribution name why its plugin cannot be used.

    `on_disk` (stamps) and `broken_on_disk` are what the last look found, which differs from `plugins` and `broken` when
    a package was replaced or removed while this process has its code in memory; `footprint` tells whether another look
    could find anything else.
    """

    plugins: dict[str, InstalledPlugin]
    broken: dict[str, str]
    on_disk: dict[str, str] = field(default_factory=dict)
    broken_on_disk: dict[str, str] = field(default_factory=dict)
    footprint: Footprint = field(default_factory=Footprint, repr=False)

    def on_disk_now(self, plugin: InstalledPlugin) -> Literal["same", "changed", "gone"]:
        """Whether what is installed is what this process knows of the plugin."""
        if not plugin.stamp:
            return "same"
        found = self.on_disk.get(plugin.name)
        return "gone" if found is None else "same" if found == plugin.stamp else "changed"


@cache
def _installed() -> Discovery:
    """The plugins of distributions, as they were found when this process looked last."""
    footprint = Footprint()
    plugins, broken = _scan(footprint)
    return Discovery(plugins, broken, _stamps(plugins), dict(broken), footprint)


def discover(folder: Path | None = None) -> Discovery:
    """All plugins by name, those in files of `folder` too: an instance's ``plugins``."""
    return _with_local(_installed(), folder)


def forget() -> None:
    """Look at everything anew when it is asked for next; for tests."""
    _installed.cache_clear()


def look_again(folder: Path | None = None) -> Discovery:
    """Find what was installed, replaced or removed since; returns what `discover` knows from now on.

    A plugin whose code this process has in memory stays as it was imported, whatever happened to its package.
    """
    known = _installed()
    with _looking:
        if known.footprint.is_still_there():
            return _with_local(known, folder)
        importlib.invalidate_caches()
        known.footprint = Footprint()
        plugins, broken = _scan(known.footprint)
        stamps, unusable = _stamps(plugins), dict(broken)
        if (stamps, unusable) != (known.on_disk, known.broken_on_disk):
            for name, plugin in known.plugins.items():
                if not plugin.stamp or plugin.is_imported:
                    plugins[name] = plugin
                    broken.pop(name, None)
            known.plugins, known.broken = plugins, broken
            known.on_disk, known.broken_on_disk = stamps, unusable
    return _with_local(known, folder)


def _with_local(installed: Discovery, folder: Path | None) -> Discovery:
    local, broken = local_plugins(folder) if folder is not None else ({}, {})
    if not local and not broken:
        return installed
    plugins = dict(installed.plugins)
    broken = {**installed.broken, **broken}
    for name, plugin in local.items():
        other = plugins.get(name)
        if other is None:
            plugins[name] = as_imported(plugin)
        else:
            broken[name] = (
                f"a plugin named '{name}' is installed already ({other.distribution}); rename {plugin.distribution}"
            )
    return Discovery(plugins, broken, {**installed.on_disk, **_stamps(dict(local))}, installed.broken_on_disk)


def _stamps(plugins: dict[str, InstalledPlugin]) -> dict[str, str]:
    return {name: plugin.stamp for name, plugin in plugins.items() if plugin.stamp}


def _scan(footprint: Footprint) -> tuple[dict[str, InstalledPlugin], dict[str, str]]:
    """The plugins and what is wrong with others; `footprint` is told which files say so."""
    plugins = {plugin.name: plugin for plugin in _builtin()}
    broken: dict[str, str] = {}
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, entry.value)):
        try:
            plugin = _external(entry)
            footprint.add(plugin.folder / MANIFEST)
        except ConfigurationError as error:
            broken[entry.name] = error.message
            continue
        other = plugins.get(plugin.name)
        if other is None:
            plugins[plugin.name] = plugin
        elif other.target != plugin.target:  # the same one is found twice where a path is searched twice
            broken[entry.name] = (
                f"a plugin named '{plugin.name}' is installed already ({other.distribution}); "
                f"uninstall one of {other.distribution} and {plugin.distribution}"
            )
    return plugins, broken


@cache
def _builtin() -> tuple[InstalledPlugin, ...]:
    return tuple(_of_the_core())


def _of_the_core() -> Iterable[InstalledPlugin]:
    for folder in sorted(Path(muniment.builtin.__path__[0]).iterdir()):
        if (folder / MANIFEST).is_file():
            manifest = read_manifest(folder, builtin=True)
            target = f"muniment.builtin.{folder.name}.plugin:Plugin"
            yield InstalledPlugin(manifest, target, folder, __version__, "muniment-core")


def _external(entry: EntryPoint) -> InstalledPlugin:
    name, target = entry.name, entry.value
    package = target.partition(":")[0].partition(".")[0]
    specification = importlib.util.find_spec(package) or _find_on_new_path(package, entry.dist)
    if specification is None or not specification.submodule_search_locations:
        raise ConfigurationError(
            f"the package {package} of plugin '{name}' cannot be found; install it again, and restart the site"
        )
    folder = Path(next(iter(specification.submodule_search_locations)))
    manifest = read_manifest(folder)
    if manifest.name != name:
        raise ConfigurationError(f"plugin '{name}' calls itself '{manifest.name}' in {folder / MANIFEST}")
    distribution = entry.dist
    if distribution is None:
        return InstalledPlugin(manifest, target, folder, "", f"muniment-{name}")
    return InstalledPlugin(manifest, target, folder, distribution.version, distribution.name, _stamp_of(distribution))


def _find_on_new_path(package: str, distribution: Distribution | None) -> ModuleSpec | None:
    """The package of a distribution that points elsewhere by a ``.pth`` file (`pip install -e`) and came while this
    process runs: Python reads such files only when it starts."""
    known = len(sys.path)
    for file in (distribution.files or ()) if distribution is not None else ():
        if file.suffix == ".pth" and len(file.parts) == 1:
            lines = Path(str(file.locate())).read_text(encoding="utf-8").splitlines()
            sys.path += [line for line in lines if line not in sys.path and Path(line).is_dir()]
    if len(sys.path) == known:
        return None
    importlib.invalidate_caches()
    return importlib.util.find_spec(package)


def _stamp_of(distribution: Distribution) -> str:
    """The version, and a digest of what the installer wrote down about every file."""
    written = distribution.read_text("RECORD") or ""
    return f"{distribution.version} {hashlib.sha256(written.encode()).hexdigest()[:16]}"
