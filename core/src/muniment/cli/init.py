"""`muniment init`: makes an instance, or sets up the one whose `instance.toml` is there already."""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import tomlkit

from muniment.cli.session import Session, pass_session
from muniment.db.migrate import upgrade
from muniment.db.revisions import CORE
from muniment.errors import ConfigurationError
from muniment.health.release import mark_current, needs_set_up, set_up_marker
from muniment.plugins.discovery import discover
from muniment.plugins.resolution import resolve
from muniment.plugins.service import PluginStateService
from muniment.plugins.state import branch_of
from muniment.settings.loading import FILE_NAME, configuration_of

FOLDERS = ("templates", "static", "plugins", "var")
#: What changes while the site runs, and holds people's data and the key, does not belong into version control.
IGNORED = "/var/\n"

TEMPLATE = """\
# The configuration of this repository. Every key can be overridden by an environment variable:
# MUNIMENT__SITE__NAME replaces `name` in [site]. `muniment settings show` tells where each value comes from.

[site]
name = {name}
description = {description}
# The one address that links and mails use.
url = {url}
# Other names under which the site answers.
aliases = []
timezone = "UTC"
languages = {languages}
contact = {contact}

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

{theme}[plugins]
# What a new instance starts with; afterwards: muniment plugins enable|disable NAME
enabled = {plugins}
"""


@click.command()
@click.argument("directory", required=False, type=click.Path(path_type=Path))
@click.option("--name", default="My Repository", show_default=True, help="The name of the repository.")
@click.option("--description", default="", help="A sentence about it.")
@click.option("--url", default="http://localhost:5000", show_default=True, help="The address that people will use.")
@click.option("--contact", default="", help="An address, of mail or a page, for questions.")
@click.option(
    "--language", "languages", multiple=True, help="A language of its pages, the first one first; repeatable."
)
@click.option("--colour", default="", metavar="#RRGGBB", help="Its colour; others that can be read follow from it.")
@click.option("--logo", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A picture (SVG or PNG).")
@click.option("--administrator", default="admin@localhost", show_default=True, help="The administrator's address.")
@click.option("--without-vocabularies", is_flag=True, help="Load no vocabularies yet.")
@pass_session
def init(
    session: Session,
    /,
    directory: Path | None,
    administrator: str,
    without_vocabularies: bool,
    **brand: Any,
) -> None:
    """Make the instance DIRECTORY, with its database and an administrator.

    Prints a one-time link that sets the administrator's password. An existing instance.toml is kept.
    """
    session.path = directory or session.path
    if (session.path / FILE_NAME).exists():
        click.echo(f"Using {session.path / FILE_NAME}.")
    else:
        write_instance(session.path, Brand(**brand))
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


@dataclass(frozen=True)
class Brand:
    """How a new instance presents itself."""

    name: str
    description: str = ""
    url: str = "http://localhost:5000"
    contact: str = ""
    languages: tuple[str, ...] = ()
    colour: str = ""
    logo: Path | None = None


def write_instance(path: Path, brand: Brand) -> None:
    """Write a new `instance.toml` that enables every plugin which needs no account elsewhere.

    Raises `ConfigurationError` when the folder holds something else, or the configuration would not be valid.
    """
    if path.exists() and any(path.iterdir()):
        raise ConfigurationError(f"{path} is not empty and has no {FILE_NAME}; choose another folder.")
    text = TEMPLATE.format(
        name=_toml(brand.name),
        description=_toml(brand.description),
        url=_toml(brand.url),
        contact=_toml(brand.contact),
        languages=_toml(list(brand.languages) or ["en", "de"]),
        theme=_theme(brand),
        plugins=_toml(sorted(installed_plugins())),
    )
    configuration_of(tomllib.loads(text), path / FILE_NAME, {})
    path.mkdir(parents=True, exist_ok=True)
    (path / FILE_NAME).write_text(text, encoding="utf-8")
    (path / ".gitignore").write_text(IGNORED, encoding="utf-8")
    if brand.logo is not None:
        (path / "static").mkdir(exist_ok=True)
        shutil.copyfile(brand.logo, path / "static" / f"logo{brand.logo.suffix.lower()}")


def _theme(brand: Brand) -> str:
    """The section `[theme]`; nothing where the core's look is kept."""
    lines = []
    if brand.logo is not None:
        if brand.logo.suffix.lower() not in (".svg", ".png"):
            raise ConfigurationError(f"{brand.logo} is neither SVG nor PNG; --logo takes these.")
        lines += ["[theme]", f"logo = {_toml('logo' + brand.logo.suffix.lower())}", ""]
    if brand.colour:
        if not re.fullmatch("#[0-9a-fA-F]{6}", brand.colour):
            raise ConfigurationError(f"--colour '{brand.colour}' is no colour; write it as #rrggbb.")
        from muniment.web.ui.palette import palette

        for section, colours in zip(("colours", "dark_colours"), palette(brand.colour.lower()), strict=True):
            lines += [f"[theme.{section}]", *(f"{token} = {_toml(value)}" for token, value in colours.items()), ""]
    return "\n".join([*lines, ""]) if lines else ""


def installed_plugins() -> list[str]:
    return [name for name, plugin in discover().plugins.items() if not plugin.manifest.builtin]


def _toml(value: str | list[str]) -> str:
    return str(tomlkit.item(value).as_string())


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
