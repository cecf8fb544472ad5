"""What the template of test databases is filled with."""

from __future__ import annotations

import tempfile
from pathlib import Path

from muniment.db.engine import Database
from muniment.db.migrate import upgrade
from muniment.db.revisions import CORE
from muniment.plugins.discovery import discover
from muniment.plugins.state import branch_of
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.configuration import write_configuration


def make_tables(database: Database) -> None:
    """Make the tables of the core and of its built-in plugins, as a new instance does."""
    upgrade(database, CORE)
    for plugin in discover().plugins.values():
        branch = branch_of(plugin) if plugin.manifest.builtin else None
        if branch is not None:
            upgrade(database, branch)


def load_vocabularies(database: Database) -> None:
    """Load the core's vocabularies into `database`, as a new instance does."""
    with tempfile.TemporaryDirectory() as folder:
        write_configuration(Path(folder), {"database": {"url": database.url.render_as_string(hide_password=False)}})
        repository = Repository(Instance.load(folder, environ={}), database=database, environ={})
        repository.vocabularies.load()
        repository.resources.close()
