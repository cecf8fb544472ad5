"""Takes out of a draft's JSON what the schema refuses, piece by piece, so that one bad date does not cost a record."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from muniment.errors import Problem
from muniment.records.importing import Loss
from muniment.records.schemas import LoadResult

#: Nothing can stand in for these: a problem with one of them refuses the record.
REQUIRED = frozenset({"resource_type", "creators", "title", "publication_date"})
#: A piece that is taken out may leave its surroundings incomplete, which are taken out next; nothing is deeper.
ROUNDS = 12

Load = Callable[[Mapping[str, Any]], LoadResult]


@dataclass(frozen=True)
class Pruned:
    """What is left of a document: `data` as it is sent, `kept` as it will be stored.

    `losses` tell what was taken out, `blocking` what cannot be and so refuses the record.
    """

    data: Mapping[str, Any]
    kept: Mapping[str, Any]
    losses: list[Loss]
    blocking: list[Problem]


def prune(data: Mapping[str, Any], load: Load) -> Pruned:
    """Take out of a draft's JSON everything that the schema refuses.

    The smallest piece goes first: of an invalid identifier the value, then, since an identifier needs one, the
    whole entry, and never the person it belongs to. What the schema only warns of is told as a loss.
    """
    losses: dict[str, Loss] = {}
    for _ in range(ROUNDS):
        result = load(data)
        problems = [problem for problem in result.problems if problem.severity == "error"]
        if not problems:
            break
        pruned = copy.deepcopy(dict(data))
        blocking = _take_out_all(pruned, problems, losses)
        if blocking:
            return Pruned(data, result.data, list(losses.values()), blocking)
        data = pruned
    warnings = [Loss(problem.field, problem.message) for problem in result.problems if problem not in problems]
    return Pruned(data, result.data, [*losses.values(), *warnings], problems)


def _take_out_all(data: dict[str, Any], problems: list[Problem], losses: dict[str, Loss]) -> list[Problem]:
    """Take out what the problems are about and tell it once each; what cannot be taken out is returned."""
    blocking = [problem for problem in problems if _is_required(problem.field)]
    # From the end, so that the positions of what is still to be taken out stay right.
    for problem in sorted(problems, key=_position, reverse=True) if not blocking else ():
        if not _take_out(data, problem.field.split(".")):
            blocking.append(problem)
        elif not any(place == problem.field or place.startswith(f"{problem.field}.") for place in losses):
            losses[problem.field] = Loss(problem.field, f"{problem.message} Left out.")
    return blocking


def _is_required(field: str) -> bool:
    parts = field.split(".")
    if parts[:1] != ["metadata"]:
        return field == ""
    return len(parts) == 1 or (parts[1] in REQUIRED and (parts[1] != "creators" or len(parts) == 2))


def _position(problem: Problem) -> list[tuple[int, int, str]]:
    return [(1, int(part), "") if part.isdecimal() else (0, 0, part) for part in problem.field.split(".")]


def _take_out(data: dict[str, Any], path: list[str]) -> bool:
    """Remove the value at `path`, or what encloses it when it is not there; False when only the whole is left."""
    node: Any = data
    found: list[tuple[Any, Any]] = []
    for part in path:
        key: Any = int(part) if isinstance(node, list) and part.isdecimal() else part
        if not _holds(node, key):
            break
        found.append((node, key))
        node = node[key]
    # Positions 0 and 1 are `metadata` and one of its fields; the former cannot go.
    if len(found) < 2:
        return False
    holder, key = found[-1]
    del holder[key]
    return True


def _holds(node: Any, key: Any) -> bool:
    if isinstance(node, dict):
        return key in node
    return isinstance(node, list) and isinstance(key, int) and key < len(node)
