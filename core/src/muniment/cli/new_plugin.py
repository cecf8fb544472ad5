"""`muniment new-plugin`: writes a plugin that installs, passes its tests and is visible when it is enabled."""

from __future__ import annotations

import dataclasses
import shlex
from pathlib import Path

import click

from muniment.plugins.manifest import CATEGORIES
from muniment.scaffold.features import FEATURES, chosen_features, feature
from muniment.scaffold.names import checked_names
from muniment.scaffold.tree import add_to_tree
from muniment.scaffold.writing import write_plugin


def _help() -> str:
    return "What it begins with, separated by commas: " + "; ".join(
        f"{name} ({feature(name).title[:1].lower()}{feature(name).title[1:]})" for name in FEATURES
    )


@click.command("new-plugin")
@click.argument("name")
@click.option("--with", "features", default="", metavar="FEATURES", help=_help())
@click.option("--title", default="", help="What operators call it; made from the name when left out.")
@click.option("--description", default="", help="One sentence about it.")
@click.option("--category", type=click.Choice(CATEGORIES), default="service", show_default=True, help="Its family.")
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="The folder in which its own folder is made; the present one when left out.",
)
@click.option("--within", is_flag=True, help="Make it part of the source tree of Muniment in the present folder.")
def new_plugin(name: str, features: str, title: str, description: str, category: str, into: Path, within: bool) -> None:
    """Write the plugin NAME: a package with a test for each feature, that installs and can be enabled.

    Works without network and without an instance.
    """
    chosen = chosen_features(features.split(","))
    names = checked_names(name, title, description, taken=_taken(), tables=_core_tables())
    if within:
        click.echo(f"Wrote {len(add_to_tree(names, chosen, into, category))} files into {into / 'plugins' / name}.")
        return
    folder = into / f"muniment-{name}"
    files = write_plugin(names, chosen, folder, category)
    click.echo(f"Wrote {len(files)} files into {folder}. Next:\n")
    place = folder if folder.is_absolute() else f"./{folder}"
    # In quotes, since brackets are patterns of file names to some shells.
    click.echo(f"    pip install -e {shlex.quote(f'{place}[test]')}")
    click.echo(f"    pytest {shlex.quote(str(folder))}")
    click.echo(f"    muniment plugins enable {name}")


def _taken() -> set[str]:
    """Names of plugins, of sections in `instance.toml` (whose variables would be the same) and of commands."""
    from muniment.cli.main import COMMANDS
    from muniment.plugins.discovery import discover
    from muniment.settings.config import Config

    found = discover()
    sections = {item.name.replace("_", "-") for item in dataclasses.fields(Config)}
    return {*found.plugins, *found.broken, *sections, *COMMANDS}


def _core_tables() -> set[str]:
    from muniment.models import Base

    return set(Base.metadata.tables)
