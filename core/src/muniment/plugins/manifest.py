"""Manifests: what a plugin says about itself, read from `plugin.toml` without importing the plugin."""

from __future__ import annotations

import difflib
import re
import tomllib
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, cast, get_type_hints

from muniment.errors import ConfigurationError
from muniment.version import SUPPORTED_HOOK_APIS

MANIFEST = "plugin.toml"
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
CATEGORIES = (
    "access",
    "curation",
    "description",
    "discovery",
    "identifiers",
    "identity",
    "integration",
    "scale",
    "service",
)
TIERS = ("bronze", "silver", "gold")


@dataclass(frozen=True)
class Manifest:
    """The contents of `plugin.toml`.

    `requires` and `uses` name other plugins (needed, and used when there); `routes` lists the addresses outside
    the plugin's own prefix and `slots` the places of pages that it fills (one that fills some and lists none may fill
    any, which keeps record pages from being kept in memory) and `steady_slots` those among them whose fragments follow
    from their context, the language and the plugin's settings alone, so that pages with them are kept (those of records
    that are open to all; others are made anew each time); `guards` says
    whether the site must not be written to when this plugin fails, because it restricts sign-in, publishing or access;
    `essential` plugins cannot be switched off.
    """

    name: str
    title: str
    description: str
    category: str
    hook_api: int
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()
    steady_slots: tuple[str, ...] = ()
    guards: bool = True
    personal_data: bool = True
    personal_data_reason: str = ""
    essential: bool = False
    tier: str = "bronze"
    builtin: bool = False

    @property
    def table_prefix(self) -> str:
        return self.name.replace("-", "_") + "_"

    @property
    def problem(self) -> str | None:
        """Why this core cannot load the plugin, or None."""
        if self.hook_api not in SUPPORTED_HOOK_APIS:
            supported = ", ".join(str(number) for number in sorted(SUPPORTED_HOOK_APIS))
            return (
                f"it was made for hook interface {self.hook_api}; this core offers {supported}: install a version of "
                "it for that"
            )
        return None


def read_manifest(folder: Path, *, builtin: bool = False) -> Manifest:
    """Read the manifest in a package folder; raises `ConfigurationError` that names file and key."""
    file = folder / MANIFEST
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(f"{file} is missing: a plugin describes itself there.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}.") from error
    return parse_manifest(document, file, builtin=builtin)


def parse_manifest(document: dict[str, Any], file: Path, *, builtin: bool = False) -> Manifest:
    """What `document`, read from `file`, says; raises `ConfigurationError` that names file and key."""
    known = {field.name: field for field in fields(Manifest) if field.name != "builtin"}
    for key in document:
        if key not in known:
            close = difflib.get_close_matches(key, list(known), n=1)
            raise ConfigurationError(
                f"{file}: unknown key '{key}'." + (f" Did you mean '{close[0]}'?" if close else "")
            )
    for key in ("name", "title", "description", "category", "hook_api"):
        if key not in document:
            raise ConfigurationError(f"{file}: the key '{key}' is missing.")
    hints = get_type_hints(Manifest)
    manifest = Manifest(**{key: _typed(value, hints[key], key, file) for key, value in document.items()})
    for name in (manifest.name, *manifest.requires, *manifest.uses, *manifest.conflicts):
        if not _NAME.fullmatch(name):
            raise ConfigurationError(f"{file}: '{name}' must be lower-case words joined by hyphens.")
    for key, allowed in (("category", CATEGORIES), ("tier", TIERS)):
        if getattr(manifest, key) not in allowed:
            raise ConfigurationError(f"{file}: {key} must be one of {', '.join(allowed)}.")
    return replace(manifest, builtin=builtin)


def _typed(value: object, hint: object, key: str, file: Path) -> Any:
    if hint == tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigurationError(f'{file}: {key} must be a list of texts, like ["one", "two"].')
        return tuple(value)
    if type(value) is not hint:
        words = {str: "a text", int: "a whole number", bool: "true or false"}
        raise ConfigurationError(f"{file}: {key} must be {words[cast(type, hint)]}, not {value!r}.")
    return value
