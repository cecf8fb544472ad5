"""Two people and a visitor behind a cache that does everything wrong: pages, the API, files, exports, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from muniment.testing.shared_cache import Reader, mixed_up, readers

#: Words that stand in what only their owner may see.
WORDS = {"ada": "Glaciers of Ada", "grace": "Compilers of Grace"}


@pytest.fixture
def own(make_record: Callable[..., Any], make_draft: Callable[..., Any], ada: Any, grace: Any) -> list[str]:
    """For each of both a draft and a restricted record with a file, and a public record of Ada's."""
    numbers = []
    for person, words in ((ada, WORDS["ada"]), (grace, WORDS["grace"])):
        files = {"something": words.encode()}
        closed = {"record_access": "restricted", "files_access": "restricted"}
        numbers.append(make_record(words, actor=person.actor, files=files, **closed).id)
        numbers.append(make_draft(words, actor=person.actor, files=files).id)
    return [*numbers, make_record("For everybody", files={"something": b"text"}).id]


@pytest.fixture
def everybody(repository: Any, ada: Any, grace: Any) -> list[Reader]:
    people = {"ada": (ada, [WORDS["ada"]]), "grace": (grace, [WORDS["grace"]])}
    return readers(repository, people)


def test_nobody_is_given_what_is_another_ones(app: Flask, everybody: list[Reader], own: list[str]) -> None:
    assert mixed_up(app, everybody, own) == []


def test_the_walk_finds_an_answer_that_should_not_be_kept(
    app: Flask, everybody: list[Reader], own: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the rules for caches there is something to be mixed up, so the walk looks at the right things."""
    monkeypatch.setattr("muniment.web.caching.PRIVATE", "public")
    wrong = mixed_up(app, everybody, own[:1])
    assert any("/api/records/" in line and WORDS["ada"] in line for line in wrong)
    assert any("/api/me gives" in line for line in wrong)
