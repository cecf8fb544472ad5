"""What the tests of several subjects share: DOIs as the stand-in has them, and a DataCite over HTTP that misbehaves."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muniment.testing.partners import Answered, Asked, played


@pytest.fixture
def registered(repository: Any) -> Callable[[], dict[str, dict[str, Any]]]:
    """The DOIs that the stand-in knows, with their attributes."""
    from muniment_datacite.models import TestDOI

    def read() -> dict[str, dict[str, Any]]:
        with repository.database.read() as session:
            return {row.doi: {**row.attributes, "state": row.state} for row in session.query(TestDOI)}

    return read


@pytest.fixture
def play(repository: Any) -> Callable[[str], None]:
    """Let the stand-in play something, and time pass for those who keep quiet meanwhile."""
    from muniment_datacite.rehearsal import play as rehearse

    return lambda plays: rehearse(repository, plays)


class Served:
    """An HTTP server that answers what it is told to, the last answer again and again; `asked` are the requests."""

    def __init__(self) -> None:
        self.answers: list[tuple[int, dict[str, str], bytes]] = []
        self.asked: list[tuple[str, str, Any]] = []
        self.url = ""

    def will_answer(self, status: int, body: Any = b"", **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, {name.replace("_", "-"): value for name, value in headers.items()}, raw))


@pytest.fixture
def served() -> Iterator[Served]:
    told = Served()

    def answer(asked: Asked) -> Answered:
        told.asked.append((asked.method, asked.path, asked.json))
        status, headers, raw = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
        return Answered(status, raw, headers)

    with played(answer) as url:
        told.url = url
        yield told
