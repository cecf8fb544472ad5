"""What is wrong with an instance's folder: configuration, look, plugins, rights. It needs no database to be told."""

from __future__ import annotations

import ast
import difflib
import os
import stat
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from muniment.errors import ConfigurationError, MunimentError
from muniment.health.finding import Finding
from muniment.hooks.caller import PluginFailure, attempt
from muniment.plugins.discovery import Discovery, look_again
from muniment.plugins.local import local_plugins
from muniment.plugins.settings import effective_settings, schema_of
from muniment.settings.config import Config
from muniment.settings.instance import Instance
from muniment.settings.loading import FILE_NAME, configuration_of

#: What lies in an instance.
FOLDERS: Final = ("templates", "static", "plugins", "translations", "var")
_OTHERS: Final = stat.S_IRWXO
_ALL_BUT_THE_OWNER: Final = stat.S_IRWXO | stat.S_IRWXG


def check_folder(path: Path, environ: Mapping[str, str] | None = None) -> Iterator[Finding]:
    """Everything that can be told from the files; the more so the more of them can be read."""
    variables = os.environ if environ is None else environ
    file = path / FILE_NAME
    try:
        document = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        yield _error("configuration", f"{file} does not exist; make an instance with 'muniment init {path}'")
        return
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield _error("configuration", f"{file} is not valid TOML: {error}")
        return
    mistakes = list(_mistakes(document, file, variables))
    yield from (_error("configuration", mistake) for mistake in mistakes)
    yield from _folders(path)
    discovery = look_again(path / "plugins")
    yield from _local_plugins(path / "plugins")
    if mistakes:
        return
    instance = Instance(path, configuration_of(document, file, variables))
    yield Finding("configuration", "ok", f"{file} is valid")
    yield from _address(instance.config)
    yield from _look(instance)
    yield from _plugins(instance, discovery)
    yield from _rights(instance)


def _error(check: str, text: str) -> Finding:
    return Finding(check, "error", text.rstrip("."))


def _warning(check: str, text: str) -> Finding:
    return Finding(check, "warning", text.rstrip("."))


