"""What switching a plugin would do, and what upgrading and purging one did; for people to read before and after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class EnablePlan:
    """What enabling a plugin would do: the plugins that come along (deepest first), the ones whose tables are made or
    upgraded, and the problem that stands in the way."""

    name: str
    requires: tuple[str, ...] = ()
    migrates: tuple[str, ...] = ()
    problem: str = ""


@dataclass(frozen=True)
class DisablePlan:
    """What disabling a plugin would do: the plugins that go with it, and what these plugins say of it themselves. Its
    data and settings stay."""

    name: str
    dependents: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()


@dataclass(frozen=True)
class UpgradeResult:
    """The tables of a plugin: their revision before and after, None for none. `restart` names the processes that still
    run an older version."""

    name: str
    version: str
    before: str | None
    after: str | None
    restart: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return self.before != self.after


@dataclass(frozen=True)
class PurgeResult:
    """What was removed: tables with the number of their rows, settings, and parts of records, drafts and their parents
    by path. `export` is the file that holds all of it, if one was asked for."""

    name: str
    tables: dict[str, int]
    settings: tuple[str, ...]
    parts: dict[str, int]
    jobs: tuple[str, ...] = ()
    deliveries: int = 0
    export: str = ""

    @property
    def rows(self) -> int:
        return sum(self.tables.values())


def that_or_those(names: Sequence[str]) -> str:
    """How a sentence speaks of plugins that it has named."""
    return "that" if len(names) == 1 else "those"
