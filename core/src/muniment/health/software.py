"""What a running site is made of: Python, the database, and the libraries with their licences."""

from __future__ import annotations

import platform
import re
import sys
from dataclasses import dataclass
from functools import cache
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from typing import Final

from sqlalchemy import text

from muniment.db.engine import Database
from muniment.plugins.discovery import discover

_NAME: Final = re.compile(r"[A-Za-z0-9._-]+")
_CLASSIFIER: Final = "License :: OSI Approved :: "


@dataclass(frozen=True)
class Library:
    """An installed distribution that the software needs; `licence` as its package states it."""

    name: str
    version: str
    licence: str


def platform_versions(database: Database) -> dict[str, str]:
    """Names and versions of what the software stands on."""
    with database.read() as session:
        if database.is_sqlite:
            engine = ("SQLite", str(session.execute(text("SELECT sqlite_version()")).scalar_one()))
        else:
            engine = ("PostgreSQL", str(session.execute(text("SHOW server_version")).scalar_one()))
    return {
        "Python": f"{sys.version_info.major}.{sys.version_info.minor}.{sys.version_info.micro}",
        engine[0]: engine[1],
        platform.system(): platform.release(),
    }


@cache
def libraries() -> tuple[Library, ...]:
    """Everything that the core and the installed plugins require, directly or not, by name."""
    waiting = ["muniment-core", *(plugin.distribution for plugin in discover().plugins.values())]
    found: dict[str, Library] = {}
    while waiting:
        name = _normal(waiting.pop())
        if name in found:
            continue
        try:
            package = distribution(name)
        except PackageNotFoundError:
            continue  # needed on other systems or by an extra only
        found[name] = Library(package.name, package.version, _licence(package))
        waiting.extend(_required(package))
    return tuple(library for name, library in sorted(found.items()) if not name.startswith("muniment"))


def _required(package: Distribution) -> list[str]:
    """The names that a distribution requires whatever extras are chosen."""
    plain = [requirement for requirement in package.requires or () if "extra ==" not in requirement]
    return [match[0] for requirement in plain if (match := _NAME.match(requirement))]


def _licence(package: Distribution) -> str:
    if expression := _stated(package, "License-Expression"):
        return expression
    classified = [
        value.removeprefix(_CLASSIFIER)
        for value in package.metadata.get_all("Classifier") or ()
        if value.startswith(_CLASSIFIER)
    ]
    if classified:
        return ", ".join(classified)
    lines = _stated(package, "License").splitlines()
    return lines[0][:80] if lines else ""


def _stated(package: Distribution, name: str) -> str:
    return package.metadata[name].strip() if name in package.metadata else ""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()
