"""Reads `instance.toml` and the environment into the typed configuration; whatever is wrong is said precisely."""

from __future__ import annotations

import dataclasses
import difflib
import ipaddress
import tomllib
import typing
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, Final, get_args, get_origin
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from muniment.errors import ConfigurationError
from muniment.outgoing.addresses import problem_with_host
from muniment.settings.addresses import alias_problem, origin_problem
from muniment.settings.config import Config

ENVIRONMENT_PREFIX = "MUNIMENT__"
FILE_NAME = "instance.toml"

_CHOICES = {
    "site.unlisted_domains": ("open", "moderated", "blocked"),
    "records.ids": ("decimal", "base32"),
    "mail.security": ("starttls", "tls", "none"),
    "logging.format": ("json", "text"),
    "logging.level": ("DEBUG", "INFO", "WARNING", "ERROR"),
}

#: The least that numbers may be, where not every whole number makes sense.
_LEAST: Final[Mapping[str, int]] = {
    "database.pool_size": 1,
    "server.port": 1,
    "server.workers": 1,
    "server.threads": 1,
    "server.trusted_proxies": 0,
    "server.drain_seconds": 0,
    "rates.guest_minute": 0,
    "rates.guest_hour": 0,
    "rates.user_minute": 0,
    "rates.user_hour": 0,
    "rates.guest_searches": 0,
    "rates.user_searches": 0,
    "records.max_metadata_bytes": 1,
    "records.draft_days": 1,
    "records.owner_delete_days": 0,
    "records.file_modification_days": 0,
    "records.file_modification_publish_days": 1,
    "records.id_gap": 0,
    "files.max_count": 1,
    "files.max_bytes": 1,
    "files.max_file_bytes": 1,
    "files.archive_max_bytes": 0,
    "files.min_free_bytes": 0,
    "files.leftover_days": 1,
    "mail.port": 1,
    "mail.timeout": 1,
    "privacy.erase_days": 0,
    "privacy.export_days": 1,
    "search.wait_seconds": 0,
    "search.max_page_size": 1,
    "search.max_page_size_anonymous": 1,
}
_LARGEST_PORT: Final = 65_535


def load_config(path: Path, environ: Mapping[str, str]) -> Config:
    """The configuration of the instance folder `path`; raises `ConfigurationError` with file, key and remedy."""
    file = path / FILE_NAME
    return configuration_of(_parse(file), file, environ)


def configuration_of(document: Mapping[str, Any], file: Path, environ: Mapping[str, str]) -> Config:
    """The configuration that `document`, the contents of `file`, makes together with the environment."""
    overrides = _from_environment(environ)
    sections: dict[str, Any] = {}
    origins: dict[str, str] = {}
    known = {field.name: field for field in dataclasses.fields(Config) if field.name != "origins"}
    for name in document:
        if name not in known:
            raise ConfigurationError(f"{file}: unknown section [{name}].{_suggest(name, known)}")
    for name in known:
        if name == "plugin":
            sections[name] = _plugin_settings(document.get(name, {}), overrides, known, file, origins)
            continue
        values = document.get(name, {})
        if not isinstance(values, dict):
            raise ConfigurationError(f"{file}: [{name}] must be a table.")
        sections[name] = _section(name, values, overrides.get(name, {}), file, origins)
    config = Config(**sections, origins=origins)
    _check(config, file)
    return config


