"""The settings of plugins: a marshmallow schema, filled from defaults, instance.toml, database and environment."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import structlog
from marshmallow import Schema, ValidationError, fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from muniment.errors import ConfigurationError, Problem, ValidationFailed
from muniment.plugins.models import PluginSetting

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class SettingValue:
    """One setting with where its value comes from: default, instance.toml, environment or control panel."""

    key: str
    value: Any
    origin: str
    secret: bool
    help: str


def schema_of(plugin_class: type) -> Schema | None:
    """The schema that a plugin class declares as its attribute `Settings`, if any."""
    declared = getattr(plugin_class, "Settings", None)
    return declared() if declared is not None else None


def stored_settings(session: Session) -> dict[str, dict[str, Any]]:
    rows = session.execute(select(PluginSetting.plugin, PluginSetting.key, PluginSetting.value))
    found: dict[str, dict[str, Any]] = {}
    for plugin, key, value in rows:
        found.setdefault(plugin, {})[key] = value
    return found


def effective_settings(
    plugin: str, schema: Schema | None, configured: Mapping[str, Any], stored: Mapping[str, Any]
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
    usable = {key: value for key, value in stored.items() if key in schema.fields and not _invalid(schema, key, value)}
    for key in stored.keys() - usable.keys():
        log.warning("stored_setting_ignored", plugin=plugin, key=key)
    try:
        return SimpleNamespace(**schema.load({**usable, **_split_lists(schema, configured)}))
    except ValidationError as error:
        details = "; ".join(f"{key}: {' '.join(messages)}" for key, messages in _by_key(error).items())
        raise ConfigurationError(f"[plugin.{plugin}]: {details}") from error


def _split_lists(schema: Schema, configured: Mapping[str, Any]) -> dict[str, Any]:
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
    decided = _split_lists(schema, {key: value for key, value in configured.items() if key in schema.fields})
    problems = _problems(schema, {**after, **decided})
    if problems and not _problems(schema, {**before, **decided}):
        raise ValidationFailed(
            errors=[Problem(f"{plugin}.{key}", " ".join(messages)) for key, messages in problems.items()]
        )


def _problems(schema: Schema, values: Mapping[str, Any]) -> dict[str, list[str]]:
    try:
        schema.load({key: value for key, value in values.items() if key in schema.fields})
    except ValidationError as error:
        return _by_key(error)
    return {}


def validate_setting(plugin: str, schema: Schema | None, key: str, value: Any) -> Any:
    """The loaded value of one setting; raises `ValidationFailed` that names the field."""
    if schema is None or key not in schema.fields:
        close = difflib.get_close_matches(key, list(schema.fields) if schema else [], n=1)
        hint = f" Did you mean '{close[0]}'?" if close else ""
        raise ValidationFailed(errors=[Problem(f"{plugin}.{key}", f"There is no such setting.{hint}")])
    messages = _invalid(schema, key, value)
    if messages:
        raise ValidationFailed(errors=[Problem(f"{plugin}.{key}", message) for message in messages])
    return value


def describe(schema: Schema | None, settings: SimpleNamespace, origins: Mapping[str, str]) -> list[SettingValue]:
    """Every setting with its present value and origin; secrets are masked."""
    if schema is None:
        return []
    rows = []
    for key, field in schema.fields.items():
        secret = bool(field.metadata.get("secret"))
        value = getattr(settings, key, None)
        rows.append(
            SettingValue(
                key,
                "********" if secret and value else value,
                origins.get(key, "default"),
                secret,
                str(field.metadata.get("help", "")),
            )
        )
    return rows


def _refuse_unknown(plugin: str, schema: Schema, configured: Mapping[str, Any]) -> None:
    for key in configured:
        if key not in schema.fields:
            close = difflib.get_close_matches(key, list(schema.fields), n=1)
            hint = f" Did you mean '{close[0]}'?" if close else f" Known are: {', '.join(schema.fields)}."
            raise ConfigurationError(f"[plugin.{plugin}]: unknown key '{key}'.{hint}")


def _invalid(schema: Schema, key: str, value: Any) -> list[str]:
    errors = schema.validate({key: value}, partial=True)
    return [str(message) for message in _flat(errors.get(key, []))]


def _by_key(error: ValidationError) -> dict[str, list[str]]:
    return {str(key): [str(item) for item in _flat(value)] for key, value in error.messages_dict.items()}


def _flat(messages: Any) -> list[Any]:
    if isinstance(messages, dict):
        return [item for value in messages.values() for item in _flat(value)]
    return list(messages) if isinstance(messages, list) else [messages]
