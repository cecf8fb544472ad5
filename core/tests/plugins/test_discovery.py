"""Installed plugins are found by entry points and read without importing them; a broken one disturbs no other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from muniment.plugins import discovery
from muniment.plugins.discovery import Discovery, discover, forget

MANIFEST = """
name = "{name}"
title = "Probe"
description = "For a test."
category = "service"
hook_api = 0
"""


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Discovery]]:
    """Discovers with entry points `name=package` whose packages are written here, poisoned against import."""
    monkeypatch.syspath_prepend(str(tmp_path))
    forget()

    def look(packages: dict[str, str], *, manifest: str | None = MANIFEST) -> Discovery:
        entries = []
        for name, package in packages.items():
            folder = tmp_path / package
            folder.mkdir(exist_ok=True)
            for module in ("__init__", "plugin"):
                (folder / f"{module}.py").write_text("raise RuntimeError('imported')")
            if manifest is not None:
                (folder / "plugin.toml").write_text(manifest.format(name=name))
            entries.append(EntryPoint(name, f"{package}.plugin:Plugin", discovery.GROUP))
        monkeypatch.setattr(discovery, "entry_points", lambda group: entries)
        return discover()

    yield look
    forget()


def test_a_plugin_is_found_without_being_imported(found: Callable[..., Discovery]) -> None:
    plugin = found({"probe": "muniment_probe_found"}).plugins["probe"]
    assert plugin.manifest.title == "Probe"
    assert plugin.package == "muniment_probe_found"
    assert plugin.migrations is None
    assert "muniment_probe_found" not in sys.modules


def test_migrations_are_a_folder_of_the_package(found: Callable[..., Discovery], tmp_path: Path) -> None:
    versions = tmp_path / "muniment_probe_tables" / "migrations" / "versions"
    versions.mkdir(parents=True)
    assert found({"probe": "muniment_probe_tables"}).plugins["probe"].migrations == versions


def test_the_cores_own_plugins_are_always_there(found: Callable[..., Discovery]) -> None:
    plugins = found({}).plugins
    assert {"accounts", "records", "local-storage", "password", "access-tokens"} <= plugins.keys()
    assert all(plugin.manifest.builtin for plugin in plugins.values())
    assert {name for name, plugin in plugins.items() if plugin.manifest.essential} >= {"accounts", "records"}


def test_a_package_without_a_manifest_is_broken_and_the_others_are_found(
    found: Callable[..., Discovery], tmp_path: Path
) -> None:
    found({"good": "muniment_probe_good"})
    forget()
    result = found({"bad": "muniment_probe_bad"}, manifest=None)
    assert "plugin.toml is missing" in result.broken["bad"]
    assert "accounts" in result.plugins


def test_a_package_that_is_gone_is_broken(found: Callable[..., Discovery], monkeypatch: pytest.MonkeyPatch) -> None:
    found({})
    forget()
    entry = EntryPoint("gone", "muniment_nowhere_to_be_found.plugin:Plugin", discovery.GROUP)
    monkeypatch.setattr(discovery, "entry_points", lambda group: [entry])
    assert "muniment_nowhere_to_be_found" in discover().broken["gone"]


def test_a_manifest_with_another_name_is_broken(found: Callable[..., Discovery]) -> None:
    result = found({"probe": "muniment_probe_named"}, manifest=MANIFEST.replace("{name}", "other"))
    assert "calls itself 'other'" in result.broken["probe"]
    assert "other" not in result.plugins


def test_the_name_of_a_core_plugin_cannot_be_taken(found: Callable[..., Discovery]) -> None:
    result = found({"password": "muniment_probe_password"})
    assert result.plugins["password"].manifest.builtin
    assert "is installed already" in result.broken["password"]


def test_discovery_happens_once_in_a_process(found: Callable[..., Discovery]) -> None:
    assert found({}) is discover()