def _parse(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigurationError(
            f"{file} does not exist. Make an instance with 'muniment init {file.parent}', or name one with "
            "--instance or MUNIMENT_INSTANCE."
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}.") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for name, value in environ.items():
        if name.startswith(ENVIRONMENT_PREFIX):
            section, _, key = name.removeprefix(ENVIRONMENT_PREFIX).lower().partition("__")
            if not section or not key:
                raise ConfigurationError(f"environment: {name} should be {ENVIRONMENT_PREFIX}SECTION__KEY.")
            found.setdefault(section, {})[key] = value
    return found


def _section(
    name: str, values: Mapping[str, Any], overrides: Mapping[str, str], file: Path, origins: dict[str, str]
) -> Any:
    kind = typing.get_type_hints(Config)[name]
    hints = typing.get_type_hints(kind)
    keys = [field.name for field in dataclasses.fields(kind)]
    arguments: dict[str, Any] = {}
    for key, value in values.items():
        if key not in keys:
            raise ConfigurationError(f"{file}: unknown key '{key}' in [{name}].{_suggest(key, keys)}")
        arguments[key] = _convert(value, hints[key], f"{file}: [{name}] {key}")
        origins[f"{name}.{key}"] = str(file)
    for key, text in overrides.items():
        where = f"environment: {ENVIRONMENT_PREFIX}{name.upper()}__{key.upper()}"
        if key not in keys:
            raise ConfigurationError(f"{where}: unknown key '{key}' in [{name}].{_suggest(key, keys)}")
        arguments[key] = _convert(from_text(text, hints[key]), hints[key], where)
        origins[f"{name}.{key}"] = where
    return kind(**arguments)


def from_text(text: str, hint: Any) -> Any:
    """The value that an environment variable spells, for a key of type `hint`; lists are comma separated."""
    if hint is bool:
        return {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}.get(text.lower(), text)
    if hint in (int, float):
        try:
            return hint(text)
        except ValueError:
            return text
    if get_origin(hint) is tuple:
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


def _convert(value: Any, hint: Any, where: str) -> Any:
    origin = get_origin(hint)
    if origin is tuple:
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise ConfigurationError(f"{where} must be a list of texts.")
        return tuple(value)
    if origin is not None and issubclass(origin, Mapping):
        if not isinstance(value, dict):
            raise ConfigurationError(f"{where} must be a table.")
        return value
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    expected = get_args(hint) if isinstance(hint, UnionType) else (hint,)
    if type(value) not in expected:
        names = {str: "a text", int: "a whole number", bool: "true or false", float: "a number"}
        raise ConfigurationError(f"{where} must be {names.get(hint, hint)}, not {value!r}.")
    return value


def _plugin_settings(
    document: Any,
    overrides: Mapping[str, Mapping[str, str]],
    sections: Iterable[str],
    file: Path,
    origins: dict[str, str],
) -> dict[str, dict[str, Any]]:
    """Settings under ``[plugin.NAME]``; environment variables of no known section belong to a plugin too."""
    if not isinstance(document, dict) or not all(isinstance(value, dict) for value in document.values()):
        raise ConfigurationError(f"{file}: settings of a plugin stand in a table [plugin.NAME].")
    known = set(sections)
    settings = {name: dict(values) for name, values in document.items()}
    origins.update({f"plugin.{name}.{key}": str(file) for name, values in settings.items() for key in values})
    for section, texts in overrides.items():
        if section not in known:
            name = section.replace("_", "-")
            settings.setdefault(name, {}).update(texts)
            for key in texts:
                variable = f"{ENVIRONMENT_PREFIX}{section}__{key}".upper()
                origins[f"plugin.{name}.{key}"] = f"environment: {variable}"
    return settings


def _check(config: Config, file: Path) -> None:
    for dotted, allowed in _CHOICES.items():
        section, key = dotted.split(".")
        value = getattr(getattr(config, section), key)
        if value not in allowed:
            raise ConfigurationError(f"{file}: {dotted} is '{value}'; it must be one of {', '.join(allowed)}.")
    _check_url(config.site.url, file)
    try:
        ZoneInfo(config.site.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigurationError(
            f"{file}: site.timezone '{config.site.timezone}' is not a time zone; use a name like Europe/Berlin."
        ) from None
    if not config.site.languages:
        raise ConfigurationError(f"{file}: site.languages must name at least one language, for instance ['en'].")
    _check_numbers(config, file)
    _check_access_from_outside(config, file)


def _check_numbers(config: Config, file: Path) -> None:
    for dotted, least in _LEAST.items():
        section, key = dotted.split(".")
        value = getattr(getattr(config, section), key)
        where = config.origins.get(dotted, file)
        if value < least:
            wanted = "greater than 0" if least == 1 else "0 or more"
            raise ConfigurationError(f"{where}: {dotted} is {value}; it must be {wanted}.")
        if key == "port" and value > _LARGEST_PORT:
            raise ConfigurationError(f"{where}: {dotted} is {value}; ports go up to {_LARGEST_PORT}.")


def _check_access_from_outside(config: Config, file: Path) -> None:
    for alias in config.site.aliases:
        problem = alias_problem(alias)
        if problem:
            raise ConfigurationError(f"{file}: site.aliases: {problem}.")
    for origin in config.server.cors_origins:
        problem = origin_problem(origin)
        if problem:
            raise ConfigurationError(f"{file}: server.cors_origins: {problem}.")
    for network in config.rates.exempt:
        try:
            ipaddress.ip_network(network)
        except ValueError as error:
            raise ConfigurationError(f"{file}: rates.exempt: {error}; write one like 192.0.2.0/24.") from None
    for host in config.outgoing.allowed:
        problem = problem_with_host(host)
        if problem:
            raise ConfigurationError(f"{file}: outgoing.allowed: {problem}.")


def _check_url(url: str, file: Path) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigurationError(
            f"{file}: site.url '{url}' must be the full address of the site, like https://repository.example.org."
        )
    if url.endswith("/") or parts.path:
        raise ConfigurationError(f"{file}: site.url must have no path and no slash at its end.")


def _suggest(name: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(name, list(known), n=1, cutoff=0.5)
    if close:
        return f" Did you mean '{close[0]}'?"
    return f" Known are: {', '.join(sorted(known))}."
