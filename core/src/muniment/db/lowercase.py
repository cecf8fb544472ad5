"""Letters without their case, in every alphabet: what `lower` of SQLite knows of ASCII only."""

from __future__ import annotations

import sqlite3
from typing import Any

from sqlalchemy import String
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

_NAME = "muniment_lower"


class lowercase(GenericFunction[str]):
    """An expression with small letters: ``lowercase(Row.title).contains(word.lower(), autoescape=True)``."""

    type = String()
    inherit_cache = True
    name = _NAME


@compiles(lowercase)
def _anywhere(element: lowercase, compiler: Any, **more: Any) -> str:
    return f"lower({compiler.process(element.clauses, **more)})"


@compiles(lowercase, "sqlite")
def _sqlite(element: lowercase, compiler: Any, **more: Any) -> str:
    return f"{_NAME}({compiler.process(element.clauses, **more)})"


def teach(connection: sqlite3.Connection) -> None:
    """Make the function known to a connection of SQLite."""
    connection.create_function(_NAME, 1, _lower, deterministic=True)


def _lower(text: Any) -> Any:
    return text.lower() if isinstance(text, str) else text
