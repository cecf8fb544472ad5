"""What the software here must have before a backup can be restored: the migrations of every table that is in it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from muniment.backup.errors import RestoreRefused
from muniment.backup.manifest import Manifest
from muniment.backup.tables import VERSIONS, Shape
from muniment.db.revisions import CORE, Branch, knows_revision
from muniment.plugins.discovery import discover
from muniment.plugins.state import branch_of


def branches_of(
    manifest: Manifest, without: Iterable[str] = (), folder: Path | None = None
) -> list[tuple[Branch, str]]:
    """The branches of migrations that a backup needs, each with the revision that its tables have.

    `folder` holds the backed up plugins of one file. Raises `RestoreRefused` for plugins that are not installed and
    for revisions that this software does not know.
    """
    left_out = set(without)
    installed = discover(folder).plugins
    names = {_version_table(name): name for name in installed}
    absent = sorted(name for name in manifest.plugins if name not in installed and name not in left_out)
    found = []
    for version_table, revision in manifest.revisions.items():
        name = names.get(version_table, version_table.removeprefix(f"{VERSIONS}_"))
        branch = CORE if version_table == VERSIONS else branch_of(installed[name]) if name in installed else None
        if branch is not None and name not in left_out:
            _require_revision(branch, revision, manifest)
            found.append((branch, revision))
        elif name not in left_out and name not in absent:
            absent.append(name)
    if absent:
        raise RestoreRefused(
            f"The backup holds data of plugins that are not installed here: {', '.join(absent)}. Install them, or "
            f"leave their data out with {' '.join(f'--without {name}' for name in absent)}."
        )
    return sorted(found, key=lambda pair: pair[0].plugin or "")


def shapes_without(manifest: Manifest, shapes: Iterable[Shape], without: Iterable[str]) -> list[Shape]:
    """The tables that are left when those of some plugins stay out."""
    prefixes = tuple(f"{name.replace('-', '_')}_" for name in without)
    kept = [shape for shape in shapes if not shape.name.startswith(prefixes)] if prefixes else list(shapes)
    unknown = (
        set(without)
        - set(manifest.plugins)
        - {version_table.removeprefix(f"{VERSIONS}_").replace("_", "-") for version_table in manifest.revisions}
    )
    if unknown:
        raise RestoreRefused(f"The backup holds no plugin called {', '.join(sorted(unknown))}.")
    return kept


def _version_table(plugin: str) -> str:
    return Branch(plugin, CORE.versions).version_table


def _require_revision(branch: Branch, revision: str, manifest: Manifest) -> None:
    if not knows_revision(branch, revision):
        raise RestoreRefused(
            f"The tables of {branch.name} in the backup have revision {revision}, which the software here does not "
            f"know. The backup was made by version {manifest.version}: install that or a newer one."
        )
