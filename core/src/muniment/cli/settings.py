"""`muniment settings`: the configuration with the origin of each value, and the settings of plugins."""

from __future__ import annotations

import dataclasses
from typing import Any

import click
import orjson

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.errors import ConfigurationError, ValidationFailed
from muniment.settings.config import Config
from muniment.settings.loading import ENVIRONMENT_PREFIX, FILE_NAME


@click.group()
def settings() -> None:
    """The configuration and the settings of plugins."""


@settings.command()
@click.argument("section", required=False)
@as_json
@pass_session
def show(session: Session, section: str | None, json_: bool) -> None:
    """Show every value (of one SECTION or plugin) and where it comes from."""
    rows = [
        row
        for row in configuration_rows(session) + _plugin_rows(session)
        if section is None or row["key"].split(".")[0] == section
    ]
    if json_:
        show_json(rows)
        return
    show_table(["key", "value", "from"], [[row["key"], row["value"], row["origin"]] for row in rows])


@settings.command("set")
@click.argument("key")
@click.argument("value")
@pass_session
def set_command(session: Session, key: str, value: str) -> None:
    """Set a setting of a plugin, for instance `datacite.prefix 10.1234`.

    Where the setting takes no text, VALUE is read as JSON.
    """
    plugin, name = _plugin_and_name(key)
    plugins = session.repository.plugins
    try:
        plugins.set_setting(plugin, name, value, session.actor)
    except ValidationFailed as refused:
        plugins.set_setting(plugin, name, _from_json(value, refused), session.actor)
    click.echo(f"{key} is set.")


@settings.command()
@click.argument("key")
@pass_session
def unset(session: Session, key: str) -> None:
    """Go back to the default of a plugin's setting."""
    plugin, name = _plugin_and_name(key)
    session.repository.plugins.set_setting(plugin, name, None, session.actor)
    click.echo(f"{key} is back at its default.")


@settings.command()
@pass_session
def validate(session: Session) -> None:
    """Read the whole configuration and every plugin's settings, and say what is wrong."""
    failures = session.repository.generation.failures
    for name, reason in failures.items():
        click.echo(f"{name}: {reason.splitlines()[-1]}", err=True)
    if failures:
        raise SystemExit(1)
    click.echo("The configuration is valid.")


def _plugin_and_name(key: str) -> tuple[str, str]:
    """Plugin and name of a setting; raises `ConfigurationError` for what only the configuration file can set."""
    plugin, _, name = key.partition(".")
    if plugin in {field.name for field in dataclasses.fields(Config)}:
        variable = f"{ENVIRONMENT_PREFIX}{plugin}__{name}".upper()
        raise ConfigurationError(f"{key} is set in {FILE_NAME}, or by the environment variable {variable}.")
    return plugin, name


def _from_json(text: str, refused: ValidationFailed) -> Any:
    """The value that the text spells as JSON; raises `refused` again when it spells none but itself."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refused from None
    if value is None or isinstance(value, str):
        raise refused
    return value


def configuration_rows(session: Session) -> list[dict[str, Any]]:
    """Every key of `instance.toml` with its value and where that comes from; no secrets."""
    from muniment.settings.explained import configured_values

    found = configured_values(session.instance.config)
    return [{"key": value.key, "value": value.value, "origin": value.origin} for value in found]


def _plugin_rows(session: Session) -> list[dict[str, Any]]:
    from muniment.plugins.shown_settings import shown_settings

    return [
        {"key": f"{plugin}.{value.key}", "value": _shown(value.value), "origin": value.origin}
        for plugin, values in shown_settings(session.repository).items()
        for value in values
    ]


def _shown(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else dict(value) if hasattr(value, "items") else value
