"""Which software an instance is at: its tables, and the stamp of the last upgrade."""

from __future__ import annotations

import hashlib
from pathlib import Path

from muniment.db.engine import Database
from muniment.db.revisions import CORE, Branch, BranchStatus, knows_revision, status
from muniment.errors import ConfigurationError
from muniment.plugins.discovery import discover
from muniment.plugins.resolution import resolve
from muniment.plugins.state import active_names, branch_of, read_state
from muniment.settings.instance import Instance
from muniment.version import __version__


def branches(database: Database) -> list[Branch]:
    """The core's branch of migrations and those of the enabled plugins, in order."""
    found = [CORE]
    if status(database, CORE).current is None:
        return found
    discovery = discover()
    order, _ = resolve(active_names(read_state(database), discovery), discovery.plugins)
    return found + [branch for plugin in order if (branch := branch_of(plugin)) is not None]


def refuse_newer(database: Database) -> None:
    """Raise `ConfigurationError` when tables were made by software that is newer than this."""
    for branch in branches(database):
        current = status(database, branch).current
        if current is not None and not knows_revision(branch, current):
            raise ConfigurationError(
                f"The tables of {branch.name} are at revision {current}, which version {__version__} does not know: "
                "newer software has upgraded them. Install that again, or restore a backup of this version."
            )


def pending_branches(database: Database) -> list[BranchStatus]:
    """The sets of tables that are behind."""
    return [found for branch in branches(database) if not (found := status(database, branch)).is_current]


def is_current(instance: Instance, database: Database) -> bool:
    """Whether tables and software are those that this instance was last upgraded to."""
    stamp = _stamp(instance)
    return not pending_branches(database) and stamp.exists() and stamp.read_text() == release()


def mark_current(instance: Instance) -> None:
    """Remember which software the instance is at."""
    _stamp(instance).write_text(release())


def release() -> str:
    """What the installed software is: the core's version with those of all plugins, and the shipped data."""
    parts = [__version__, _digest_of_data()]
    parts += [f"{name} {plugin.version}" for name, plugin in sorted(discover().plugins.items())]
    return "\n".join(parts)


def set_up_marker(instance: Instance) -> Path:
    """The file that stands while tables and vocabularies of a new instance are made."""
    return instance.var / "setting-up"


def needs_set_up(instance: Instance, database: Database) -> bool:
    """Whether the instance has no tables yet, or making them was cut off."""
    return set_up_marker(instance).exists() or status(database, CORE).current is None


def _stamp(instance: Instance) -> Path:
    return instance.var / "release"


def _digest_of_data() -> str:
    """What the terms and revisions that the core ships amount to."""
    import muniment

    root = Path(muniment.__path__[0])
    digest = hashlib.sha256()
    shipped = [(root / "vocabularies" / "data").rglob("*.*"), root.glob("**/migrations/**/*.py")]
    for file in sorted(file for files in shipped for file in files):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()
