"""Plugins of one file in the instance's folder ``plugins``: found, and described, without being imported."""

from __future__ import annotations

import ast
import hashlib
import importlib.util
import re
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from muniment.errors import ConfigurationError
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import parse_manifest
from muniment.version import HOOK_API

#: What the file says about itself, as a script says what it needs (PEP 723): TOML in comments.
_BLOCK: Final = re.compile(r"(?m)^# /// plugin$\s(?P<content>(^#(| .*)$\s)+)^# ///$")
#: What this process has imported, by module: files can change while it runs.
_in_memory: dict[str, LocalPlugin] = {}
_NO_DATA: Final = "It is one file without tables of its own."


@dataclass(frozen=True)
class LocalPlugin(InstalledPlugin):
    """A plugin in the one file `file`."""

    file: Path = Path()

    @property
    def migrations(self) -> Path | None:
        """One file has no tables of its own."""
        return None

    def load(self) -> Any:
        module_name, _, attribute = self.target.partition(":")
        module = sys.modules.get(module_name) or _imported(module_name, self.file)
        _in_memory.setdefault(module_name, self)
        try:
            return getattr(module, attribute)
        except AttributeError:
            raise ConfigurationError(f"{self.file} has no class {attribute}; that is what is loaded.") from None


def as_imported(plugin: LocalPlugin) -> LocalPlugin:
    """The plugin as this process has it in memory, which is older than its file when that was changed."""
    return _in_memory.get(plugin.module, plugin) if plugin.is_imported else plugin


def _imported(name: str, file: Path) -> ModuleType:
    specification = importlib.util.spec_from_file_location(name, file)
    assert specification is not None
    assert specification.loader is not None
    module = importlib.util.module_from_spec(specification)
    sys.modules[name] = module
    try:
        specification.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


def local_plugins(folder: Path) -> tuple[dict[str, LocalPlugin], dict[str, str]]:
    """The plugins in the files of `folder` by name, and for each file that cannot be used why."""
    plugins: dict[str, LocalPlugin] = {}
    broken: dict[str, str] = {}
    for file in sorted(folder.glob("*.py")) if folder.is_dir() else ():
        name = file.stem.replace("_", "-")
        if name.startswith("-"):
            continue
        try:
            plugins[name] = _read(name, file)
        except ConfigurationError as error:
            broken[name] = error.message
    return plugins, broken


def _read(name: str, file: Path) -> LocalPlugin:
    text = _text(file)
    document = {
        "name": name,
        "title": name.replace("-", " ").capitalize(),
        "description": _description(text, file),
        "category": "service",
        "hook_api": HOOK_API,
        "personal_data": False,
        "personal_data_reason": _NO_DATA,
        **_block(text, file),
    }
    manifest = parse_manifest(document, file)
    if manifest.name != name:
        raise ConfigurationError(
            f"plugin '{name}' calls itself '{manifest.name}' in {file}; its name is that of the file"
        )
    stat = file.stat()
    module = f"muniment_local_{hashlib.sha256(str(file.parent).encode()).hexdigest()[:8]}_{file.stem}"
    return LocalPlugin(
        manifest,
        f"{module}:Plugin",
        file.with_suffix(""),
        "local",
        f"the file {file}",
        f"{stat.st_mtime_ns} {stat.st_size}",
        file=file,
    )


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} cannot be read: {error}") from error


def _description(text: str, file: Path) -> str:
    try:
        documented = ast.get_docstring(ast.parse(text))
    except SyntaxError as error:
        raise ConfigurationError(f"{file} is no valid Python: {error.msg} in line {error.lineno}") from error
    return documented.splitlines()[0] if documented else "A plugin of this instance, in one file."


def _block(text: str, file: Path) -> dict[str, Any]:
    found = _BLOCK.search(text)
    if found is None:
        return {}
    lines = [line.removeprefix("#").removeprefix(" ") for line in found["content"].splitlines()]
    try:
        return tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{file}: the comment after '# /// plugin' is not valid TOML: {error}") from error
