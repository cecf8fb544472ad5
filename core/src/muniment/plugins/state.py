"""Which plugins are on: rows in the database, and the number that tells processes to build a new generation."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.db.inserting import insert_missing
from muniment.db.revisions import Branch
from muniment.plugins.discovery import Discovery
from muniment.plugins.installed import InstalledPlugin
from muniment.plugins.models import Counter, PluginState
from muniment.plugins.settings import stored_settings

if TYPE_CHECKING:
    from muniment.db.engine import Database

GENERATION = "generation"


@dataclass(frozen=True)
class StoredState:
    """What the database says about plugins: the generation, the enabled names and the stored settings."""

    generation: int
    enabled: frozenset[str]
    settings: Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True)
class KeptOut:
    """What the environment keeps this process from importing, whatever the database says.

    ``MUNIMENT_SAFE_MODE=1`` leaves only the builtin plugins, ``MUNIMENT_DISABLE=a,b`` leaves out those named, but none
    that is essential.
    """

    safe_mode: bool
    names: frozenset[str]

    @classmethod
    def by(cls, environ: Mapping[str, str] | None = None) -> KeptOut:
        environment = os.environ if environ is None else environ
        names = {name.strip() for name in environment.get("MUNIMENT_DISABLE", "").split(",") if name.strip()}
        return cls(environment.get("MUNIMENT_SAFE_MODE", "").lower() in ("1", "true", "yes"), frozenset(names))

    def reason(self, plugin: InstalledPlugin) -> str | None:
        """By what a plugin is kept out, or None."""
        if plugin.name in self.names and not plugin.manifest.essential:
            return "MUNIMENT_DISABLE"
        if self.safe_mode and not plugin.manifest.builtin:
            return "MUNIMENT_SAFE_MODE"
        return None


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
    """The plugins that this process should load: builtin ones and the enabled ones, unless the environment keeps them
    out; that acts before anything is imported."""
    kept_out = KeptOut.by(environ)
    builtin = {plugin.name for plugin in discovery.plugins.values() if plugin.manifest.builtin}
    gone = set() if kept_out.safe_mode else {*stored.enabled} - discovery.plugins.keys() - kept_out.names
    return gone | {
        name
        for name in (builtin | stored.enabled) & discovery.plugins.keys()
        if kept_out.reason(discovery.plugins[name]) is None
    }


def branch_of(plugin: InstalledPlugin) -> Branch | None:
    return Branch(plugin.name, plugin.migrations) if plugin.migrations else None
