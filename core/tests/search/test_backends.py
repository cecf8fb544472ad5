"""Several search backends: which one serves, and switching between them while the site runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.access.actor import SYSTEM
from muniment.builtin.embedded_search.plugin import Plugin
from muniment.errors import NotFound
from muniment.hooks.meta import implements
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.search.backend_spec import SETTINGS, SearchBackendSpec
from muniment.search.embedded import EmbeddedBackend


@pytest.fixture
def second(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second backend, under the name ``second``."""
    first = Plugin.register_search_backends

    @implements
    def register_search_backends(self: Plugin) -> list[SearchBackendSpec]:
        made = SearchBackendSpec("second", "Second", lambda folder, known: EmbeddedBackend(folder, known, 15_000_000))
        return [*first(self), made]

    monkeypatch.setattr(Plugin, "register_search_backends", register_search_backends)


def _found(repository: Repository, query: str = "*") -> set[str]:
    return {item.id for item in repository.records.search(SYSTEM, SearchRequest(q=query)).hits}


@pytest.mark.hook("register_search_backends")
@pytest.mark.usefixtures("second")
def test_switching_loses_nothing_and_goes_back(repository: Repository, make_record: Callable[..., Any]) -> None:
    offering = repository.successor()
    first = make_record(title="Before the switch").id
    assert offering.search.backends.serving == "embedded"
    assert offering.search.switch("second", SYSTEM)
    switched = offering.successor()
    assert switched.search.backends.serving == "second"
    assert _found(switched) == {first}
    assert switched.search.status().lag == 0

    second = make_record(title="While the second serves").id
    assert _found(switched) == {first, second}
    assert _found(offering) == {first, second}  # requests of the generation before
    assert not switched.search.switch("second", SYSTEM)
    assert switched.search.switch("embedded", SYSTEM)
    back = switched.successor()
    assert back.search.backends.serving == "embedded"
    assert _found(back) == {first, second}
    with pytest.raises(NotFound, match="no search backend 'third'"):
        back.search.switch("third", SYSTEM)


@pytest.mark.usefixtures("second")
def test_only_the_backend_that_serves_is_followed(repository: Repository, make_record: Callable[..., Any]) -> None:
    offering = repository.successor()
    offering.search.start()
    offering.search.switch("second", SYSTEM)
    switched = offering.successor()
    switched.search.start()
    try:
        assert not offering.search.runtime.follower.running
        assert switched.search.runtime.follower.running
        number = make_record(title="Found at once").id
        assert switched.search.wait_for(switched.events.last_id(), 10)
        assert _found(switched) == {number}
    finally:
        switched.search.stop()


@pytest.mark.usefixtures("second")
def test_the_worker_switches_when_somebody_asked_for_it(repository: Repository) -> None:
    offering = repository.successor()
    offering.search.request_switch("second", SYSTEM)
    asked = offering.successor()
    assert asked.settings(SETTINGS).wanted == "second"
    assert asked.jobs.run_due() >= 1
    done = asked.successor()
    assert (done.search.backends.serving, done.settings(SETTINGS).wanted) == ("second", None)


def test_the_embedded_index_serves_when_the_chosen_backend_is_gone(
    repository: Repository, make_record: Callable[..., Any]
) -> None:
    repository.plugin_settings.change(SETTINGS, {"backend": "second"}, SYSTEM)
    after = repository.successor()
    assert after.search.backends.serving == "embedded"
    assert "'second' is not there" in after.search.backends.problem
    number = make_record(title="Still found").id
    assert _found(after) == {number}
