"""Plugins as one service: looking at them, switching, upgrading and purging them; for pages, commands and jobs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from muniment.access.actor import Actor
from muniment.db.revisions import Branch, MigrationFailed, knows_revision, status
from muniment.errors import Conflict, MunimentError, NotFound
from muniment.events.event import PluginsChanged
from muniment.hooks.caller import PluginFailure
from muniment.plugins.additions import Additions, additions_of
from muniment.plugins.checked import Checked
from muniment.plugins.discovery import Discovery, discover, look_again
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.models import PluginState, ProcessRow
from muniment.plugins.plans import DisablePlan, EnablePlan, PurgeResult, UpgradeResult, that_or_those
from muniment.plugins.processes import living_processes, with_other_software
from muniment.plugins.purging import Purge
from muniment.plugins.reports import PluginReport, Reporter
from muniment.plugins.resolution import dependents, requirements, resolve
from muniment.plugins.state import KeptOut, StoredState, branch_of, next_generation, read_generation, read_state
from muniment.plugins.switch_lock import one_at_a_time

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.plugins.generation import Generation


class PluginStateService:
    """What is installed and how it stands, and everything that changes that."""

    def __init__(
        self,
        database: Database,
        trial: Callable[[StoredState], Generation] | None = None,
        serving: Callable[[], Generation] | None = None,
        environ: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """`trial` builds a generation for a state that is not stored yet, with its application; with it a plugin that
        fails while being switched on stays off. `serving` is the generation of this process, for what it can tell of
        its plugins. `folder` is where plugins of one file lie.
        """
        self.database = database
        self.trial = trial
        self.serving = serving
        self.environ = environ
        self.folder = folder

    @property
    def discovery(self) -> Discovery:
        """What is installed, as far as this process has looked."""
        return discover(self.folder)

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

    def living(self) -> list[ProcessRow]:
        """The processes that were seen a moment ago."""
        return living_processes(self.database)

    def renew(self, unit: UnitOfWork) -> None:
        """Have every process build a new generation once this transaction is committed: for plugins whose menus or
        texts follow from their tables."""
        next_generation(unit.session)

    def enabled(self) -> frozenset[str]:
        return read_state(self.database).enabled

    @property
    def safe_mode(self) -> bool:
        """Whether this process was told to load nothing but what is built in."""
        return KeptOut.by(self.environ).safe_mode

    # Looking ----------------------------------------------------------------------------------------------------------

    def reports(self) -> list[PluginReport]:
        """Everything that operators want to know of each plugin, by name; those whose package is gone too."""
        return Reporter(self).all()

    def report(self, name: str) -> PluginReport:
        """The same for one plugin; raises `NotFound` for a name of which nothing is installed and nothing is left."""
        found = Reporter(self).one(name)
        if found is None:
            raise self._not_found(name)
        return found

    def plan_enable(self, name: str) -> EnablePlan:
        """What enabling `name` would do; raises `NotFound` or `Conflict` only for what cannot be used at all."""
        self.known(name)
        enabled = self.enabled()
        names = self._to_enable(name, enabled)
        return EnablePlan(
            name,
            requires=tuple(other for other in names if other != name),
            migrates=tuple(other for other in names if self._is_behind(other)),
            problem=self._why_unusable(names, enabled) or "",
        )

    def plan_disable(self, name: str) -> DisablePlan:
        """What disabling `name` would do."""
        enabled = self._refuse_to_disable(name)
        needing = tuple(dependents(name, enabled, self.installed))
        return DisablePlan(name, dependents=needing, notices=self._notices((name, *needing)))

    def plan_purge(self, name: str, actor: Actor) -> PurgeResult:
        """What purging `name` would remove; raises `Conflict` while it cannot be purged."""
        return Purge(self, name, actor).look()

    # Switching --------------------------------------------------------------------------------------------------------

    def enable(self, name: str, actor: Actor, *, with_required: bool = False) -> list[str]:
        """Switch a plugin on, after its migrations; returns the names that were switched on.

        Refused with the list when it requires plugins that are off, unless `with_required` takes them along. One that
        fails stays off, and its error is kept.
        """
        look_again(self.folder)
        with one_at_a_time(self.database):
            self.known(name)
            enabled = self.enabled()
            names = self._to_enable(name, enabled)
            needed = [other for other in names if other != name]
            if needed and not with_required:
                raise Conflict(
                    f"'{name}' requires {', '.join(needed)}; enable {that_or_those(needed)} too (--with-required)."
                )
            reason = self._why_unusable(names, enabled)
            if reason:
                raise Conflict(reason)
            for other in names:
                self._migrate(other)
            adds = self._try_out(names)
            self._switch(names, True, actor, adds)
            return names

    def disable(self, name: str, actor: Actor, *, with_dependents: bool = False) -> list[str]:
        """Switch a plugin off; its data stays. Refused with the list while others depend on it.

        One that is on and whose package is gone or broken can be switched off too.
        """
        with one_at_a_time(self.database):
            enabled = self._refuse_to_disable(name)
            needing = dependents(name, enabled, self.installed)
            if needing and not with_dependents:
                raise Conflict(
                    f"'{name}' is required by {', '.join(needing)}; disable {that_or_those(needing)} too "
                    "(--with-dependents)."
                )
            names = [other for other in (*needing, name) if other in enabled]
            self._switch(names, False, actor, self._adds(names))
            return names

    def upgrade(self, name: str, actor: Actor) -> UpgradeResult:
        """Bring the tables of a plugin, on or off, to the version that is installed."""
        look_again(self.folder)
        with one_at_a_time(self.database):
            plugin = self.known(name)
            branch = branch_of(plugin)
            before = status(self.database, branch).current if branch is not None else None
            upgraded = self._migrate(name)
            after = status(self.database, branch).current if branch is not None else None
            restart = with_other_software(living_processes(self.database), self.discovery.on_disk).get(name, ())
            result = UpgradeResult(name, plugin.version, before, after, restart)
            if upgraded:
                with self.database.write() as unit:
                    row = unit.session.get(PluginState, name)
                    if row is not None:
                        row.error, row.updated = None, unit.now
                    unit.audit("plugin.upgraded", f"plugin:{name}", actor, before=before, after=after)
                    unit.emit(PluginsChanged(plugin=name, change="upgraded"))
                    next_generation(unit.session)
            return result

    def purge(
        self, name: str, actor: Actor, *, confirmation: str, export: Path | None = None, wait: float = 30.0
    ) -> PurgeResult:
        """Remove everything that a plugin which is off has stored: tables, settings, parts of records.

        `confirmation` is its name, typed by a person. `export` is a file to which all of it is written before. Waits
        at most `wait` seconds until no process works with the plugin any more.
        """
        return Purge(self, name, actor, confirmation, export, wait).run()

    def export(self, name: str, actor: Actor, target: Path) -> PurgeResult:
        """Write everything that a plugin which is off has stored to the archive `target`, and leave it in place."""
        return Purge(self, name, actor, export=target).write()

    def adopt(self, names: Iterable[str], unit: UnitOfWork) -> None:
        """Switch plugins on for a new instance, inside its first unit of work; no questions asked."""
        for name in names:
            if unit.session.get(PluginState, name) is None:
                unit.session.add(PluginState(name=name, enabled=True, updated=unit.now))
        next_generation(unit.session)

    def _to_enable(self, name: str, enabled: frozenset[str]) -> list[str]:
        """What must be switched on for `name`, deepest first, with `name` itself; what is on already is left out."""
        on = enabled | self._builtin()
        return [other for other in (*requirements(name, self.installed), name) if other not in on]

    def _why_unusable(self, names: list[str], enabled: frozenset[str]) -> str | None:
        """Why `names` cannot run, or would keep something from running that runs now."""
        _, before = resolve({*enabled, *self._builtin()}, self.installed)
        new = {other for other in names if other in self.installed}
        _, after = resolve({*enabled, *new, *self._builtin()}, self.installed)
        for other, reason in after.items():
            if other in names:
                return f"'{other}' cannot be enabled: {reason}."
            if other not in before:
                return f"With {', '.join(names)} enabled, '{other}' could not run: {reason}."
        return None

    def _refuse_to_disable(self, name: str) -> frozenset[str]:
        enabled = self.enabled()
        if name in self._builtin():
            raise Conflict(f"'{name}' is part of the core and stays on.")
        if name not in enabled:
            self.known(name)
        return enabled

    def _try_out(self, names: list[str]) -> Mapping[str, Additions]:
        """What `names` would add. Raises `Conflict`, and keeps the error, when a generation with `names` lacks one of
        them, or one that runs without them."""
        if self.trial is None or not names:
            return {}
        stored = read_state(self.database)
        try:
            generation = self.trial(replace(stored, enabled=stored.enabled | set(names)))
        except PluginFailure as failure:  # of a plugin that the site cannot do without
            raise Conflict(f"{', '.join(names)} cannot be enabled: {failure}.") from failure
        failed = {other: reason for other, reason in generation.failures.items() if other in names}
        for other, reason in failed.items():
            self.record_error(other, reason)
        if not failed and generation.failures:
            known = self.trial(stored).failures
            failed = {other: reason for other, reason in generation.failures.items() if other not in known}
        for other, reason in failed.items():
            raise Conflict(_told(other, reason, names))
        loaded = {plugin.name: plugin for plugin in generation.plugins}
        return {other: additions_of(loaded[other], generation) for other in names}

    def _notices(self, names: Iterable[str]) -> tuple[str, ...]:
        """What those of `names` that run in this process say of being disabled."""
        generation = self.serving() if self.serving is not None else None
        if generation is None:
            return ()
        return tuple(text for name in names for text in generation.hooks.ask(name, "disable_notices"))

    def _adds(self, names: list[str]) -> Mapping[str, Additions]:
        """What those of `names` that run in this process add."""
        generation = self.serving() if self.serving is not None else None
        if generation is None:
            return {}
        return {plugin.name: additions_of(plugin, generation) for plugin in generation.plugins if plugin.name in names}

    def _migrate(self, name: str) -> bool:
        """Bring the tables of a plugin up to date; returns whether anything was done."""
        branch = branch_of(self.installed[name])
        if branch is None:
            return False
        try:
            found = status(self.database, branch)
            if found.current is not None and not knows_revision(branch, found.current):
                raise Conflict(
                    f"The tables of '{name}' are at revision {found.current}, which the installed version "
                    f"{self.installed[name].version} does not know: a newer one has made them. Install that again."
                )
            return not found.is_current and _upgrade(self.database, branch)
        except MigrationFailed as error:
            self.record_error(name, error.message)
            raise Conflict(f"'{name}' stays as it is. {error.message}") from error

    def _is_behind(self, name: str) -> bool:
        branch = branch_of(self.installed[name]) if name in self.installed else None
        return branch is not None and not status(self.database, branch).is_current

    def _switch(self, names: list[str], on: bool, actor: Actor, adds: Mapping[str, Additions] | None = None) -> None:
        if not names:
            return
        with self.database.write() as unit:
            for name in names:
                row = unit.session.get(PluginState, name)
                if row is None:
                    row = PluginState(name=name)
                    unit.session.add(row)
                row.enabled, row.updated, row.error = on, unit.now, None
                if adds and name in adds:
                    row.adds = adds[name].to_dict()
                change = "enabled" if on else "disabled"
                unit.audit(f"plugin.{change}", f"plugin:{name}", actor)
                unit.emit(PluginsChanged(plugin=name, change=change))
            next_generation(unit.session)

    def remember_check(self, name: str, tier: str) -> None:
        """Keep which tier the installed version of a plugin reached, for operators to see."""
        version = self.known(name).version
        with self.database.write() as unit:
            row = unit.session.get(PluginState, name)
            if row is None:
                row = PluginState(name=name, enabled=False, updated=unit.now)
                unit.session.add(row)
            row.checked = Checked(tier, version, unit.now).to_dict()

    # Errors -----------------------------------------------------------------------------------------------------------

    def record_error(self, name: str, error: str | None) -> None:
        """Keep why a plugin failed, for operators to see."""
        with self.database.write() as unit:
            row = unit.session.get(PluginState, name)
            if row is None and error is not None:
                unit.session.add(PluginState(name=name, enabled=False, error=error, updated=unit.now))
            elif row is not None and row.error != error:
                row.error = error

    def forget_errors(self, running: Iterable[str]) -> None:
        """Plugins that run now have no error any more."""
        mended = PluginState.name.in_(list(running)) & PluginState.error.is_not(None) & PluginState.enabled
        with self.database.read() as session:
            if session.execute(select(PluginState.name).where(mended).limit(1)).first() is None:
                return
        with self.database.write() as unit:
            unit.session.execute(update(PluginState).where(mended).values(error=None))

    def known(self, name: str) -> InstalledPlugin:
        """The installed plugin of this name; raises `NotFound` with the known ones, or `Conflict` for a broken one."""
        plugin = self.installed.get(name)
        if plugin is None:
            raise self._not_found(name)
        return plugin

    def _not_found(self, name: str) -> MunimentError:
        broken = self.discovery.broken.get(name)
        if broken:
            return Conflict(f"The plugin '{name}' cannot be used: {broken}.")
        return NotFound(f"No plugin named '{name}' is installed. Installed: {', '.join(sorted(self.installed))}.")

    def _builtin(self) -> set[str]:
        return {name for name, plugin in self.installed.items() if plugin.manifest.builtin}


def _upgrade(database: Database, branch: Branch) -> bool:
    from muniment.db.migrate import upgrade  # Alembic takes long to import, and is seldom needed

    return upgrade(database, branch)


def _told(name: str, reason: str, switched: list[str]) -> str:
    """What to say to whoever tried to switch a plugin on when `name` fails then."""
    last = reason.strip().splitlines()[-1].rstrip(".") + "."
    if name in switched:
        return f"'{name}' fails and stays off: {last} The whole trace: muniment plugins info {name}"
    return f"With '{', '.join(switched)}' enabled, '{name}' would fail, so everything stays as it is: {last}"
