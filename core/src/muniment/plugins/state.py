"""Which plugins are on: rows in the database, and the number that tells processes to build a new generation."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.access.actor import Actor
from muniment.db.inserting import insert_missing
from muniment.db.revisions import Branch, status
from muniment.errors import Conflict, NotFound, Problem, ValidationFailed
from muniment.events.event import PluginsChanged
from muniment.hooks.caller import PluginFailure
from muniment.plugins.discovery import Discovery, InstalledPlugin, discover
from muniment.plugins.models import Counter, PluginSetting, PluginState, ProcessRow
from muniment.plugins.resolution import dependents, requirements, resolve
from muniment.plugins.settings import refuse_combination, schema_of, stored_settings, validate_setting

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.plugins.generation import Generation

GENERATION = "generation"


@dataclass(frozen=True)
class StoredState:
    """What the database says about plugins: the generation, the enabled names and the stored settings."""

    generation: int
    enabled: frozenset[str]
    settings: Mapping[str, Mapping[str, Any]]


def read_generation(database: Database) -> int:
    """The number of the newest generation; one indexed read, cheap enough for once a second."""
    with database.read() as session:
        return session.execute(select(Counter.value).where(Counter.name == GENERATION)).scalar_one_or_none() or 0


def read_state(database: Database) -> StoredState:
    with database.read() as session:
        generation = session.execute(select(Counter.value).where(Counter.name == GENERATION)).scalar_one_or_none()
        enabled = session.execute(select(PluginState.name).where(PluginState.enabled)).scalars()
        return StoredState(generation or 0, frozenset(enabled), stored_settings(session))


def next_generation(session: Session) -> int:
    """Tell every process to build a new generation, once this transaction is committed."""
    insert_missing(session, Counter, name=GENERATION, value=0)
    row = session.get_one(Counter, GENERATION, with_for_update=True)
    row.value += 1
    session.flush()
    return row.value


def active_names(stored: StoredState, discovery: Discovery, environ: Mapping[str, str] | None = None) -> set[str]:
    """The plugins that this process should load: builtin ones, and the enabled ones unless safe mode keeps them out.

    ``MUNIMENT_SAFE_MODE=1`` leaves only the builtin plugins, ``MUNIMENT_DISABLE=a,b`` leaves out those named; both act
    before anything is imported.
    """
    environment = os.environ if environ is None else environ
    builtin = {plugin.name for plugin in discovery.plugins.values() if plugin.manifest.builtin}
    left_out = {name.strip() for name in environment.get("MUNIMENT_DISABLE", "").split(",") if name.strip()}
    if environment.get("MUNIMENT_SAFE_MODE", "") in ("1", "true", "yes"):
        return builtin
    essential = {name for name in builtin if discovery.plugins[name].manifest.essential}
    return (builtin | stored.enabled) - (left_out - essential)


def branch_of(plugin: InstalledPlugin) -> Branch | None:
    return Branch(plugin.name, plugin.migrations) if plugin.migrations else None


class PluginStateService:
    """Switching plugins on and off, and their settings; used by the command line and the control panel."""

    def __init__(
        self,
        database: Database,
        configured: Mapping[str, Mapping[str, Any]] | None = None,
        trial: Callable[[StoredState], Mapping[str, str]] | None = None,
    ) -> None:
        """`configured` are the settings of plugins in `instance.toml` and the environment. `trial` builds a generation
        for a state that is not stored yet and tells which plugins fail in it; with it a plugin that fails while being
        switched on stays off."""
        self.database = database
        self.configured = configured or {}
        self.trial = trial
        self.discovery = discover()

    @property
    def installed(self) -> Mapping[str, InstalledPlugin]:
        return self.discovery.plugins

    def newest_generation(self) -> int:
        """The number of the generation that every process is to serve."""
        return read_generation(self.database)

    def processes(self) -> list[ProcessRow]:
        """The processes that work on this instance, each as it was last seen."""
        with self.database.read() as session:
            statement = select(ProcessRow).order_by(ProcessRow.kind, ProcessRow.started)
            return list(session.execute(statement).scalars())

    def renew(self, unit: UnitOfWork) -> None:
        """Have every process build a new generation once this transaction is committed: for plugins whose menus or
        texts follow from their tables."""
        next_generation(unit.session)

    def enabled(self) -> frozenset[str]:
        return read_state(self.database).enabled

    def enable(self, name: str, actor: Actor, *, with_required: bool = False) -> list[str]:
        """Switch a plugin on, after its migrations; returns the names that were switched on.

        Refused with the list when it requires plugins that are off, unless `with_required` takes them along.
        """
        self._known(name)
        enabled = self.enabled()
        needed = [other for other in requirements(name, self.installed) if other not in enabled | self._builtin()]
        if needed and not with_required:
            raise Conflict(f"'{name}' requires {', '.join(needed)}; enable these too (--with-required).")
        names = [other for other in (*needed, name) if other not in enabled | self._builtin()]
        self._refuse_unusable(names, enabled)
        for other in names:
            self._migrate(other)
        self._refuse_failing(names)
        self._switch(names, True, actor)
        return names

    def _refuse_unusable(self, names: list[str], enabled: frozenset[str]) -> None:
        """Raise `Conflict` when `names` cannot run, or would keep something from running that runs now."""
        _, before = resolve({*enabled, *self._builtin()}, self.installed)
        _, after = resolve({*enabled, *names, *self._builtin()}, self.installed)
        for other, reason in after.items():
            if other in names:
                raise Conflict(f"'{other}' cannot be enabled: {reason}.")
            if other not in before:
                raise Conflict(f"With {', '.join(names)} enabled, '{other}' could not run: {reason}.")

    def _refuse_failing(self, names: list[str]) -> None:
        """Raise `Conflict` when a generation with `names` lacks one of them, or one that runs without them."""
        if self.trial is None or not names:
            return
        stored = read_state(self.database)
        try:
            failures = self.trial(replace(stored, enabled=stored.enabled | set(names)))
        except PluginFailure as failure:  # of a plugin that the site cannot do without
            raise Conflict(f"{', '.join(names)} cannot be enabled: {failure}.") from failure
        failed = {other: reason for other, reason in failures.items() if other in names}
        if not failed and failures:
            known = self.trial(stored)
            failed = {other: reason for other, reason in failures.items() if other not in known}
        for other, reason in failed.items():
            raise Conflict(f"'{other}' fails and stays as it is: {reason.splitlines()[-1]}")

    def disable(self, name: str, actor: Actor, *, with_dependents: bool = False) -> list[str]:
        """Switch a plugin off; its data stays. Refused with the list while others depend on it.

        One that is on and whose package is gone or broken can be switched off too.
        """
        enabled = self.enabled()
        if name in self._builtin():
            raise Conflict(f"'{name}' is part of the core and stays on.")
        if name not in enabled:
            self._known(name)
        needing = dependents(name, enabled, self.installed)
        if needing and not with_dependents:
            raise Conflict(f"{', '.join(needing)} depend on '{name}'; disable them too (--with-dependents).")
        names = [other for other in (*needing, name) if other in enabled]
        self._switch(names, False, actor)
        return names

    def adopt(self, names: Iterable[str], unit: UnitOfWork) -> None:
        """Switch plugins on for a new instance, inside its first unit of work; no questions asked."""
        for name in names:
            if unit.session.get(PluginState, name) is None:
                unit.session.add(PluginState(name=name, enabled=True, updated=unit.now))
        next_generation(unit.session)

    def describe(self, name: str, generation: Generation) -> dict[str, Any]:
        """What operators want to know of a plugin: its manifest, what it implements, its state and last error."""
        plugin = self._known(name)
        manifest = plugin.manifest
        enabled = self.enabled()
        return {
            "name": name,
            "title": manifest.title,
            "description": manifest.description,
            "category": manifest.category,
            "version": plugin.version,
            "tier": manifest.tier,
            "state": "enabled" if name in enabled or manifest.builtin else "disabled",
            "requires": list(manifest.requires),
            "required by": dependents(name, enabled, self.installed),
            "guards": manifest.guards,
            "personal data": manifest.personal_data_reason or ("yes" if manifest.personal_data else "none"),
            "hooks": [hook for hook in generation.hooks.names if name in generation.hooks.implementers(hook)],
            "error": generation.failures.get(name),
        }

    def set_setting(self, plugin_name: str, key: str, value: Any, actor: Actor) -> None:
        """Store one setting, which takes part in the next generation; None goes back to the default.

        Raises `ValidationFailed` with the field when the value is not valid or does not go with the others, and
        `Conflict` when the configuration decides.
        """
        plugin = self._known(plugin_name)
        schema = schema_of(plugin.load())
        if value is not None:
            validate_setting(plugin_name, schema, key, value)
        elif schema is None or key not in schema.fields:
            raise ValidationFailed(errors=[Problem(f"{plugin_name}.{key}", "There is no such setting.")])
        configured = self.configured.get(plugin_name, {})
        if value is not None and key in configured:
            raise Conflict(f"{plugin_name}.{key} is set in instance.toml or the environment; change it there.")
        assert schema is not None
        with self.database.write() as unit:
            stored = stored_settings(unit.session).get(plugin_name, {})
            changed = {name: known for name, known in {**stored, key: value}.items() if known is not None}
            refuse_combination(plugin_name, schema, configured, stored, changed)
            row = unit.session.get(PluginSetting, (plugin_name, key))
            old = row.value if row is not None else None
            if value is None and row is not None:
                unit.session.delete(row)
            elif row is None and value is not None:
                unit.session.add(PluginSetting(plugin=plugin_name, key=key, value=value, updated=unit.now))
            elif row is not None:
                row.value, row.updated = value, unit.now
            secret = bool(schema.fields[key].metadata.get("secret"))
            shown = ("********", "********") if secret else (old, value)
            unit.audit("setting.changed", f"plugin:{plugin_name}", actor, key=key, old=shown[0], new=shown[1])
            next_generation(unit.session)
            unit.emit(PluginsChanged(plugin=plugin_name, change="setting"))

    def record_error(self, name: str, error: str | None) -> None:
        """Keep why a plugin failed, for operators to see."""
        with self.database.write() as unit:
            row = unit.session.get(PluginState, name)
            if row is not None and row.error != error:
                row.error = error

    def _known(self, name: str) -> InstalledPlugin:
        plugin = self.installed.get(name)
        if plugin is None:
            broken = self.discovery.broken.get(name)
            if broken:
                raise Conflict(f"The plugin '{name}' cannot be used: {broken}.")
            raise NotFound(f"No plugin named '{name}' is installed. Installed: {', '.join(sorted(self.installed))}.")
        return plugin

    def _builtin(self) -> set[str]:
        return {name for name, plugin in self.installed.items() if plugin.manifest.builtin}

    def _migrate(self, name: str) -> None:
        branch = branch_of(self.installed[name])
        if branch is not None and not status(self.database, branch).is_current:
            from muniment.db.migrate import upgrade

            upgrade(self.database, branch)

    def _switch(self, names: list[str], on: bool, actor: Actor) -> None:
        if not names:
            return
        with self.database.write() as unit:
            for name in names:
                row = unit.session.get(PluginState, name)
                if row is None:
                    row = PluginState(name=name)
                    unit.session.add(row)
                row.enabled, row.updated, row.error = on, unit.now, None
                change = "enabled" if on else "disabled"
                unit.audit(f"plugin.{change}", f"plugin:{name}", actor)
                unit.emit(PluginsChanged(plugin=name, change=change))
            next_generation(unit.session)
