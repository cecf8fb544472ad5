"""The one error of the query language: what is wrong and where."""

from __future__ import annotations

from muniment.errors import InvalidRequest, Problem

MESSAGE = "Invalid query string syntax."


def query_error(message: str, position: int | None = None) -> InvalidRequest:
    """A 400 that says what is wrong with `q`; `position` counts characters from 0."""
    where = "" if position is None else f" (at character {position + 1})"
    return InvalidRequest(MESSAGE, errors=[Problem("q", f"{message}{where}", "query_syntax")])
