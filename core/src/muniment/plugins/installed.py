"""A plugin that is installed: where it lies, which version it is, and how its code is loaded."""

from __future__ import annotations

import importlib
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from muniment.plugins.manifest import Manifest


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin that could be enabled. `target` is ``package.module:Class``.

    `stamp` changes when another version is installed, or the same one again; it is empty for what comes with the core.
    """

    manifest: Manifest
    target: str
    folder: Path
    version: str
    distribution: str
    stamp: str = ""

    @property
    def name(self) -> str:
        return self.manifest.name

    @property
    def module(self) -> str:
        return self.target.partition(":")[0]

    @property
    def package(self) -> str:
        return self.module.rpartition(".")[0]

    @property
    def migrations(self) -> Path | None:
        """The folder with the plugin's Alembic revisions, if it has tables of its own."""
        folder = self.folder / "migrations" / "versions"
        return folder if folder.is_dir() else None

    @property
    def is_imported(self) -> bool:
        """Whether this process has the plugin's code in memory, which stays as it is until the process ends."""
        return self.module in sys.modules

    @property
    def templates(self) -> Path | None:
        """The folder with the plugin's templates, which lie in a folder of its name, if it has some."""
        folder = self.folder / "templates"
        return folder if folder.is_dir() else None

    @property
    def static(self) -> Path | None:
        """The folder with the plugin's static files, sent from ``/static/NAME/``, if it has some."""
        folder = self.folder / "static"
        return folder if folder.is_dir() else None

    @property
    def translations(self) -> Path | None:
        """The folder with the plugin's own catalogues (``<language>/LC_MESSAGES/messages.mo``), if it has some."""
        folder = self.folder / "translations"
        return folder if folder.is_dir() else None

    def load(self) -> Any:
        """Import the plugin and return its class."""
        module_name, _, attribute = self.target.partition(":")
        return getattr(importlib.import_module(module_name), attribute)
