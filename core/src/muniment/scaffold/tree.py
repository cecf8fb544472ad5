"""Makes a new plugin part of Muniment's own source tree: its folder, and the files that list all plugins."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from muniment.errors import ConfigurationError
from muniment.scaffold.features import Feature
from muniment.scaffold.names import Names
from muniment.scaffold.writing import write_plugin
from muniment.version import __version__

_SOURCES = "[tool.uv.sources]"
_METAPACKAGE = "install_requires ="


def add_to_tree(names: Names, features: Sequence[Feature], root: Path, category: str) -> list[Path]:
    """Write the plugin below `root`, the tree, with the version of all; returns its files.

    Raises `ConfigurationError` when `root` is no such tree.
    """
    if not (root / "core" / "pyproject.toml").is_file() or not (root / "setup.cfg").is_file():
        raise ConfigurationError(f"{root.absolute()} is not the source tree of Muniment; leave --within out.")
    files = write_plugin(names, features, root / "plugins" / names.name, category, alone=False)
    _list_in_workspace(root / "pyproject.toml", names)
    _list_in_metapackage(root / "setup.cfg", names)
    return files


def _list_in_workspace(file: Path, names: Names) -> None:
    """Among those of the other plugins, by name, and written as they are."""
    lines = file.read_text(encoding="utf-8").splitlines()
    start = lines.index(_SOURCES) + 1
    end = next((number for number in range(start, len(lines)) if not lines[number].strip()), len(lines))
    core, *plugins = lines[start:end]
    lines[start:end] = [core, *sorted([*plugins, f"muniment-{names.name} = {{ workspace = true }}"])]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _list_in_metapackage(file: Path, names: Names) -> None:
    major, minor, _ = __version__.split(".")
    lines = file.read_text(encoding="utf-8").splitlines()
    start = lines.index(_METAPACKAGE) + 1
    end = next(number for number in range(start, len(lines)) if not lines[number].startswith(" "))
    entry = f"    muniment-{names.name}>={major}.{minor},<{major}.{int(minor) + 1}"
    core, *plugins = lines[start:end]
    lines[start:end] = [core, *sorted([*plugins, entry])]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")
