"""The scheduled work on files."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from muniment.jobs.declarations import Job

if TYPE_CHECKING:
    from muniment.repository import Repository


def sweep_files(repository: Repository) -> str:
    """Remove what nobody needs any more."""
    return str(repository.files.sweep.run())


def file_jobs() -> list[Job]:
    return [
        Job(
            name="files.sweep",
            title="Remove leftover uploads and unreferenced files",
            schedule="17 3 * * *",
            function=sweep_files,
            timeout=timedelta(hours=6),
        )
    ]
