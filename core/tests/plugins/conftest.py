"""Packages with plugins that are installed, replaced and removed while a test runs, as an installer does it."""

from __future__ import annotations

import hashlib
import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from muniment.plugins.discovery import forget

MANIFEST = """
name = "{name}"
title = "Probe"
description = "A plugin made for a test."
category = "service"
hook_api = 0
guards = {guards}
personal_data = false
personal_data_reason = "It holds nothing."
"""

PLUGIN = """
class Plugin:
    def __init__(self, context):
        self.context = context
"""

Install = Callable[..., Path]


@pytest.fixture
def site_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in which packages are found. What this process knew of plugins before is forgotten, and again after."""
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    forget()
    yield folder
    forget()
    for name in [name for name in sys.modules if name.startswith("muniment_installed_")]:
        del sys.modules[name]


@pytest.fixture
def install(site_packages: Path) -> Install:
    """Installs a distribution with a plugin: `install("probe", version="1.1", files={"plugin.py": "…"})`; returns the
    folder of its package. What was installed under that name before is replaced."""

    def make(
        name: str,
        *,
        version: str = "1.0",
        manifest: str = MANIFEST,
        guards: bool = False,
        files: Mapping[str, str] | None = None,
        distribution: str | None = None,
    ) -> Path:
        package = f"muniment_installed_{(distribution or name).replace('-', '_')}"
        uninstall(site_packages, package)
        contents = {
            "__init__.py": "",
            "plugin.toml": manifest.format(name=name, guards=str(guards).lower()),
            "plugin.py": PLUGIN,
            **(files or {}),
        }
        folder = site_packages / package
        for file, text in contents.items():
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            (folder / file).write_text(textwrap.dedent(text), encoding="utf-8")
        about = site_packages / f"{package}-{version}.dist-info"
        about.mkdir()
        title = (distribution or f"muniment-{name}").replace("_", "-")
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {title}\nVersion: {version}\n")
        (about / "entry_points.txt").write_text(f"[muniment.plugins]\n{name} = {package}.plugin:Plugin\n")
        record = [
            f"{file},sha256={hashlib.sha256(text.encode()).hexdigest()},{len(text)}" for file, text in contents.items()
        ]
        (about / "RECORD").write_text("\n".join(record) + "\n")
        return folder

    return make


def uninstall(site_packages: Path, package: str) -> None:
    """Remove a package and what tells of it."""
    shutil.rmtree(site_packages / package, ignore_errors=True)
    for about in site_packages.glob(f"{package}-*.dist-info"):
        shutil.rmtree(about)
