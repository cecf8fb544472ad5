"""Which names a new plugin can have, and the forms of its name that its files use."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from muniment.errors import ConfigurationError, Conflict

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
#: First parts of the core's addresses; a plugin has /<name>/ and /api/<name>/ for itself.
_WORDS = """
    about account api badge communities control core deposit doi export files health healthz help login logout me my
    new oai2d opensearch privacy readyz records register requests robots search session signup sitemap static
    styleguide subjects uploads user users vocabularies
"""
_ADDRESSES = frozenset(_WORDS.split())
_TEXT = re.compile(r"[^\"\\\\${}%<>&\x00-\x1f]{1,200}")


@dataclass(frozen=True)
class Names:
    """The forms of a plugin's name: ``sea-ice``, ``sea_ice``, ``muniment_sea_ice``; and what people read."""

    name: str
    title: str
    description: str

    @property
    def snake(self) -> str:
        return self.name.replace("-", "_")

    @property
    def package(self) -> str:
        return f"muniment_{self.snake}"


def checked_names(
    name: str, title: str = "", description: str = "", *, taken: Iterable[str] = (), tables: Iterable[str] = ()
) -> Names:
    """The names of a new plugin. `taken` are names of plugins, sections and commands, `tables` those of the core.

    Raises `ConfigurationError` for a name that no plugin can have, and `Conflict` for one that is taken.
    """
    if not _NAME.fullmatch(name) or len(name) > 40:
        raise ConfigurationError(
            f"'{name}' cannot be the name of a plugin: use at most 40 small letters and digits, words joined by "
            "hyphens, beginning with a letter, like sea-ice."
        )
    if name in _ADDRESSES:
        raise Conflict(f"'{name}' is the beginning of an address of the core; choose another name.")
    if name in set(taken):
        raise Conflict(
            f"'{name}' is taken by a plugin, a command or a section of the configuration; choose another name."
        )
    prefix = f"{name.replace('-', '_')}_"
    if any(table.startswith(prefix) for table in tables):
        raise Conflict(f"Tables of '{name}' would begin like tables of the core, with {prefix}; choose another name.")
    title = title or name.replace("-", " ").capitalize()
    description = description or f"{title} for a Muniment repository."
    for text, what in ((title, "title"), (description, "description")):
        if not _TEXT.fullmatch(text):
            raise ConfigurationError(
                f"The {what} must be one line of at most 200 characters, without quotes, backslashes or any of "
                "$ { } % < > &."
            )
    if not description.endswith("."):
        description += "."
    return Names(name, title, description)


def refuse_existing(folder: Path) -> None:
    """Raise `Conflict` when something is there already."""
    if folder.exists():
        raise Conflict(f"{folder} exists already; choose another name or place, or remove it.")