def _mistakes(document: Mapping[str, Any], file: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """Everything that is wrong with the configuration: each key by itself, the environment, then all together."""
    told = set()
    for part, variables in (*((key, {}) for key in _single_keys(document)), ({}, environ), (document, environ)):
        try:
            configuration_of(part, file, variables)
        except ConfigurationError as error:
            if error.message not in told:
                told.add(error.message)
                yield error.message


def _single_keys(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for section, values in document.items():
        if not isinstance(values, dict) or section == "plugin":
            yield {section: values}
            continue
        for key, value in values.items():
            yield {section: {key: value}}


def _folders(path: Path) -> Iterator[Finding]:
    """Folders that are probably meant to be one of those that are looked into."""
    for entry in sorted(path.iterdir()):
        if entry.is_dir() and entry.name not in FOLDERS:
            close = difflib.get_close_matches(entry.name, FOLDERS, n=1, cutoff=0.75)
            if close:
                yield _warning("folders", f"{entry} is not looked into; did you mean '{close[0]}'?")


def _address(config: Config) -> Iterator[Finding]:
    address = urlsplit(config.site.url)
    local = address.hostname in ("localhost", "127.0.0.1", "::1")
    if local:
        yield _warning("address", f"site.url is {config.site.url}: links and mails are good on this machine only")
    elif address.scheme != "https":
        yield _warning("address", f"site.url is {config.site.url}: without https passwords travel in the open")
    else:
        yield Finding("address", "ok", config.site.url)


def _look(instance: Instance) -> Iterator[Finding]:
    from muniment.web.ui.branding import check_theme
    from muniment.web.ui.overrides import override_problems

    try:
        check_theme(instance.config, instance.static)
    except ConfigurationError as error:
        yield from (_error("look", f"{problem.field}: {problem.message}") for problem in error.errors)
    else:
        yield Finding("look", "ok", "the colours can be read")
    for serious, message in override_problems(instance):
        yield Finding("templates", "error" if serious else "warning", message.rstrip("."))


def _local_plugins(folder: Path) -> Iterator[Finding]:
    """Plugins of one file, read but not run."""
    found, broken = local_plugins(folder)
    yield from (_error("plugins", reason) for reason in broken.values())
    for plugin in found.values():
        names = {
            name
            for node in ast.parse(plugin.file.read_text(encoding="utf-8")).body
            for name in (
                [node.name]
                if isinstance(node, ast.ClassDef)
                else [alias.asname or alias.name for alias in node.names]
                if isinstance(node, ast.ImportFrom)
                else [target.id for target in node.targets if isinstance(target, ast.Name)]
                if isinstance(node, ast.Assign)
                else []
            )
        }
        if "Plugin" not in names:
            yield _error("plugins", f"{plugin.file} has no class Plugin; that is what is loaded")


def _plugins(instance: Instance, discovery: Discovery) -> Iterator[Finding]:
    """Plugins that are named but not there, and settings that they would not take."""
    installed = discovery.plugins
    for name, reason in discovery.broken.items():
        if name in {*instance.config.plugins.enabled, *_enabled_in_database(instance)}:
            yield _error("plugins", f"'{name}' cannot be used: {reason}")
    for name in instance.config.plugins.enabled:
        if name not in installed and name not in discovery.broken:
            yield _error("plugins", f"plugins.enabled names '{name}', which is not installed{_meant(name, installed)}")
    for name in _enabled_in_database(instance):
        if name not in installed and name not in discovery.broken:
            cure = f"install it again, or run 'muniment plugins disable {name}'"
            yield _error("plugins", f"'{name}' is enabled but not installed; {cure}")
    for name, values in instance.config.plugin.items():
        if name not in installed:
            yield _warning("plugins", f"[plugin.{name}]: no such plugin is installed{_meant(name, installed)}")
            continue
        try:
            schema = schema_of(attempt(name, "loading", installed[name].load))
            effective_settings(name, schema, values, {})
        except (MunimentError, PluginFailure) as error:
            yield _error("plugins", str(error))


def _meant(name: str, installed: Mapping[str, object]) -> str:
    close = difflib.get_close_matches(name, list(installed), n=1)
    return f"; did you mean '{close[0]}'?" if close else ""


def _enabled_in_database(instance: Instance) -> frozenset[str]:
    """What operators switched on, as far as there is a database that can be asked."""
    from sqlalchemy.exc import SQLAlchemyError

    from muniment.database import open_database
    from muniment.plugins.state import read_state

    address = instance.config.database.url
    if address.startswith("sqlite:///") and not instance.resolve(address.removeprefix("sqlite:///")).is_file():
        return frozenset()
    try:
        database = open_database(instance)
    except (MunimentError, OSError):
        return frozenset()
    try:
        return read_state(database).enabled
    except (MunimentError, SQLAlchemyError):
        return frozenset()
    finally:
        database.dispose()


def _rights(instance: Instance) -> Iterator[Finding]:
    """Secrets that others can read, and places that cannot be written."""
    mail = instance.config.mail
    secrets = [instance.var / "secret_key"]
    if mail.password_file:
        secrets.append(instance.resolve(mail.password_file))
        if not secrets[-1].is_file():
            yield _error("rights", f"mail.password_file names {secrets[-1]}, which does not exist")
    for file in secrets:
        if file.is_file() and file.stat().st_mode & _ALL_BUT_THE_OWNER:
            yield _error("rights", f"{file} can be read by others; run 'chmod 600 {file}'")
    file = instance.path / FILE_NAME
    if (mail.password or "password" in _secret_keys(instance)) and file.stat().st_mode & _OTHERS:
        yield _warning("rights", f"{file} holds a password and can be read by everybody on this machine")
    if instance.var.is_dir() and not os.access(instance.var, os.W_OK):
        yield _error("rights", f"{instance.var} cannot be written by this account")


def _secret_keys(instance: Instance) -> set[str]:
    """Keys of plugins in the file whose names say that they are secret."""
    return {
        "password"
        for values in instance.config.plugin.values()
        for key in values
        if any(word in key for word in ("password", "secret", "token"))
    }
