"""The package: what can be known of a plugin without importing it, and what it may import."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from muniment.events.event import Event
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import read_manifest
from muniment.testing.conformance.bench import Bench
from muniment.testing.conformance.checks import Checks, quality_file_of
from muniment.testing.conformance.quality_file import read_quality
from muniment.web.ui.slots import declared_slots

#: What a plugin may import of Muniment besides itself and what it requires.
INTERFACE = ("muniment.api", "muniment.testing")


class PackageChecks(Checks):
    """What can be seen from outside."""

    def test_its_manifest_is_valid(self, installed: InstalledPlugin) -> None:
        manifest = read_manifest(installed.folder)
        assert manifest.problem is None
        assert manifest.name == self.plugin
        assert manifest.description.endswith("."), "the description is a sentence for operators"
        assert set(manifest.requires) <= discover().plugins.keys()
        unknown = sorted({*manifest.slots, *manifest.steady_slots} - declared_slots().keys())
        assert unknown == [], "plugin.toml lists slots that no page has"

    def test_it_is_found_without_being_imported(self, installed: InstalledPlugin) -> None:
        script = (
            "import sys\nfrom muniment.plugins.discovery import discover\n"
            f"assert {self.plugin!r} in discover().plugins\n"
            f"print(sorted(name for name in sys.modules if name.partition('.')[0] == {package_of(installed)!r}))"
        )
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[]", "something imports the plugin that is not even enabled"

    def test_it_imports_the_public_interface_only(self, installed: InstalledPlugin) -> None:
        own = {package_of(installed)} | {
            f"muniment_{name.replace('-', '_')}" for name in (*installed.manifest.requires, *installed.manifest.uses)
        }
        foreign = [
            f"{file.name}: {module}"
            for file, module in _imports(installed.folder)
            if module.partition(".")[0].startswith("muniment")
            and module.partition(".")[0] not in own
            and not any(module == name or module.startswith(f"{name}.") for name in INTERFACE)
        ]
        assert foreign == [], "import these from muniment.api"

    def test_its_names_begin_with_its_own(self, installed: InstalledPlugin, bench: Bench) -> None:
        """Package, blueprints, templates, fields, parts, events, permissions; pages and tables are
        checked when they are made."""
        assert package_of(installed) == f"muniment_{self.plugin.replace('-', '_')}"
        assert installed.target.endswith(".plugin:Plugin")
        assert sorted(_foreign_names(installed, bench)) == []

    def test_its_quality_file_is_in_order(self, installed: InstalledPlugin) -> None:
        file = quality_file_of(type(self))
        if file is None:
            assert installed.manifest.tier == "bronze", "plugin.toml claims a tier, and there is no quality.toml"
            return
        quality = read_quality(file, known_checks(type(self)))
        assert quality.problems == ()
        assert quality.tier == installed.manifest.tier, "plugin.toml and quality.toml claim different tiers"


def known_checks(suite: type[Checks]) -> set[str]:
    """The names of all checks, as an exemption names them, and of the rules of the tiers."""
    from muniment.testing.quality.rules import RULES

    return {name.removeprefix("test_") for name in dir(suite) if name.startswith("test_")} | RULES.keys()


def package_of(installed: InstalledPlugin) -> str:
    return installed.target.partition(":")[0].partition(".")[0]


def _imports(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.module != "muniment":
                yield file, node.module
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((file, f"muniment.{alias.name}") for alias in node.names)


def _foreign_names(installed: InstalledPlugin, bench: Bench) -> Iterator[str]:
    name, snake = installed.name, installed.name.replace("-", "_")
    for spec in bench.contributions("register_blueprints"):
        if not spec.blueprint.name.removeprefix("control_").startswith((name, snake)):
            yield f"blueprint {spec.blueprint.name}"
        yield from (f"permission {own}" for own in spec.permissions if "." in own and not own.startswith(f"{name}."))
    templates = installed.folder / "templates"
    for entry in sorted(templates.iterdir()) if templates.is_dir() else ():
        if entry.name == "mail":  # letters, by the names under which they are sent
            yield from (f"letter {own.name}" for own in entry.iterdir() if not own.name.startswith(f"{name}-"))
        elif entry.name not in (name, snake):
            yield f"templates/{entry.name}"
    for part in bench.contributions("register_record_parts"):
        if part.path.startswith("ext.") and part.path.split(".")[1] not in (name, snake):
            yield f"part {part.path}"
    for event in _events_of(installed):
        if not event.name.startswith((f"{name}.", f"{snake}.")):
            yield f"event {event.name}"


def _events_of(installed: InstalledPlugin) -> Iterator[type[Event]]:
    from muniment.testing.conformance.work_checks import events_in

    installed.load()
    yield from events_in(package_of(installed))
