"""What operators want to know of each plugin: what it is, what it adds, how it stands, what is wrong and what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from sqlalchemy import select

from muniment.db.revisions import BranchStatus, MigrationFailed, status, table_names
from muniment.plugins.additions import Additions, additions_of
from muniment.plugins.checked import Checked
from muniment.plugins.discovery import look_again
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.models import PluginSetting, PluginState
from muniment.plugins.processes import InProcess, in_processes, living_processes, with_other_software
from muniment.plugins.resolution import dependents
from muniment.plugins.state import KeptOut, branch_of, read_generation

if TYPE_CHECKING:
    from muniment.plugins.generation import Generation
    from muniment.plugins.service import PluginStateService

State = Literal["built in", "enabled", "disabled", "failed", "kept out", "gone", "broken"]

#: The order in which people want to see them.
STATES: Final[tuple[State, ...]] = ("failed", "gone", "broken", "kept out", "enabled", "disabled", "built in")

VERSION_TABLE: Final = "alembic_version_"
#: The end of a trace whose error says itself what is wrong: a setting in the configuration, tables that are older.
_ON_PURPOSE: Final = re.compile(r"muniment\.errors\.\w+: (.+)")


@dataclass(frozen=True)
class Trouble:
    """What is wrong with a plugin, in a sentence, and what can be done about it; with the trace when it raised."""

    what: str
    cure: str = ""
    traceback: str = ""

    @property
    def sentence(self) -> str:
        return " ".join(part for part in (f"{self.what.rstrip('.')}.", self.cure) if part)


@dataclass(frozen=True)
class PluginReport:
    """One plugin.

    `state` is

    - ``built in``: part of the core, always on;
    - ``enabled`` or ``disabled``;
    - ``failed``: enabled but left out here or in a process that serves, or it failed when somebody tried to enable it;
      `trouble` says why;
    - ``kept out``: enabled, but the environment keeps it from being loaded;
    - ``gone``: enabled, or with data here, but its package is not installed;
    - ``broken``: its package is installed but cannot be used.

    `has_data` says whether it has tables or settings here, `needs_upgrade` that its tables are older than its code,
    `restart_needed` names the processes that run another version than the installed one; `processes` is what each says
    of it. `tier` is the quality that its manifest claims, `checked` what `muniment plugins check` found last. `adds` is
    what it adds, or what it added when it was last on (`adds.version`); None when that is not known.
    """

    name: str
    state: State
    title: str = ""
    description: str = ""
    category: str = ""
    version: str = ""
    tier: str = ""
    checked: Checked | None = None
    requires: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    conflicts: tuple[str, ...] = ()
    required_by: tuple[str, ...] = ()
    guards: bool = False
    essential: bool = False
    personal_data: str = ""
    has_data: bool = False
    revision: str | None = None
    head: str | None = None
    needs_upgrade: bool = False
    restart_needed: tuple[str, ...] = ()
    processes: tuple[InProcess, ...] = ()
    trouble: Trouble | None = None
    adds: Additions | None = field(default=None, repr=False)

    @property
    def is_on(self) -> bool:
        """Whether it works in this process."""
        return self.state in ("built in", "enabled")

    @property
    def failed_in(self) -> tuple[str, ...]:
        """The processes in which it failed: ``web 2``."""
        return tuple(one.process for one in self.processes if one.state == "failed")


def trouble_of(name: str, reason: str, *, on: bool = True) -> Trouble:
    """What is wrong, from what a generation says about a plugin that was left out: a sentence with its cure, or a
    trace. `on` says whether the plugin is enabled all the same."""
    lines = reason.strip().splitlines()
    if len(lines) <= 1:
        return Trouble(f"'{name}' does not run: {lines[0] if lines else 'no reason is known'}")
    said = _ON_PURPOSE.fullmatch(lines[-1])
    mend = "Mend that" if said else "Install a version of it that works"
    return Trouble(
        f"'{name}' does not run: {said[1] if said else lines[-1]}",
        f"{mend} and restart the site, or run 'muniment plugins disable {name}'."
        if on
        else f"It is off. {mend}, and switch it on again.",
        reason.strip(),
    )


def _failed_elsewhere(name: str, failed: list[InProcess]) -> Trouble:
    """What is wrong when processes that serve could not load what this one could."""
    first = failed[0]
    return Trouble(
        f"'{name}' does not run in {', '.join(f'{one.process} ({one.where})' for one in failed)}: {first.error}",
        f"It can be loaded now: restart the site, or run 'muniment plugins disable {name}'.",
        first.traceback,
    )


class Reporter:
    """Reads once what the reports of all plugins need."""

    def __init__(self, service: PluginStateService) -> None:
        self._discovery = look_again(service.folder)
        self._database = service.database
        self._generation: Generation | None = service.serving() if service.serving is not None else None
        self._kept_out = KeptOut.by(service.environ)
        with self._database.read() as session:
            self._rows = {row.name: row for row in session.execute(select(PluginState)).scalars()}
            self._with_settings = set(session.execute(select(PluginSetting.plugin).distinct()).scalars())
        self._enabled = {name for name, row in self._rows.items() if row.enabled}
        self._tables = table_names(self._database)
        self._processes = living_processes(self._database)
        self._newest = read_generation(self._database)
        self._elsewhere = with_other_software(self._processes, self._discovery.on_disk)

    def all(self) -> list[PluginReport]:
        found = [report for name in sorted(self._names()) if (report := self.one(name)) is not None]
        return sorted(found, key=lambda report: report.name)

    def one(self, name: str) -> PluginReport | None:
        plugin = self._discovery.plugins.get(name)
        if plugin is not None:
            return self._installed(plugin)
        if name in self._discovery.broken:
            return PluginReport(
                name,
                "broken",
                has_data=self._has_data(name),
                trouble=Trouble(f"'{name}' cannot be used: {self._discovery.broken[name]}"),
            )
        if name in self._enabled or self._has_data(name):
            return self._without_package(name)
        return None

    def _names(self) -> Iterable[str]:
        left_behind = {table.removeprefix(VERSION_TABLE) for table in self._tables if table.startswith(VERSION_TABLE)}
        installed = {name.replace("-", "_") for name in self._discovery.plugins}
        return {
            *self._discovery.plugins,
            *self._discovery.broken,
            *self._rows,
            *self._with_settings,
            *(name.replace("_", "-") for name in left_behind - installed),
        }

    def _installed(self, plugin: InstalledPlugin) -> PluginReport:
        manifest, name = plugin.manifest, plugin.name
        tables, trouble = self._branch(plugin)
        needs_upgrade = tables is not None and tables.current is not None and not tables.is_current
        processes = self._in_processes(name, manifest.builtin)
        state, own_trouble = self._state(plugin, processes)
        return PluginReport(
            name=name,
            state=state,
            title=manifest.title,
            description=manifest.description,
            category=manifest.category,
            version=plugin.version,
            tier=manifest.tier,
            checked=Checked.from_dict(self._rows[name].checked) if name in self._rows else None,
            requires=manifest.requires,
            uses=manifest.uses,
            conflicts=manifest.conflicts,
            required_by=tuple(dependents(name, self._enabled, self._discovery.plugins)),
            guards=manifest.guards,
            essential=manifest.essential,
            personal_data=_personal_data(plugin),
            has_data=self._has_data(name),
            revision=tables.current if tables else None,
            head=tables.head if tables else None,
            needs_upgrade=needs_upgrade,
            restart_needed=self._restart_needed(plugin),
            processes=processes,
            trouble=own_trouble or trouble or self._outdated(plugin),
            adds=self._adds(plugin),
        )

    def _in_processes(self, name: str, builtin: bool = False) -> tuple[InProcess, ...]:
        return tuple(in_processes(name, builtin or name in self._enabled, self._processes, self._newest))

    def _state(self, plugin: InstalledPlugin, processes: tuple[InProcess, ...]) -> tuple[State, Trouble | None]:
        name = plugin.name
        on = plugin.manifest.builtin or name in self._enabled
        reason = self._kept_out.reason(plugin)
        if on and reason is not None:
            cure = f"Start without {reason} to have it back." if reason else ""
            return "kept out", Trouble(f"'{name}' is kept out by {reason}", cure)
        failure = self._generation.failures.get(name) if self._generation is not None else None
        stored = self._rows[name].error if name in self._rows else None
        loaded = self._generation is not None and name in self._generation.names
        if on and failure:
            return "failed", trouble_of(name, failure)
        if stored and not loaded:
            return "failed", trouble_of(name, stored, on=on)
        failed = [process for process in processes if process.state == "failed"]
        if on and failed:
            return "failed", _failed_elsewhere(name, failed)
        return ("built in" if plugin.manifest.builtin else "enabled" if on else "disabled"), None

    def _branch(self, plugin: InstalledPlugin) -> tuple[BranchStatus | None, Trouble | None]:
        branch = branch_of(plugin)
        if branch is None:
            return None, None
        try:
            found = status(self._database, branch)
        except MigrationFailed as error:
            return None, Trouble(error.message)
        if found.current is not None and not found.is_current:
            older = Trouble(
                f"The tables of '{plugin.name}' are older than its code",
                f"Make a backup and run 'muniment plugins upgrade {plugin.name}'.",
            )
            return found, older
        return found, None

    def _outdated(self, plugin: InstalledPlugin) -> Trouble | None:
        on_disk = self._discovery.on_disk_now(plugin)
        if on_disk == "gone":
            return Trouble(
                f"The package of '{plugin.name}' was removed while it runs",
                f"Install it again, or run 'muniment plugins disable {plugin.name}' before the site is restarted.",
            )
        if self._restart_needed(plugin):
            return Trouble(f"Another version of '{plugin.name}' was installed while it runs", "Restart the site.")
        return None

    def _restart_needed(self, plugin: InstalledPlugin) -> tuple[str, ...]:
        here = ("this process",) if self._discovery.on_disk_now(plugin) == "changed" else ()
        return self._elsewhere.get(plugin.name, ()) or here

    def _without_package(self, name: str) -> PluginReport:
        on = name in self._enabled
        what = f"'{name}' is enabled but not installed" if on else f"'{name}' has left data here but is not installed"
        cure = f"Install its package again, or run 'muniment plugins disable {name}'."
        if not on:
            cure = f"To remove the data, install its package and run 'muniment plugins purge {name}'."
        adds = Additions.from_dict(self._rows[name].adds) if name in self._rows else None
        return PluginReport(
            name,
            "gone",
            has_data=self._has_data(name),
            processes=self._in_processes(name),
            trouble=Trouble(what, cure),
            adds=adds,
        )

    def _has_data(self, name: str) -> bool:
        return (
            f"{VERSION_TABLE}{name.replace('-', '_')}" in self._tables
            or name in self._with_settings
            or (name in self._rows and bool((self._rows[name].adds or {}).get("parts")))
        )

    def _adds(self, plugin: InstalledPlugin) -> Additions | None:
        for loaded in self._generation.plugins if self._generation is not None else ():
            if loaded.name == plugin.name and self._generation is not None:
                return additions_of(loaded, self._generation)
        return Additions.from_dict(self._rows[plugin.name].adds) if plugin.name in self._rows else None


def _personal_data(plugin: InstalledPlugin) -> str:
    """What it says about people's data, as far as it can be read without importing it."""
    if plugin.manifest.personal_data:
        return "It keeps personal data."
    return plugin.manifest.personal_data_reason or "It keeps none."
