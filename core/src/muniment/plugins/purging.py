"""Purging a plugin that is off: everything it has stored is removed, after an export if one is wanted.

Each step can be repeated, so that after a cut the same command ends what was begun.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, inspect, select, table

from muniment.access.actor import Actor
from muniment.db.revisions import MigrationFailed, knows_revision, status
from muniment.errors import Conflict, Problem, ValidationFailed
from muniment.events.event import PluginsChanged
from muniment.events.models import Delivery
from muniment.jobs.models import JobRow
from muniment.plugins.additions import Additions
from muniment.plugins.export import write_export
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.models import PluginSetting, PluginState
from muniment.plugins.plans import PurgeResult
from muniment.plugins.processes import wait_until_past
from muniment.plugins.state import branch_of, next_generation, read_generation
from muniment.plugins.stored_parts import count_parts, remove_parts
from muniment.plugins.switch_lock import one_at_a_time

if TYPE_CHECKING:
    from muniment.plugins.service import PluginStateService


class Purge:
    """One purge of one plugin."""

    def __init__(
        self,
        service: PluginStateService,
        name: str,
        actor: Actor,
        confirmation: str = "",
        export: Path | None = None,
        wait: float = 0.0,
    ) -> None:
        self._service = service
        self._database = service.database
        self._name = name
        self._actor = actor
        self._confirmation = confirmation
        self._export = export
        self._wait = wait

    def run(self) -> PurgeResult:
        """Do it; raises `Conflict`, `ValidationFailed` or `Busy` before anything was changed."""
        with one_at_a_time(self._database):
            plugin = self._purgeable()
            self._check_confirmation()
            wait_until_past(self._database, read_generation(self._database), wait=self._wait)
            found = self._what_there_is(plugin)
            if self._export is not None:
                write_export(self._database, plugin, found, self._export)
            remove_parts(self._database, tuple(found.parts))
            self._drop_tables(plugin)
            self._forget(found)
            return found

    def look(self) -> PurgeResult:
        """What there is to remove, and nothing is changed; raises `Conflict` for what cannot be purged."""
        return self._what_there_is(self._purgeable())

    def write(self) -> PurgeResult:
        """Only write the export; raises `Conflict` like `look`."""
        plugin = self._purgeable()
        found = self._what_there_is(plugin)
        if self._export is not None:
            write_export(self._database, plugin, found, self._export)
        with self._database.write() as unit:
            unit.audit("plugin.exported", f"plugin:{self._name}", self._actor, rows=found.rows)
        return found

    def _purgeable(self) -> InstalledPlugin:
        name = self._name
        plugin = self._service.installed.get(name)
        if plugin is None:
            raise Conflict(
                f"'{name}' is not installed, and only its own migrations can remove its tables. Install its package, "
                "and repeat it; it need not be enabled."
            )
        if plugin.manifest.builtin:
            raise Conflict(f"'{name}' is part of the core and cannot be purged.")
        if name in self._service.enabled():
            raise Conflict(f"'{name}' is on. Only a plugin that is off can be purged: disable it first.")
        branch = branch_of(plugin)
        current = status(self._database, branch).current if branch is not None else None
        if branch is not None and current is not None and not knows_revision(branch, current):
            raise Conflict(
                f"The tables of '{name}' are at revision {current}, which the installed version {plugin.version} does "
                "not know: a newer one has made them. Install that, and repeat it."
            )
        return plugin

    def _check_confirmation(self) -> None:
        name = self._name
        if self._confirmation != name:
            raise ValidationFailed(
                errors=[Problem("confirmation", f"Type the name of the plugin, {name}, to confirm that its data goes.")]
            )

    def _what_there_is(self, plugin: InstalledPlugin) -> PurgeResult:
        with self._database.read() as session:
            row = session.get(PluginState, self._name)
            adds = self._adds(row)
            settings = session.execute(
                select(PluginSetting.key).where(PluginSetting.plugin == self._name).order_by(PluginSetting.key)
            ).scalars()
            found = tuple(settings)
            names = [name for name in inspect(session.connection()).get_table_names() if self._owns(plugin, name)]
            tables = {
                name: session.execute(select(func.count()).select_from(table(name))).scalar_one()
                for name in sorted(names)
            }
            jobs = tuple(session.execute(select(JobRow.name).where(JobRow.name.in_(adds.jobs))).scalars())
        return PurgeResult(
            name=self._name,
            tables=tables,
            settings=found,
            parts=count_parts(self._database, adds.parts),
            jobs=jobs,
            deliveries=self._deliveries(adds),
            export=str(self._export) if self._export is not None else "",
        )

    def _adds(self, row: PluginState | None) -> Additions:
        """What the plugin added when it was last on; a plugin that is off is not imported to be asked."""
        return Additions.from_dict(row.adds if row is not None else None) or Additions(parts=(f"ext.{self._name}",))

    def _owns(self, plugin: InstalledPlugin, table_name: str) -> bool:
        """Whether a table is this plugin's: a longer name may begin with a shorter plugin's name."""
        prefixes = [
            other.manifest.table_prefix
            for other in self._service.installed.values()
            if table_name.startswith(other.manifest.table_prefix)
        ]
        return bool(prefixes) and max(prefixes, key=len) == plugin.manifest.table_prefix

    def _deliveries(self, adds: Additions) -> int:
        with self._database.read() as session:
            waiting = select(func.count()).where(Delivery.handler.in_(adds.handlers), Delivery.state != "done")
            return session.execute(waiting).scalar_one()

    def _drop_tables(self, plugin: InstalledPlugin) -> None:
        branch = branch_of(plugin)
        if branch is None:
            return
        from muniment.db.migrate import downgrade, forget  # Alembic takes long to import, and is seldom needed

        try:
            downgrade(self._database, branch)
        except MigrationFailed as error:
            raise Conflict(
                f"The tables of '{self._name}' could not be removed. {error.message} Install a version of it whose "
                "migrations go back to nothing, and repeat it."
            ) from error
        forget(self._database, branch)

    def _forget(self, found: PurgeResult) -> None:
        """What is left: rows of the core that name the plugin. From here on nothing says that it was ever here but
        the audit trail."""
        with self._database.write() as unit:
            row = unit.session.get(PluginState, self._name)
            adds = self._adds(row)
            unit.session.execute(delete(PluginSetting).where(PluginSetting.plugin == self._name))
            unit.session.execute(delete(JobRow).where(JobRow.name.in_(adds.jobs)))
            unit.session.execute(delete(Delivery).where(Delivery.handler.in_(adds.handlers)))
            unit.session.execute(delete(PluginState).where(PluginState.name == self._name))
            unit.audit(
                "plugin.purged",
                f"plugin:{self._name}",
                self._actor,
                tables=found.tables,
                settings=list(found.settings),
                parts=found.parts,
            )
            unit.emit(PluginsChanged(plugin=self._name, change="purged"))
            next_generation(unit.session)
