"""What the template of test databases is filled with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from muniment.db.engine import Database
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.configuration import write_configuration


def load_vocabularies(database: Database) -> None:
    """Load the core's vocabularies into `database`, as a new instance does."""
    with tempfile.TemporaryDirectory() as folder:
        write_configuration(Path(folder), {"database": {"url": database.url.render_as_string(hide_password=False)}})
        repository = Repository(Instance.load(folder, environ={}), database=database, environ={})
        repository.vocabularies.load()
        repository.resources.close()
