"""Every route of an application, and how to call it as different people."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from flask import Flask

    from muniment.repository import Repository
    from muniment.testing.people import Person

_VARIABLE: Final = re.compile(r"<(?:(?P<converter>[a-z_]+)(?:\([^)]*\))?:)?(?P<name>\w+)>")
SAFE: Final = {"GET", "HEAD"}

#: Calls a method and a path, and returns the answer.
Call = Callable[..., Any]


def routes(app: Flask) -> Iterator[tuple[str, str, str]]:
    """`(endpoint, method, rule)` of every route."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint)):
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, rule.rule


def address(rule: str, number: str) -> str:
    """The address of a rule for one record; variables that are no ids get a word."""

    def value(found: re.Match[str]) -> str:
        if found["name"] in ("id", "record_id", "number"):
            return number
        if found["converter"] in ("int", "float"):
            return "1"
        if found["converter"] == "uuid":
            return str(UUID(int=1))
        return "doi" if found["name"] == "scheme" else "something"

    return _VARIABLE.sub(value, rule)


def caller(app: Flask, repository: Repository, person: Person | None) -> Call:
    """A way to call as somebody, with a token; as a visitor with None."""
    client = app.test_client(use_cookies=False)
    headers = {}
    if person is not None:
        headers["Authorization"] = f"Bearer {repository.tokens.create_for_subject(person.subject, 'matrix')}"

    def call(method: str, path: str, **arguments: Any) -> Any:
        if method not in SAFE and "data" not in arguments:
            arguments.setdefault("json", {})
        return client.open(path, method=method, headers=headers, **arguments)

    return call


def refused(response: Any) -> bool:
    """Whether an answer lets nobody in: 401, 403, or the way to the sign-in page."""
    if response.status_code in (401, 403):
        return True
    return bool(response.status_code == 302 and response.headers["Location"].startswith("/login"))
