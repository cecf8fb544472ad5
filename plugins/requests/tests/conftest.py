"""A type of requests made up for the tests, and people who ask and decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.api import Actor, Repository
from muniment_requests.api import Decided, Party, Request, RequestService, RequestType


class Deeds:
    """What was carried out; `refusal` is raised instead when it is set."""

    def __init__(self) -> None:
        self.done: list[tuple[int | None, str]] = []
        self.refusal: Exception | None = None

    def __call__(self, repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
        with repository.database.write() as unit:
            decided(unit)
            if self.refusal is not None:
                raise self.refusal
            self.done.append((actor.subject, request.id))


@pytest.fixture
def deeds() -> Deeds:
    return Deeds()


@pytest.fixture
def instance(instance: Any, fake_plugin: Any, deeds: Deeds) -> Any:
    """An instance on which there is a plugin ``probe`` with the types ``favour``, which expires after a week, ``long``
    and ``question``."""
    favour = RequestType("favour", "A favour", timedelta(days=7), {"accept": deeds})
    longer = RequestType("long", "Something that takes time", timedelta(days=30))
    types = [favour, longer, RequestType("question", "A question")]
    fake_plugin("probe", {"requires": ["requests"]}, requests_types=types)
    return instance


@pytest.fixture
def requests(repository: Repository) -> RequestService:
    return RequestService(repository)


@pytest.fixture
def ada(make_user: Any) -> Any:
    """Who asks, with a name that others see."""
    return make_user("ada@example.org", full_name="Ada")


@pytest.fixture
def grace(make_user: Any) -> Any:
    """Who is asked."""
    return make_user("grace@example.org", full_name="Grace")


@pytest.fixture
def asked(requests: RequestService, ada: Any, grace: Any) -> Callable[..., Request]:
    """Ada asks Grace: `asked("A title", type="question", about="12")`."""

    def ask(
        title: str = "Please read this", *, by: Any = None, to: Any = None, about: str = "", **more: Any
    ) -> Request:
        return requests.create(
            (by or ada).actor,
            more.pop("type", "favour"),
            receiver=to if isinstance(to, Party) else Party("user", str((to or grace).subject)),
            topic=Party("record", about) if about else None,
            title=title,
            **more,
        )

    return ask
