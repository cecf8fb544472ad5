"""The scheduled sweep of what is kept no longer."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from muniment.jobs.declarations import Job

if TYPE_CHECKING:
    from muniment.repository import Repository


def sweep(repository: Repository) -> str:
    """Delete accounts whose waiting period is over, then run every category's sweep; returns what was removed."""
    removed = {"accounts": repository.erasure.run_due(), **repository.privacy.sweep()}
    removed = {name: count for name, count in removed.items() if count}
    if not removed:
        return "nothing was due"
    return ", ".join(f"{name}: {count}" for name, count in removed.items())


RETENTION_SWEEP = Job(
    name="retention-sweep",
    title="Remove personal data whose time is over",
    schedule="17 * * * *",
    function=sweep,
    timeout=timedelta(minutes=30),
)
