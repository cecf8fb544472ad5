"""Opens a backup and checks it: every table by its hash, every file by its size or its hash."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from muniment.backup.durable import sha256_of
from muniment.backup.errors import BackupDamaged
from muniment.backup.manifest import INSTANCE, TABLES, Manifest
from muniment.backup.objects import Content, check_objects, contents_of
from muniment.backup.progress import Progress, silent
from muniment.backup.tables import Shape

_NAMED: Final = 10


@dataclass(frozen=True)
class Backup:
    """A backup that can be read."""

    folder: Path
    manifest: Manifest

    @classmethod
    def open(cls, folder: Path) -> Backup:
        """Raises `BackupDamaged` when the folder holds none, or one that this software cannot read."""
        return cls(folder, Manifest.read(folder))

    @property
    def state(self) -> Path:
        return self.folder / self.manifest.state

    @property
    def instance(self) -> Path:
        """The instance's own files: configuration, templates, key."""
        return self.state / INSTANCE

    def file(self, table: str) -> Path:
        return self.state / TABLES / f"{table}.jsonl"

    def shapes(self) -> list[Shape]:
        return [written.shape(name) for name, written in self.manifest.tables.items()]

    def contents(self) -> dict[str, Content]:
        """The contents of files that the backup holds, by hash; those it could not get are not among them."""
        found = contents_of(self.file("stored_objects"))
        return {sha256: content for sha256, content in found.items() if sha256 not in self.manifest.missing}

    def problems(self, *, hashes: bool = True, progress: Progress = silent) -> Iterator[str]:
        """What is wrong, one sentence each. Without `hashes` of files only their sizes are looked at."""
        tables = self.manifest.tables
        for name, written in progress(tables.items(), "Checking tables", len(tables)):
            file = self.file(name)
            if not file.is_file():
                yield f"{file} is missing"
            elif sha256_of(file) != written.sha256:
                yield f"{file} is not what was written: its hash differs from the manifest's"
        if not self.file("stored_objects").is_file():
            return
        contents = self.contents()
        yield from check_objects(
            self.folder, progress(contents.values(), "Checking files", len(contents)), hashes=hashes
        )

    def check(self, *, hashes: bool = True, progress: Progress = silent) -> None:
        """Raise `BackupDamaged` that names what is wrong."""
        found = list(self.problems(hashes=hashes, progress=progress))
        if found:
            more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
            raise BackupDamaged(f"The backup is damaged: {'; '.join(found[:_NAMED])}{more}.")
