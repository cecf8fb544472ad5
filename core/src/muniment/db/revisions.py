"""Where the migrations of the core and of each plugin stand, told without Alembic: every start of a process asks.

Alembic takes a quarter of a second to import and compiles the revision files each time. Which revision is the newest
is written in the files themselves, as the names that Alembic reads.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from sqlalchemy import String, column, inspect, literal, select, table, union_all

from muniment.db.engine import Database
from muniment.errors import MunimentError

CORE_MIGRATIONS = Path(__file__).parents[1] / "migrations" / "versions"


@dataclass(frozen=True)
class Branch:
    """The migrations of the core (`plugin` None) or of one plugin."""

    plugin: str | None
    versions: Path

    @property
    def version_table(self) -> str:
        return "alembic_version" if self.plugin is None else f"alembic_version_{self.plugin.replace('-', '_')}"

    @property
    def name(self) -> str:
        return self.plugin or "core"


CORE = Branch(None, CORE_MIGRATIONS)


class MigrationFailed(MunimentError):
    """A migration cannot be read, raised, or left something that must not be; nothing was changed."""


@dataclass(frozen=True)
class BranchStatus:
    """Where a branch stands: the revision of the database and the newest one that the code knows."""

    name: str
    current: str | None
    head: str | None

    @property
    def is_current(self) -> bool:
        return self.current == self.head


def status(database: Database, branch: Branch) -> BranchStatus:
    """Where `branch` stands in this database; never creates anything."""
    return BranchStatus(branch.name, current_revision(database, branch), newest_revision(branch))


def current_revision(database: Database, branch: Branch) -> str | None:
    """What the database says; None when the branch was never migrated in it."""
    return current_revisions(database, (branch,)).get(branch)


def current_revisions(database: Database, branches: Iterable[Branch]) -> dict[Branch, str]:
    """What the database says of many branches, asked at once; those that were never migrated are left out."""
    with database.engine.connect() as connection:
        there = set(inspect(connection).get_table_names())
        known = [branch for branch in branches if branch.version_table in there]
        if not known:
            return {}
        version = column("version_num", String)
        asked = [
            select(literal(number).label("branch"), version).select_from(table(branch.version_table))
            for number, branch in enumerate(known)
        ]
        return {known[number]: revision for number, revision in connection.execute(union_all(*asked))}


def newest_revision(branch: Branch) -> str | None:
    """The one revision that no other follows. Raises MunimentError when there are several."""
    known = revisions(branch)
    followed = {before for earlier in known.values() for before in earlier}
    heads = sorted(known.keys() - followed)
    if len(heads) > 1:
        raise MunimentError(f"The migrations of {branch.name} have several ends: {', '.join(heads)}.")
    return heads[0] if heads else None


def revisions(branch: Branch) -> dict[str, tuple[str, ...]]:
    """Every revision of a branch, with those that it follows. Raises `MigrationFailed` for files that are no Python."""
    try:
        return dict(
            _names(file, stat.st_mtime_ns, stat.st_size)
            for file in sorted(branch.versions.glob("*.py"))
            if (stat := file.stat()) and file.name != "__init__.py"
        )
    except (SyntaxError, ValueError, OSError) as error:
        raise MigrationFailed(
            f"The migrations of {branch.name} cannot be read: {type(error).__name__}: {error}. Install a version of it "
            "whose migrations are whole."
        ) from error


def knows_revision(branch: Branch, revision: str) -> bool:
    """Whether the software here has the migrations up to this revision."""
    return revision in revisions(branch)


def table_names(database: Database) -> set[str]:
    with database.engine.connect() as connection:
        return set(inspect(connection).get_table_names())


@lru_cache(maxsize=256)
def _names(file: Path, _changed: int, _size: int) -> tuple[str, tuple[str, ...]]:
    """The revision that a file is, and those that it follows."""
    names = {
        target.id: ast.literal_eval(node.value)
        for node in ast.parse(file.read_text(encoding="utf-8"), str(file)).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        for target in ([node.target] if isinstance(node, ast.AnnAssign) else node.targets)
        if isinstance(target, ast.Name) and target.id in ("revision", "down_revision")
    }
    if not isinstance(names.get("revision"), str):
        raise MunimentError(f"{file} names no revision.")
    before = names.get("down_revision") or ()
    return names["revision"], (before,) if isinstance(before, str) else tuple(before)
