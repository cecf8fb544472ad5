"""Changes single keys of `instance.toml`, and leaves everything else, comments too, as people wrote it."""

from __future__ import annotations

import contextlib
import os
import shutil
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_origin

import tomlkit
import tomlkit.exceptions

from muniment.errors import ConfigurationError, Conflict, Problem, ValidationFailed
from muniment.settings.explained import keys, readable, sections
from muniment.settings.loading import ENVIRONMENT_PREFIX, FILE_NAME, configuration_of, from_text


@dataclass(frozen=True)
class Written:
    """A key of the file that was changed, with its values before and after as people may see them."""

    key: str
    old: Any
    new: Any


def write_key(folder: Path, key: str, text: str | None, environ: Mapping[str, str]) -> Written:
    """Set `key` (``site.name``, or ``theme.colours.brand`` inside of a table) to what `text` spells, or remove it.

    Raises `ValidationFailed` for a key that does not exist, `Conflict` when the environment decides it, and
    `ConfigurationError` when the configuration would not be valid; then nothing was written.
    """
    section, name, inner = _taken_apart(key)
    variable = f"{ENVIRONMENT_PREFIX}{section}__{name}".upper()
    if variable in environ:
        raise Conflict(f"{key} is set by the environment variable {variable}, which goes before {FILE_NAME}.")
    file = folder / FILE_NAME
    document = _read(file)
    before = configuration_of(document.unwrap(), file, environ)
    table = _table(document, section)
    holder, last = (_table(table, name), inner) if inner else (table, name)
    if text is None:
        holder.pop(last, None)
    else:
        hint = typing.get_type_hints(sections()[section])[name]
        holder[last] = text if inner else from_text(text, hint)
    after = configuration_of(document.unwrap(), file, environ)
    _replace(file, tomlkit.dumps(document))
    return Written(key, _shown(before, section, name), _shown(after, section, name))


@contextlib.contextmanager
def writing_key(folder: Path, key: str, text: str | None, environ: Mapping[str, str]) -> Iterator[Written]:
    """As `write_key`, for what belongs together with it: the file is again as it was when the block fails.

    The old file is kept under a second name, since on a full disk it could not be written anew.
    """
    file = folder / FILE_NAME
    kept = file.with_name(f".{FILE_NAME}.{os.getpid()}.kept")
    kept.unlink(missing_ok=True)
    try:
        kept.hardlink_to(file)
    except OSError:  # a file system without second names, or a file of somebody else
        shutil.copy2(file, kept)
    try:
        yield write_key(folder, key, text, environ)
    except BaseException:
        kept.replace(file)
        raise
    finally:
        kept.unlink(missing_ok=True)


def _taken_apart(key: str) -> tuple[str, str, str]:
    """Section, key and, for what is a table itself, the key inside."""
    section, _, rest = key.partition(".")
    name, _, inner = rest.partition(".")
    kind = sections().get(section)
    if kind is None or name not in keys(kind):
        raise ValidationFailed(errors=[Problem(key, "There is no such key; see 'muniment settings show'.")])
    is_table = issubclass(get_origin(typing.get_type_hints(kind)[name]) or str, Mapping)
    if is_table != bool(inner):
        meant = f"{section}.{name}.NAME" if is_table else f"{section}.{name}"
        raise ValidationFailed(errors=[Problem(key, f"Name it as {meant}.")])
    return section, name, inner


def _read(file: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except (tomlkit.exceptions.TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{file} is not valid TOML: {error}.") from error


def _table(parent: Any, name: str) -> Any:
    if name not in parent:
        parent[name] = tomlkit.table()
    return parent[name]


def _shown(config: Any, section: str, name: str) -> Any:
    return readable(f"{section}.{name}", getattr(getattr(config, section), name))


def _replace(file: Path, text: str) -> None:
    """The file is the old or the new one at any moment, and keeps its permissions."""
    partial = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        with partial.open("w", encoding="utf-8") as handle:
            handle.write(text)
            handle.flush()
            os.fsync(handle.fileno())
        partial.chmod(file.stat().st_mode)
        partial.replace(file)
    finally:
        partial.unlink(missing_ok=True)
