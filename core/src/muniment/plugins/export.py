"""What a plugin has stored, as one archive that people and programs can read: before it is purged, or to take along."""

from __future__ import annotations

import base64
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
from sqlalchemy import MetaData, Table, select

from muniment.errors import Conflict
from muniment.plugins.settings import is_encrypted, stored_settings
from muniment.plugins.stored_parts import stored_parts
from muniment.settings.explained import MASK

if TYPE_CHECKING:
    from muniment.db.engine import Database
    from muniment.plugins.installed import InstalledPlugin
    from muniment.plugins.plans import PurgeResult


def write_export(database: Database, plugin: InstalledPlugin, found: PurgeResult, target: Path) -> None:
    """Write `target`, a zip archive: `plugin.json`, `settings.json` without secrets, `parts.jsonl` and one file of JSON
    lines for each table. It has its name only once it is whole; raises `Conflict` when it exists."""
    if target.exists():
        raise Conflict(f"{target} exists already; name another file for the export.")
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.part")
    descriptor = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as handle:
            with zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED) as archive:
                _write(archive, database, plugin, found)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _write(archive: zipfile.ZipFile, database: Database, plugin: InstalledPlugin, found: PurgeResult) -> None:
    about = {
        "plugin": plugin.name,
        "title": plugin.manifest.title,
        "version": plugin.version,
        "made": database.now(),
        "tables": found.tables,
        "parts": found.parts,
        "left out": "the values of secret settings",
    }
    archive.writestr("plugin.json", orjson.dumps(about, option=orjson.OPT_INDENT_2))
    archive.writestr("settings.json", orjson.dumps(_settings(database, plugin.name), option=orjson.OPT_INDENT_2))
    parts = stored_parts(database, tuple(found.parts))
    _lines(archive, "parts.jsonl", ({"table": table, "id": number, "parts": held} for table, number, held in parts))
    for name in found.tables:
        _lines(archive, f"tables/{name}.jsonl", _rows(database, name))


def _settings(database: Database, name: str) -> dict[str, Any]:
    with database.read() as session:
        stored = stored_settings(session).get(name, {})
    return {key: MASK if is_encrypted(value) else value for key, value in stored.items()}


def _rows(database: Database, name: str) -> Iterator[dict[str, Any]]:
    with database.engine.connect() as connection:
        described = Table(name, MetaData(), autoload_with=connection)
        for row in connection.execution_options(yield_per=500).execute(select(described)).mappings():
            yield {str(column): value for column, value in row.items()}


def _lines(archive: zipfile.ZipFile, name: str, rows: Iterator[dict[str, Any]]) -> None:
    with archive.open(name, "w", force_zip64=True) as member:
        for row in rows:
            member.write(orjson.dumps(row, default=_plain, option=orjson.OPT_APPEND_NEWLINE))


def _plain(value: Any) -> Any:
    return base64.b64encode(value).decode() if isinstance(value, (bytes, memoryview)) else str(value)
