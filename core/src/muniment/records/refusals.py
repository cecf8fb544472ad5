"""What is kept of a save that was not accepted as a whole: what is wrong, and what was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

import orjson

from muniment.errors import Problem

#: A draft remembers so many problems; whoever mends them is told the rest when saving again.
MAX_PROBLEMS: Final = 200
_LONGEST_FIELD: Final = 500
_LONGEST_MESSAGE: Final = 1000

#: What people write into a document; the rest follows from it or belongs to others.
_WRITTEN: Final = ("metadata", "custom_fields", "pids")


def stored_problems(problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Problems as they are stored beside a draft: errors first where there are more than a draft remembers."""
    if len(problems) > MAX_PROBLEMS:
        problems = sorted(problems, key=lambda problem: problem.severity != "error")[:MAX_PROBLEMS]
    return [
        {
            "field": problem.field[:_LONGEST_FIELD],
            "message": problem.message[:_LONGEST_MESSAGE],
            "code": problem.code,
            "severity": problem.severity,
        }
        for problem in problems
    ]


def loaded_problems(stored: Iterable[Mapping[str, Any]]) -> tuple[Problem, ...]:
    return tuple(Problem(**problem) for problem in stored)


def as_sent(data: object, problems: Iterable[Problem]) -> dict[str, Any] | None:
    """The document as it was sent, when a part of it could not be stored; None when all of it was.

    A form shows it again, so that nobody has to type twice what needs only a small correction.
    """
    refused = any(problem.severity == "error" and problem.code != "required" for problem in problems)
    if not refused or not isinstance(data, Mapping):
        return None
    try:
        text = orjson.dumps({name: data[name] for name in _WRITTEN if name in data})
    except (TypeError, ValueError):
        return None  # not from JSON: no form could show it
    # PostgreSQL's JSON holds every character but this one.
    if b"\\u0000" in text:
        return None
    found: dict[str, Any] = orjson.loads(text)
    return found
