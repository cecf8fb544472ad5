"""`muniment settings`: the configuration and the settings of plugins, with the origin and meaning of each value."""

from __future__ import annotations

import dataclasses
import os
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import click
import orjson

from muniment.cli.output import as_json, show_json, show_table
from muniment.cli.session import Session, pass_session
from muniment.errors import NotFound, Problem, ValidationFailed
from muniment.settings.config import Config
from muniment.settings.loading import FILE_NAME
from muniment.settings.writing import writing_key

if TYPE_CHECKING:
    from muniment.plugins.setting_fields import SettingField


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
        for row in configuration_rows(session.repository.config) + _plugin_rows(session)
        if section is None or row["key"].split(".")[0] == section
    ]
    if json_:
        show_json(rows)
        return
    show_table(["key", "value", "from"], [[row["key"], row["value"], row["origin"]] for row in rows])
    _show_problems(session, section)


@settings.command()
@click.argument("key")
@as_json
@pass_session
def explain(session: Session, key: str, json_: bool) -> None:
    """Tell what KEY means, what it may be, what it is, and where that comes from."""
    found = _explained_key(session, key) if _is_core(key) else _explained_setting(session, key)
    if json_:
        show_json(found)
        return
    for name, value in found.items():
        if value not in (None, "", []):
            click.echo(f"{name + ':':10}{', '.join(map(str, value)) if isinstance(value, list) else value}")


@settings.command("set")
@click.argument("key")
@click.argument("value", required=False)
@pass_session
def set_command(session: Session, key: str, value: str | None) -> None:
    """Set a setting of a plugin (`datacite.prefix 10.1234`) or a key of instance.toml (`site.name "Our data"`).

    A secret is asked for when VALUE is left out, or read from standard input. Where a plugin's setting takes no text,
    VALUE is read as JSON.
    """
    if _is_core(key):
        _write(session, key, _given(value, secret=False))
        return
    plugin, name = _plugin_and_name(key)
    service = session.repository.plugin_settings
    item = next((item for item in service.form(plugin).fields if item.key == name), None)
    text = _given(value, secret=item is not None and item.secret)
    try:
        service.change(plugin, {name: text}, session.actor)
    except ValidationFailed as refused:
        service.change(plugin, {name: _from_json(text, refused)}, session.actor)
    click.echo(f"{key} is set.")


@settings.command()
@click.argument("key")
@pass_session
def unset(session: Session, key: str) -> None:
    """Go back to the default of a plugin's setting or of a key of instance.toml."""
    if _is_core(key):
        _write(session, key, None)
        return
    plugin, name = _plugin_and_name(key)
    session.repository.plugin_settings.change(plugin, {name: None}, session.actor)
    click.echo(f"{key} is back at its default.")


@settings.command()
@pass_session
def validate(session: Session) -> None:
    """Read the whole configuration and every plugin's settings, and say what is wrong."""
    failures = session.repository.generation.failures
    for name, reason in failures.items():
        click.echo(f"{name}: {reason.splitlines()[-1]}", err=True)
    problems = session.repository.plugin_settings.problems()
    for problem in problems:
        click.echo(f"{problem.field}: the stored value is not used: {problem.message.rstrip('.')}.", err=True)
    if failures or problems:
        raise SystemExit(1)
    click.echo("The configuration is valid.")


@settings.command()
@click.argument("plugin")
@pass_session
def check(session: Session, plugin: str) -> None:
    """Have PLUGIN try out its settings, for instance by signing in where they say; exits with 1 when they fail."""
    problems = session.repository.plugin_settings.check(plugin)
    for problem in problems:
        click.echo(f"{problem.field}: {problem.message}", err=True)
    if problems:
        raise SystemExit(1)
    click.echo(f"The settings of {plugin} work.")


def _is_core(key: str) -> bool:
    return key.partition(".")[0] in {field.name for field in dataclasses.fields(Config)} - {"plugin", "origins"}


def _plugin_and_name(key: str) -> tuple[str, str]:
    plugin, _, name = key.partition(".")
    if not name:
        raise ValidationFailed(errors=[Problem(key, "Name a plugin and one of its settings, like datacite.prefix.")])
    return plugin, name


def _given(value: str | None, *, secret: bool) -> str:
    """The value of the command line, or what is typed unseen, or standard input."""
    if value is not None:
        return value
    if sys.stdin.isatty():
        return str(click.prompt("Value", hide_input=secret, confirmation_prompt=secret, err=True))
    return sys.stdin.read().rstrip("\r\n")


