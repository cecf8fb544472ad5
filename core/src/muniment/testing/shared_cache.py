"""A badly configured cache in front of an application, and a walk of two people and a visitor through it.

In May 2026 such a cache gave people the sessions of others at a large repository. Whatever a cache does wrong, the
application must not hand it anything that is one person's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from muniment.testing.routes import address, routes
from muniment.web.caching import SESSION_COOKIE

if TYPE_CHECKING:
    from flask import Flask

    from muniment.repository import Repository
    from muniment.testing.people import Person


@dataclass
class NaiveCache:
    """Ignores queries, cookies and Vary, keeps errors and redirects too, never asks again, and obeys `private` and
    `no-store` only."""

    app: Flask
    kept: dict[str, Any] = field(default_factory=dict)

    def get(self, path: str, headers: Mapping[str, str]) -> Any:
        key = path.partition("?")[0]
        if key not in self.kept:
            response = self.app.test_client(use_cookies=False).get(path, headers=dict(headers))
            control = response.headers.get("Cache-Control", "")
            if "private" in control or "no-store" in control:
                return response
            self.kept[key] = response
        return self.kept[key]


@dataclass(frozen=True)
class Reader:
    """Somebody who asks, the headers that prove it, and words that only they may read."""

    name: str
    headers: Mapping[str, str]
    words: Sequence[str]


def readers(repository: Repository, people: Mapping[str, tuple[Person, Sequence[str]]]) -> list[Reader]:
    """Each of `people` (with words of their own) once by cookie and once by token, and a visitor."""
    found = []
    for name, (person, words) in people.items():
        secret = repository.sessions.start(person.subject)
        token = repository.tokens.create_for_subject(person.subject, "cache")
        own = [*words, person.email, secret, token]
        found.append(Reader(name, {"Cookie": f"{SESSION_COOKIE}={secret}"}, own))
        found.append(Reader(name, {"Authorization": f"Bearer {token}"}, own))
    return [*found, Reader("visitor", {}, [])]


def mixed_up(
    app: Flask, everybody: Sequence[Reader], numbers: Iterable[str], see_all: Iterable[str] = ("administrator",)
) -> list[str]:
    """What somebody was given through the cache that is another one's: all ask for everything, in both orders."""
    wrong, paths = [], list(_paths(app, numbers))
    for order in (everybody, everybody[::-1]):
        cache = NaiveCache(app)
        for path in paths:
            for reader in order:
                answer = cache.get(path, reader.headers)
                if reader.name in see_all:
                    continue
                others = [word for other in everybody if other.name != reader.name for word in other.words]
                given = [word for word in others if word.encode() in answer.data or word in str(answer.headers)]
                if given:
                    wrong.append(f"{path} gives {reader.name} what is another one's: {given}")
        kept = cache.kept.items()
        wrong += [f"{path} is kept with a cookie" for path, answer in kept if "Set-Cookie" in answer.headers]
    return wrong


def _paths(app: Flask, numbers: Iterable[str]) -> Iterable[str]:
    found = [address(rule, number) for number in numbers for _, method, rule in routes(app) if method == "GET"]
    return dict.fromkeys([*found, "/no/such/page", "/api/no/such/thing"])
