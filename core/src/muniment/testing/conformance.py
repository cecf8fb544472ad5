"""What every plugin must keep to, as tests: subclass `PluginConformance` in a plugin's own tests and name the plugin.

class TestConformance(PluginConformance):
    plugin = "datacite"
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import click
import pytest
from sqlalchemy import MetaData, select
from sqlalchemy.orm import DeclarativeBase

from muniment.access.actor import SYSTEM
from muniment.db.migrate import downgrade, upgrade
from muniment.db.revisions import status, table_names
from muniment.events.event import Event
from muniment.hooks.specifications import SPECIFICATIONS
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.manifest import read_manifest
from muniment.plugins.setting_fields import describe_fields
from muniment.plugins.settings import effective_settings, schema_of
from muniment.plugins.state import branch_of
from muniment.plugins.tables import REFERABLE
from muniment.privacy.structure import check_columns
from muniment.repository import Repository
from muniment.testing.schema import VERSION_TABLES, describe_schema, differences

#: What a plugin may import of Muniment besides itself and what it requires.
INTERFACE = ("muniment.api", "muniment.testing")
#: Tables in which switching plugins leaves its own marks.
_OF_SWITCHING = {"plugin_states", "counters", "events", "audit_entries", "deliveries", "log_positions"}


class PluginConformance:
    """About twenty checks that hold for every plugin, whatever it does."""

    plugin: ClassVar[str]

    @pytest.fixture
    def installed(self) -> InstalledPlugin:
        found = discover()
        assert self.plugin not in found.broken, found.broken[self.plugin]
        assert self.plugin in found.plugins, f"'{self.plugin}' is not installed; install its distribution first"
        return found.plugins[self.plugin]

    @pytest.fixture
    def enabled(self, repository: Repository, installed: InstalledPlugin) -> Repository:
        """A repository with the plugin and what it requires."""
        repository.plugins.enable(installed.name, SYSTEM, with_required=True)
        return repository.successor()

    def contributions(self, repository: Repository, hook: str) -> list[Any]:
        return [item.value for item in repository.hooks.contributions(hook) if item.plugin == self.plugin]

    # The package ------------------------------------------------------------------------------------------------------

    def test_the_manifest_is_valid(self, installed: InstalledPlugin) -> None:
        manifest = read_manifest(installed.folder)
        assert manifest.problem is None
        assert manifest.name == self.plugin
        assert manifest.description.endswith("."), "the description is a sentence for operators"
        assert set(manifest.requires) <= discover().plugins.keys()

    def test_it_is_found_without_being_imported(self, installed: InstalledPlugin) -> None:
        script = (
            "import sys\nfrom muniment.plugins.discovery import discover\n"
            f"assert {self.plugin!r} in discover().plugins\n"
            f"print(sorted(name for name in sys.modules if name.partition('.')[0] == {_package(installed)!r}))"
        )
        result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
        assert result.stdout.strip() == "[]"

    def test_it_is_named_by_the_rule(self, installed: InstalledPlugin) -> None:
        assert _package(installed) == f"muniment_{self.plugin.replace('-', '_')}"
        assert installed.target.endswith(".plugin:Plugin")

    def test_it_imports_the_public_interface_only(self, installed: InstalledPlugin) -> None:
        own = {_package(installed)} | {
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

    # Loading ----------------------------------------------------------------------------------------------------------

    def test_it_loads_with_nothing_but_what_it_requires(self, enabled: Repository) -> None:
        assert enabled.generation.failures == {}
        assert self.plugin in enabled.generation.names
        assert not enabled.read_only

    def test_the_application_is_built_with_it(self, enabled: Repository) -> None:
        from muniment.web.app import create_app

        assert create_app(enabled).test_client().get("/healthz").status_code == 200

    def test_no_method_looks_like_a_hook_without_being_one(self, installed: InstalledPlugin) -> None:
        known = {name for specification in SPECIFICATIONS for name in dir(specification) if not name.startswith("_")}
        plugin_class = installed.load()
        unmarked = [
            name for name in known & set(dir(plugin_class)) if not hasattr(getattr(plugin_class, name), "muniment_impl")
        ]
        assert unmarked == [], "mark them with @implements"

    def test_it_implements_no_deprecated_hook(self, enabled: Repository) -> None:
        hooks = enabled.hooks
        old = [name for name in hooks.names if hooks.meta(name).deprecated and self.plugin in hooks.implementers(name)]
        assert old == []

    def test_switching_it_on_and_off_leaves_the_core_as_it_was(
        self, repository: Repository, installed: InstalledPlugin
    ) -> None:
        before, names = _contents(repository), table_names(repository.database)
        for _ in range(2):
            repository.plugins.enable(self.plugin, SYSTEM, with_required=True)
            for name in (self.plugin, *reversed(installed.manifest.requires)):
                repository.plugins.disable(name, SYSTEM, with_dependents=True)
        assert _contents(repository) == before
        own = {name for name in table_names(repository.database) - names if not name.startswith(VERSION_TABLES)}
        prefixes = tuple(discover().plugins[name].manifest.table_prefix for name in _with_required(installed))
        assert all(name.startswith(prefixes) for name in own), own
        assert repository.successor().generation.names == repository.generation.names

    # Tables -----------------------------------------------------------------------------------------------------------

    def test_migrations_make_what_the_models_say(self, enabled: Repository, installed: InstalledPlugin) -> None:
        metadata = _metadata(installed)
        assert (branch_of(installed) is None) == (metadata is None), "tables need models and migrations both"
        if metadata is not None:
            assert differences(enabled.database, metadata, installed.manifest.table_prefix) == []

    def test_migrations_go_down_to_nothing_and_up_again(self, enabled: Repository, installed: InstalledPlugin) -> None:
        branch = branch_of(installed)
        if branch is None:
            assert describe_schema(enabled.database, installed.manifest.table_prefix) == {}
            return
        first = describe_schema(enabled.database)
        downgrade(enabled.database, branch)
        assert describe_schema(enabled.database, installed.manifest.table_prefix) == {}
        upgrade(enabled.database, branch)
        assert describe_schema(enabled.database) == first
        assert status(enabled.database, branch).is_current

    def test_tables_refer_to_core_tables_in_the_database_only(self, installed: InstalledPlugin) -> None:
        metadata = _metadata(installed)
        for table in metadata.tables.values() if metadata is not None else ():
            for key in table.foreign_keys:
                target = key.target_fullname.partition(".")[0]
                if target in REFERABLE:
                    assert key.ondelete in ("CASCADE", "SET NULL"), f"{key.parent} needs ondelete"
                else:
                    assert target.startswith(installed.manifest.table_prefix), f"{key.parent} refers to {target}"

    # Settings ---------------------------------------------------------------------------------------------------------

    def test_settings_are_labelled_and_their_defaults_are_valid(self, installed: InstalledPlugin) -> None:
        schema = schema_of(installed.load())
        if schema is None:
            return
        for key, field in schema.fields.items():
            assert field.metadata.get("label"), f"{key} needs metadata['label']"
            assert field.metadata.get("help"), f"{key} needs metadata['help']"
            assert not field.required, f"{key} needs a default: a plugin can be enabled before it is set up"
            if re.search(r"password|secret|token|api_key", key):
                assert field.metadata.get("secret"), (
                    f"{key} looks like a secret; say metadata['secret'] = True or False"
                )
        assert schema.load({}) is not None

    def test_secrets_are_not_shown(self, installed: InstalledPlugin) -> None:
        schema = schema_of(installed.load())
        for key, field in (schema.fields if schema else {}).items():
            if schema is not None and field.metadata.get("secret"):
                settings = effective_settings(self.plugin, schema, {}, {})
                setattr(settings, key, "a-secret-value")
                assert "a-secret-value" not in str(describe_fields(schema, settings))

    # People -----------------------------------------------------------------------------------------------------------

    def test_it_says_what_it_holds_about_people(self, enabled: Repository, installed: InstalledPlugin) -> None:
        categories = self.contributions(enabled, "privacy_categories")
        if installed.manifest.personal_data:
            assert categories, "declare categories, or say personal_data = false with a reason"
        else:
            assert not categories, "the manifest says that it holds nothing about people"
            assert installed.manifest.personal_data_reason

    def test_columns_about_people_are_marked(self, enabled: Repository, installed: InstalledPlugin) -> None:
        metadata = _metadata(installed)
        if metadata is not None:
            assert [str(found) for found in check_columns(metadata, enabled.privacy.categories.values())] == []

    # Work in the background -------------------------------------------------------------------------------------------

    def test_jobs_and_handlers_carry_its_name(self, enabled: Repository) -> None:
        for hook in ("register_jobs", "register_event_handlers"):
            for declared in self.contributions(enabled, hook):
                assert declared.name.startswith(f"{self.plugin}."), declared.name
        for job in self.contributions(enabled, "register_jobs"):
            assert job.title, f"{job.name} needs a title for operators"

    def test_handlers_follow_events_that_exist(self, enabled: Repository, installed: InstalledPlugin) -> None:
        known = {event.name for event in _subclasses(Event)}
        elsewhere = tuple(f"{name}." for name in (self.plugin, *installed.manifest.requires, *installed.manifest.uses))
        for handler in self.contributions(enabled, "register_event_handlers"):
            unknown = [name for name in handler.events if name not in known and not name.startswith(elsewhere)]
            assert unknown == [], f"{handler.name} follows events that nobody emits"

    # What people read -------------------------------------------------------------------------------------------------

    def test_commands_explain_themselves(self, enabled: Repository) -> None:
        for command in self.contributions(enabled, "register_commands"):
            for path, found in _commands(command):
                assert found.help, f"muniment {self.plugin} {path} needs a docstring"
                for parameter in found.params:
                    if isinstance(parameter, click.Option):
                        assert parameter.help, f"{path} {parameter.opts[0]} needs help"

    def test_its_readme_names_settings_and_commands(self, enabled: Repository, installed: InstalledPlugin) -> None:
        readme = _readme(installed)
        if readme is None:
            pytest.skip("installed without its source tree")
        schema = schema_of(installed.load())
        missing = [key for key in (schema.fields if schema else {}) if f"`{key}`" not in readme]
        for command in self.contributions(enabled, "register_commands"):
            missing += [path for path, _ in _commands(command) if f"{self.plugin} {path}" not in readme]
        assert missing == []


def _package(installed: InstalledPlugin) -> str:
    return installed.target.partition(":")[0].partition(".")[0]


def _with_required(installed: InstalledPlugin) -> Iterator[str]:
    yield installed.name
    for name in installed.manifest.requires:
        yield from _with_required(discover().plugins[name])


def _imports(folder: Path) -> Iterator[tuple[Path, str]]:
    for file in sorted(folder.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                yield from ((file, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and node.module != "muniment":
                yield file, node.module
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield from ((file, f"muniment.{alias.name}") for alias in node.names)


def _metadata(installed: InstalledPlugin) -> MetaData | None:
    """The tables that the plugin's classes describe, if there are any."""
    installed.load()
    for base in DeclarativeBase.__subclasses__():
        own = [table for table in base.metadata.tables if table.startswith(installed.manifest.table_prefix)]
        if own and "core" not in base.metadata.tables[own[0]].info:
            return base.metadata
    return None


def _contents(repository: Repository) -> dict[str, Any]:
    """The rows of every core table, but those in which switching plugins is written down."""
    from muniment.models import Base

    with repository.database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name not in _OF_SWITCHING and not table.name.startswith("vocabulary_terms")
        }


def _subclasses(kind: type[Event]) -> Iterator[type[Event]]:
    for found in kind.__subclasses__():
        yield found
        yield from _subclasses(found)


def _commands(command: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    name = f"{path} {command.name}".strip()
    if isinstance(command, click.Group):
        for nested in command.commands.values():
            yield from _commands(nested, name)
    else:
        yield name, command


def _readme(installed: InstalledPlugin) -> str | None:
    files = [folder / "README.md" for folder in installed.folder.parents[:2]]
    found = next((file for file in files if file.is_file()), None)
    return found.read_text(encoding="utf-8") if found is not None else None