def _from_json(text: str, refused: ValidationFailed) -> Any:
    """The value that the text spells as JSON; raises `refused` again when it spells none but itself."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise refused from None
    if value is None or isinstance(value, str):
        raise refused
    return value


def _write(session: Session, key: str, text: str | None) -> None:
    """Change a key of instance.toml, and write down who did."""
    with writing_key(session.instance.path, key, text, os.environ) as written:
        session.forget_instance()
        with session.database.write() as unit:
            resource, changes = f"configuration:{key}", {"old": written.old, "new": written.new}
            unit.audit("setting.changed", resource, session.actor, key=key, **changes)
    click.echo(f"{key} is {'set' if text is not None else 'back at its default'} in {FILE_NAME}.")
    if session.repository.config.origins.get(key) == "database":
        click.echo("What was set in the control panel goes before it, and stays.")
    from muniment.settings.instance_lock import serving_process

    if serving_process(session.instance) is not None:
        click.echo("Restart the site, so that it takes effect.")


def configuration_rows(config: Config) -> list[dict[str, Any]]:
    """Every key of `instance.toml` with its value and where that comes from; no secrets."""
    from muniment.settings.explained import configured_values

    found = configured_values(config)
    return [{"key": value.key, "value": value.value, "origin": value.origin} for value in found]


def _plugin_rows(session: Session) -> list[dict[str, Any]]:
    return [
        {"key": f"{form.plugin}.{item.key}", "value": item.value, "origin": item.origin}
        for form in session.repository.plugin_settings.forms()
        for item in form.fields
    ]


def _show_problems(session: Session, section: str | None) -> None:
    for problem in session.repository.plugin_settings.problems():
        if section in (None, problem.field.partition(".")[0]):
            click.echo(f"\n{problem.field}: the stored value is not used: {problem.message.rstrip('.')}.")


def _explained_key(session: Session, key: str) -> dict[str, Any]:
    from muniment.settings.explained import configured_values

    for value in configured_values(session.repository.config):
        if value.key == key:
            default = getattr(getattr(Config(), value.section), value.name)
            return {
                "key": key,
                "meaning": value.meaning,
                "value": value.value,
                "default": dict(default) if hasattr(default, "items") else default,
                "from": value.origin,
                "set with": f"muniment settings set {key} VALUE (needs a restart)",
                "changed": _last_change(session, f"configuration:{key}", key),
            }
    raise NotFound(f"There is no key '{key}'; see 'muniment settings show {key.partition('.')[0]}'.")


def _explained_setting(session: Session, key: str) -> dict[str, Any]:
    plugin, name = _plugin_and_name(key)
    form = session.repository.plugin_settings.form(plugin)
    item = next((item for item in form.fields if item.key == name), None)
    if item is None:
        known = ", ".join(item.key for item in form.fields) or "none"
        raise NotFound(f"The plugin '{plugin}' has no setting '{name}'. Its settings: {known}.")
    command = f"muniment settings set {key} VALUE" if not item.read_only else f"change it in {item.origin}"
    return {
        "key": key,
        "label": item.label,
        "meaning": item.help,
        "kind": item.kind + (" (secret)" if item.secret else ""),
        "may be": list(_limits(item)),
        "value": item.value,
        "default": item.default,
        "from": item.origin,
        "problem": item.problem,
        "set with": command,
        "changed": _last_change(session, f"plugin:{plugin}", name),
    }


def _limits(item: SettingField) -> Iterator[str]:
    yield from (value if value == label else f"{value} ({label})" for value, label in item.choices)
    if item.minimum is not None:
        yield f"at least {item.minimum}"
    if item.maximum is not None:
        yield f"at most {item.maximum}"
    if item.max_length is not None:
        yield f"at most {item.max_length} characters"
    if item.pattern:
        yield f"of the form {item.pattern}"
    if item.unit:
        yield f"in {item.unit}"


def _last_change(session: Session, resource: str, key: str) -> str:
    """When it was changed last, and by what."""
    for entry in session.repository.audit.entries(resource, limit=200):
        if entry.action == "setting.changed" and entry.details.get("key") == key:
            return f"{entry.at:%Y-%m-%d %H:%M} UTC, {entry.via}"
    return ""
