"""What `muniment run` imports before it starts processes, which then share it: the application and its plugins."""

from __future__ import annotations

import contextlib
import importlib
from typing import TYPE_CHECKING, Final

from muniment.starting import starting

if TYPE_CHECKING:
    from muniment.cli.session import Session
    from muniment.settings.instance import Instance

#: What web processes and workers import while they start, each with all that it imports itself. The application's own
#: list of modules comes on top.
MODULES: Final = (
    "muniment.backup.marker",
    "muniment.builtin.appearance.views",
    "muniment.builtin.banners.views",
    "muniment.builtin.pages.menus_views",
    "muniment.builtin.pages.texts_views",
    "muniment.builtin.pages.views",
    "muniment.files.service",
    "muniment.hooks.building",
    "muniment.jobs.deliveries",
    "muniment.jobs.scheduler",
    "muniment.jobs.worker",
    "muniment.mail.retention",
    "muniment.plugins.settings_service",
    "muniment.privacy.ledger",
    "muniment.records.exporting",
    "muniment.records.service",
    "muniment.web.generations",
    "muniment.web.process_row",
    "muniment.web.rest.account",
    "muniment.web.rest.domains",
    "muniment.web.rest.groups",
    "muniment.web.rest.representations",
    "muniment.web.rest.users",
    "muniment.web.rest.vocabularies",
    "muniment.web.ui",
    "muniment.web.ui.account",
    "muniment.web.ui.account_tokens",
    "muniment.web.wsgi",
)
#: What SQLAlchemy imports for the first engine of a kind.
_DRIVERS: Final = {
    "sqlite": ("sqlalchemy.dialects.sqlite.pysqlite",),
    "postgresql": ("sqlalchemy.dialects.postgresql.psycopg", "psycopg"),
}


def preload(session: Session) -> bool:
    """Import what the processes of the instance will need; whether all of it could be, so that they can be forked.

    The database is looked at meanwhile, in a process that ends with that, since none of its connections may be open
    here. Raises `SystemExit` when its tables are not those of this code, which that process has told.
    """
    with starting():
        from muniment.cli.child import Child
        from muniment.database import require_current  # noqa: F401 - the child has it then
        from muniment.plugins.state import read_state  # noqa: F401

        _import_driver(session.instance.config.database.url)
        survey = Child(lambda: plugins_of(session))
        import muniment.cli.serving  # noqa: F401
        from muniment.web.blueprints import CORE_MODULES

        for name in (*MODULES, *CORE_MODULES):
            importlib.import_module(name)
        return load(session.instance, survey.result())


def _import_driver(url: str) -> None:
    with contextlib.suppress(ModuleNotFoundError):  # whoever opens the database tells what to install
        for name in _DRIVERS.get(url.partition(":")[0].partition("+")[0], ()):
            importlib.import_module(name)


def plugins_of(session: Session) -> list[str]:
    """The plugins that are on, in the order in which they are loaded.

    Raises `ConfigurationError` when the database is away, empty, or of another version.
    """
    from muniment.database import require_current
    from muniment.plugins.discovery import discover
    from muniment.plugins.resolution import resolve
    from muniment.plugins.state import active_names, read_state

    require_current(session.database)
    discovery = discover(session.instance.plugins)
    names = active_names(read_state(session.database), discovery)
    return [plugin.name for plugin in resolve(names, discovery.plugins)[0]]


def load(instance: Instance, names: list[str]) -> bool:
    """Import plugins; whether all could be.

    One that fails has left a half of itself in memory, with which its next failure would have another reason. It is
    told by the processes that need it, and they begin without that half.
    """
    from sqlalchemy.orm import configure_mappers

    from muniment.db.revisions import CORE, newest_revision
    from muniment.plugins.discovery import discover
    from muniment.plugins.state import branch_of

    found = discover(instance.plugins).plugins
    try:
        for name in names:
            found[name].load()
        for branch in (CORE, *filter(None, (branch_of(found[name]) for name in names))):
            newest_revision(branch)  # reads files, whose names it remembers
        configure_mappers()
    except (Exception, SystemExit):  # noqa: BLE001 - whatever a plugin raises is told by the processes that load it
        return False
    return True
