"""The manifest of a backup: what was written, when, from which software, with counts and hashes.

Its presence makes a folder a backup: it is written last, and replaced in one step when a backup is brought up to date.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import orjson

from muniment.backup.durable import write_file
from muniment.backup.errors import BackupDamaged
from muniment.backup.tables import Shape

NAME: Final = "manifest.json"
FORMAT: Final = 1
#: Folders of one state, and the file with the instance's key.
TABLES: Final = "tables"
INSTANCE: Final = "instance"
#: In the folder of the instance's own files: which accounts were deleted by then.
LEDGER: Final = "erasures.jsonl"
SECRET_KEY: Final = "secret_key"


@dataclass(frozen=True)
class WrittenTable:
    """One table: its shape, the number of rows, and the SHA-256 of its file."""

    key: tuple[str, ...]
    kinds: Mapping[str, str]
    rows: int
    sha256: str

    def shape(self, name: str) -> Shape:
        return Shape(name, self.key, self.kinds)


@dataclass(frozen=True)
class Manifest:
    """`plugins` are the enabled ones with their versions, `state` is the folder of tables and instance files.

    `revisions` are those of the migrations by version table, `sequences` the last numbers given out by table, `missing`
    the hashes of files that the storage did not have or had damaged, each with what was wrong.
    """

    made: datetime
    version: str
    database: str
    plugins: Mapping[str, str]
    revisions: Mapping[str, str]
    state: str
    tables: Mapping[str, WrittenTable]
    sequences: Mapping[str, int]
    left_out: Mapping[str, str]
    objects: int
    object_bytes: int
    missing: Mapping[str, str] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(found.rows for found in self.tables.values())

    def write(self, folder: Path) -> None:
        options = orjson.OPT_INDENT_2 | orjson.OPT_UTC_Z | orjson.OPT_SORT_KEYS | orjson.OPT_APPEND_NEWLINE
        write_file(folder / NAME, [orjson.dumps(asdict(self), option=options)])

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """The manifest of the backup in `folder`; raises `BackupDamaged`."""
        file = folder / NAME
        try:
            values: dict[str, Any] = orjson.loads(file.read_bytes())
            if values["format"] != FORMAT:
                raise BackupDamaged(
                    f"{file} has format {values['format']}; this software reads format {FORMAT}. Use the version that "
                    f"made it: {values.get('version', 'unknown')}."
                )
            values["made"] = datetime.fromisoformat(values["made"])
            values["tables"] = {
                name: WrittenTable(**{**written, "key": tuple(written["key"])})
                for name, written in values["tables"].items()
            }
            return cls(**values)
        except FileNotFoundError:
            raise BackupDamaged(f"{folder} is no backup, or one that was cut off: it has no {NAME}.") from None
        except (OSError, orjson.JSONDecodeError, KeyError, TypeError, ValueError) as error:
            raise BackupDamaged(f"{file} cannot be read: {error}.") from error
