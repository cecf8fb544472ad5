"""`muniment settings`: the configuration with the origin of each value, and the settings of plugins."""

from __future__ import annotations

import dataclasses
from typing import Any

import click
import orjson

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session

_SECRET = ("password",)


@click.group()
def settings() -> None:
    """The configuration and the settings of plugins."""


@settings.command()
@click.argument("section", required=False)
@as_json
@pass_session
def show(session: Session, section: str | None, json_: bool) -> None:
    """Show every value (of one SECTION or plugin) and where it comes from."""
    rows = [row for row in _rows(session) if section is None or row["key"].split(".")[0] == section]
    if json_:
        show_json(rows)
        return
    show_table(["key", "value", "from"], [[row["key"], row["value"], row["origin"]] for row in rows])


@settings.command("set")
@click.argument("key")
@click.argument("value")
@pass_session
def set_command(session: Session, key: str, value: str) -> None:
    """Set a setting of a plugin, for instance `datacite.prefix 10.1234`; JSON for lists and numbers."""
    plugin, _, name = key.partition(".")
    session.repository.plugins.set_setting(plugin, name, _value(value), session.actor)
    click.echo(f"{key} is set.")


@settings.command()
@click.argument("key")
@pass_session
def unset(session: Session, key: str) -> None:
    """Go back to the default of a plugin's setting."""
    plugin, _, name = key.partition(".")
    session.repository.plugins.set_setting(plugin, name, None, session.actor)
    click.echo(f"{key} is back at its default.")


@settings.command()
@pass_session
def validate(session: Session) -> None:
    """Read the whole configuration and every plugin's settings; says what is wrong, or nothing."""
    failures = session.repository.generation.failures
    for name, reason in failures.items():
        click.echo(f"{name}: {reason.splitlines()[-1]}", err=True)
    if failures:
        raise SystemExit(1)
    click.echo("The configuration is valid.")


def _value(text: str) -> Any:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return text


def _rows(session: Session) -> list[dict[str, Any]]:
    config = session.instance.config
    rows = []
    for section in dataclasses.fields(config):
        if section.name in ("plugin", "origins"):
            continue
        values = getattr(config, section.name)
        for field in dataclasses.fields(values):
            key = f"{section.name}.{field.name}"
            value = getattr(values, field.name)
            shown = "********" if field.name in _SECRET and value else _shown(value)
            rows.append({"key": key, "value": shown, "origin": config.origins.get(key, "default")})
    return rows + _plugin_rows(session)


def _plugin_rows(session: Session) -> list[dict[str, Any]]:
    from muniment.plugins.settings import describe, schema_of
    from muniment.plugins.state import read_state

    stored = read_state(session.database).settings
    rows = []
    for loaded in session.repository.generation.plugins:
        origins = dict.fromkeys(stored.get(loaded.name, {}), "database")
        origins |= dict.fromkeys(session.instance.config.plugin.get(loaded.name, {}), "instance.toml or environment")
        for value in describe(schema_of(type(loaded.plugin)), loaded.settings, origins):
            rows.append({"key": f"{loaded.name}.{value.key}", "value": _shown(value.value), "origin": value.origin})
    return rows


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value
