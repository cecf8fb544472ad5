"""`muniment init`: makes an instance, or sets up the one whose `instance.toml` is there already."""

from __future__ import annotations

from pathlib import Path

import click

from muniment.cli.session import Session, pass_session
from muniment.db.migrate import upgrade
from muniment.db.revisions import CORE
from muniment.errors import ConfigurationError
from muniment.health.release import mark_current, needs_set_up, set_up_marker
from muniment.plugins.discovery import discover
from muniment.plugins.resolution import resolve
from muniment.plugins.service import PluginStateService
from muniment.plugins.state import branch_of
from muniment.settings.loading import FILE_NAME

FOLDERS = ("templates", "static", "plugins", "var")

TEMPLATE = """\
# The configuration of this repository. Every key can be overridden by an environment variable:
# MUNIMENT__SITE__NAME replaces `name` in [site]. `muniment settings show` tells where each value comes from.

[site]
name = "{name}"
# The one address that links and mails use.
url = "http://localhost:5000"
# Other names under which the site answers.
aliases = []
timezone = "UTC"
languages = ["en", "de"]
contact = ""

[database]
# SQLite needs nothing else. For PostgreSQL: postgresql://user:password@host/database
url = "sqlite:///var/muniment.db"

[server]
host = "127.0.0.1"
port = 5000
# How many proxies stand in front of the server (1 behind nginx).
trusted_proxies = 0

[files]
# Limits for one record, in bytes.
max_count = 100
max_bytes = 50_000_000_000

[mail]
# Without a host, messages are written to var/mail.
host = ""
sender = ""

[plugins]
# What a new instance starts with; afterwards: muniment plugins enable|disable NAME
enabled = {plugins}
"""


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--name", default="My Repository", show_default=True, help="The name of the repository.")
@click.option("--administrator", default="admin@localhost", show_default=True, help="The administrator's address.")
@click.option("--without-vocabularies", is_flag=True, help="Load no vocabularies yet.")
@pass_session
def init(session: Session, directory: Path | None, name: str, administrator: str, without_vocabularies: bool) -> None:
    """Make the instance DIRECTORY, with its database and an administrator.

    Prints a one-time link that sets the administrator's password. An existing instance.toml is kept.
    """
    session.path = directory or session.path
    if (session.path / FILE_NAME).exists():
        click.echo(f"Using {session.path / FILE_NAME}.")
    else:
        write_instance(session.path, name)
        click.echo(f"Wrote {session.path / FILE_NAME}.")
    for folder in FOLDERS:
        (session.path / folder).mkdir(parents=True, exist_ok=True)
    set_up = SetUp(session)
    if set_up.needed:
        set_up.run(without_vocabularies=without_vocabularies)
        set_up.finish()
        click.echo("Made the database.")
    link = session.repository.users.ensure_administrator(administrator)
    if link is not None:
        click.echo(f"Set the password of {administrator} with this link, which works once:\n{link}")


def write_instance(path: Path, name: str) -> None:
    """Write a new `instance.toml` that enables every plugin which needs no account elsewhere."""
    if path.exists() and any(path.iterdir()):
        raise ConfigurationError(f"{path} is not empty and has no {FILE_NAME}; choose another folder.")
    path.mkdir(parents=True, exist_ok=True)
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    text = TEMPLATE.format(name=quoted, plugins=_toml_list(sorted(installed_plugins())))
    (path / FILE_NAME).write_text(text, encoding="utf-8")


def installed_plugins() -> list[str]:
    return [name for name, plugin in discover().plugins.items() if not plugin.manifest.builtin]


def _toml_list(names: list[str]) -> str:
    return "[" + ", ".join(f'"{name}"' for name in names) + "]"


class SetUp:
    """Makes tables, plugins' tables and vocabularies of an instance whose database is empty.

    A file marks that it has begun: when it is cut off, the next start goes on with it.
    """

    def __init__(self, session: Session) -> None:
        self.session = session
        self.marker = set_up_marker(session.instance)

    @property
    def needed(self) -> bool:
        return needs_set_up(self.session.instance, self.session.database)

    def run(self, *, without_vocabularies: bool = False) -> None:
        """Every step can be repeated; `finish` ends it."""
        _ = self.session.instance.secret_key
        self.marker.parent.mkdir(parents=True, exist_ok=True)
        self.marker.touch()
        upgrade(self.session.database, CORE)
        self._enable_plugins()
        if not without_vocabularies:
            self.session.repository.vocabularies.load()
        mark_current(self.session.instance)

    def finish(self) -> None:
        self.marker.unlink(missing_ok=True)

    def _enable_plugins(self) -> None:
        installed = discover().plugins
        wanted = self.session.instance.config.plugins.enabled
        builtin = [name for name, plugin in installed.items() if plugin.manifest.builtin]
        order, reasons = resolve([*wanted, *builtin], installed)
        for name, reason in reasons.items():
            raise ConfigurationError(f"plugins.enabled: '{name}' cannot be enabled: {reason}.")
        for plugin in order:
            branch = branch_of(plugin)
            if branch is not None:
                upgrade(self.session.database, branch)
        with self.session.database.write() as unit:
            PluginStateService(self.session.database).adopt([name for name in wanted if name not in builtin], unit)
