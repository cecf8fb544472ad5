"""The settings of plugins: a marshmallow schema, filled from defaults, instance.toml, database and environment."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import structlog
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.errors import ConfigurationError, MunimentError, Problem, ValidationFailed
from muniment.plugins.models import PluginSetting

if TYPE_CHECKING:
    from muniment.settings.secret_box import SecretBox

log = structlog.get_logger(__name__)

#: Makes the box when a secret is there to be opened: most sites have none, and the library takes a while to import.
OpenBox = Callable[[], "SecretBox"]


@dataclass(frozen=True)
class Stored:
    """What the database holds for a plugin: the values that can be used, and for each other one why it cannot."""

    usable: Mapping[str, Any]
    problems: Mapping[str, str]


def schema_of(plugin_class: type) -> Schema | None:
    """The schema that a plugin class declares as its attribute `Settings`, if any."""
    declared = getattr(plugin_class, "Settings", None)
    return declared() if declared is not None else None


def stored_settings(session: Session) -> dict[str, dict[str, Any]]:
    """What the database holds, by plugin and key; secrets as they are encrypted."""
    rows = session.execute(select(PluginSetting.plugin, PluginSetting.key, PluginSetting.value))
    found: dict[str, dict[str, Any]] = {}
    for plugin, key, value in rows:
        found.setdefault(plugin, {})[key] = value
    return found


def is_secret(schema: Schema, key: str) -> bool:
    return bool(schema.fields[key].metadata.get("secret"))


def read_stored(plugin: str, schema: Schema, stored: Mapping[str, Any], open_box: OpenBox | None = None) -> Stored:
    """Decrypt and check what the database holds: another version of the plugin may have stored what this one does not
    take, and another key may have encrypted it."""
    usable: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for key, value in stored.items():
        if key not in schema.fields:
            problems[key] = "there is no such setting any more"
            continue
        try:
            plain = _decrypted(plugin, key, value, open_box)
        except MunimentError as error:
            problems[key] = error.message
            continue
        messages = invalid(schema, key, plain)
        if messages:
            problems[key] = " ".join(messages)
        else:
            usable[key] = plain
    return Stored(usable, problems)


def is_encrypted(value: Any) -> bool:
    """Whether a stored value is one that a `SecretBox` made."""
    return isinstance(value, Mapping) and value.keys() == {"encrypted", "key"}


def _decrypted(plugin: str, key: str, value: Any, open_box: OpenBox | None) -> Any:
    if not is_encrypted(value) or open_box is None:
        return value
    return open_box().decrypt(value, place(plugin, key))


def place(plugin: str, key: str) -> str:
    """What an encrypted value is bound to."""
    return f"{plugin}.{key}"


def effective_settings(
    plugin: str,
    schema: Schema | None,
    configured: Mapping[str, Any],
    stored: Mapping[str, Any],
    open_box: OpenBox | None = None,
) -> SimpleNamespace:
    """The validated settings of a plugin: `configured` before `stored` before the defaults.

    Raises `ConfigurationError` for unknown keys or values in the configuration. A stored value that no longer
    validates gives way to the default, so that an upgrade cannot keep the site from starting.
    """
    if schema is None:
        if configured:
            raise ConfigurationError(f"[plugin.{plugin}]: this plugin has no settings.")
        return SimpleNamespace()
    _refuse_unknown(plugin, schema, configured)
    found = read_stored(plugin, schema, stored, open_box)
    for key, reason in found.problems.items():
        log.warning("stored_setting_ignored", plugin=plugin, key=key, reason=reason)
    try:
        return SimpleNamespace(**schema.load({**found.usable, **split_lists(schema, configured)}))
    except ValidationError as error:
        details = "; ".join(f"{key}: {' '.join(messages)}" for key, messages in by_key(error).items())
        missing = [f"{key} is not used: {reason}" for key, reason in found.problems.items()]
        raise ConfigurationError(f"[plugin.{plugin}]: {'; '.join([details, *missing])}") from error


def split_lists(schema: Schema, configured: Mapping[str, Any]) -> dict[str, Any]:
    """Lists are comma separated in the environment."""
    return {
        key: [part.strip() for part in value.split(",") if part.strip()]
        if isinstance(value, str) and isinstance(schema.fields[key], fields.List)
        else value
        for key, value in configured.items()
    }


def refuse_combination(
    plugin: str, schema: Schema, configured: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Raise `ValidationFailed` when stored settings `after` do not go together while those `before` did."""
    decided = split_lists(schema, {key: value for key, value in configured.items() if key in schema.fields})
    problems = combination_problems(schema, {**after, **decided})
    if problems and not combination_problems(schema, {**before, **decided}):
        raise ValidationFailed(
            errors=[Problem(f"{plugin}.{key}", " ".join(messages)) for key, messages in problems.items()]
        )


def combination_problems(schema: Schema, values: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with these values together, by key."""
    try:
        schema.load({key: value for key, value in values.items() if key in schema.fields})
    except ValidationError as error:
        return by_key(error)
    return {}


def no_such_setting(plugin: str, schema: Schema | None, key: str) -> Problem | None:
    """The problem with a key that the plugin does not have, with the one that was meant."""
    if schema is not None and key in schema.fields:
        return None
    close = difflib.get_close_matches(key, list(schema.fields) if schema else [], n=1)
    hint = f" Did you mean '{close[0]}'?" if close else ""
    return Problem(f"{plugin}.{key}", f"There is no such setting.{hint}")


def normalised(schema: Schema, key: str, value: Any) -> Any:
    """A valid value as it is stored: of the field's own type, in the form that JSON takes."""
    loaded = schema.fields[key].deserialize(value)
    return schema.dump({key: loaded}).get(key, value)


def invalid(schema: Schema, key: str, value: Any) -> list[str]:
    """What is wrong with one value by itself; what is required inside of it is."""
    others = tuple(name for name in schema.fields if name != key)
    errors = schema.validate({key: value}, partial=others)
    return [str(message) for message in _flat(errors.get(key, []))]


def by_key(error: ValidationError) -> dict[str, list[str]]:
    return {str(key): [str(item) for item in _flat(value)] for key, value in error.messages_dict.items()}


def _refuse_unknown(plugin: str, schema: Schema, configured: Mapping[str, Any]) -> None:
    for key in configured:
        if key not in schema.fields:
            close = difflib.get_close_matches(key, list(schema.fields), n=1)
            hint = f" Did you mean '{close[0]}'?" if close else f" Known are: {', '.join(schema.fields)}."
            raise ConfigurationError(f"[plugin.{plugin}]: unknown key '{key}'.{hint}")


def _flat(messages: Any) -> list[Any]:
    if isinstance(messages, dict):
        return [item for value in messages.values() for item in _flat(value)]
    return list(messages) if isinstance(messages, list) else [messages]
