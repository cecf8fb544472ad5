"""Switching: off, on and purged, a plugin leaves nothing behind but its own tables, settings and parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from flask import Flask
from sqlalchemy import select

from muniment.access.actor import SYSTEM
from muniment.db.revisions import table_names
from muniment.jobs.models import JobRow
from muniment.plugins.discovery import discover
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.models import PluginSetting, PluginState
from muniment.repository import Repository
from muniment.testing.conformance.checks import Checks
from muniment.testing.schema import VERSION_TABLES

#: Tables in which switching plugins leaves its own marks.
_OF_SWITCHING = {"plugin_states", "counters", "events", "audit_entries", "deliveries", "log_positions"}


class SwitchingChecks(Checks):
    """What is left after the plugin was on."""

    def test_switching_it_on_and_off_leaves_the_core_as_it_was(
        self, repository: Repository, installed: InstalledPlugin
    ) -> None:
        before, names, application = _contents(repository), table_names(repository.database), _application(repository)
        for _ in range(2):
            self.enabled_on(repository)
            _switch_off(repository, installed)
        assert _contents(repository) == before, "rows of the core's tables have changed"
        own = {name for name in table_names(repository.database) - names if not name.startswith(VERSION_TABLES)}
        prefixes = tuple(discover().plugins[name].manifest.table_prefix for name in _with_required(installed))
        assert all(name.startswith(prefixes) for name in own), f"these do not begin with its name: {sorted(own)}"
        assert _application(repository.successor()) == application

    def test_purging_it_leaves_no_table_and_no_setting(
        self, repository: Repository, installed: InstalledPlugin
    ) -> None:
        before = table_names(repository.database)
        self.enabled_on(repository)
        _store_a_setting(repository, self.plugin)
        _switch_off(repository, installed)
        for name in _with_required(installed):
            if name in (other.name for other in discover().plugins.values() if not other.manifest.builtin):
                repository.plugins.purge(name, SYSTEM, confirmation=name, wait=0.0)
        assert table_names(repository.database) - before == set(), "purging leaves tables"
        with repository.database.read() as session:
            assert session.execute(select(PluginSetting.key).where(PluginSetting.plugin == self.plugin)).all() == []
            assert session.get(PluginState, self.plugin) is None
            jobs = select(JobRow.name).where(JobRow.name.startswith(f"{self.plugin}."))
            assert session.execute(jobs).all() == []


def _switch_off(repository: Repository, installed: InstalledPlugin) -> None:
    on = repository.plugins.enabled()
    for name in dict.fromkeys(_with_required(installed)):
        if name in on:
            repository.plugins.disable(name, SYSTEM, with_dependents=True)


def _with_required(installed: InstalledPlugin) -> Iterator[str]:
    yield installed.name
    for name in installed.manifest.requires:
        yield from _with_required(discover().plugins[name])


def _store_a_setting(repository: Repository, name: str) -> None:
    with repository.database.write() as unit:
        if unit.session.get(PluginSetting, (name, "conformance")) is None:
            unit.session.add(PluginSetting(plugin=name, key="conformance", value=1, updated=unit.now))


def _contents(repository: Repository) -> dict[str, Any]:
    """The rows of every core table, but those in which switching plugins is written down."""
    from muniment.models import Base

    with repository.database.read() as session:
        return {
            table.name: [tuple(row) for row in session.execute(select(table).order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name not in _OF_SWITCHING and not table.name.startswith("vocabulary_terms")
        }


def _application(repository: Repository) -> dict[str, Any]:
    """What a plugin could leave behind in an application: routes with who may call them, menus, jobs, names."""
    from muniment.web.app import create_app
    from muniment.web.current import state_of

    app: Flask = create_app(repository)
    policies = state_of(app).policies
    return {
        "plugins": repository.generation.names,
        "routes": sorted(f"{rule.rule} {sorted(rule.methods or ())}" for rule in app.url_map.iter_rules()),
        "permissions": {endpoint: (policy.access, policy.session) for endpoint, policy in policies.items()},
        "menus": [(item.area, item.endpoint, item.href) for item in repository.hooks.register_nav()],
        "jobs": sorted(repository.jobs.jobs),
        "handlers": sorted(repository.deliveries.handlers),
        "vocabularies": sorted(item.name for item in repository.vocabularies.registered),
        "fields": [item.name for item in repository.hooks.register_metadata_fields()],
        "parts": [part.path for part in repository.hooks.register_record_parts()],
        "formats": [item.name for item in repository.hooks.register_import_formats()],
        "categories": sorted(repository.privacy.categories),
    }
