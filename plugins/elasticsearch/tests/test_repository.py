"""A repository on the cluster: switching there and back, trouble of every kind, and how it catches up by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from muniment.api import SYSTEM, Busy, Repository, SearchRequest
from muniment_elasticsearch.cluster import Cluster

pytestmark = pytest.mark.plugins("elasticsearch")

Make = Callable[..., Any]


@pytest.fixture
def node(make_node: Make) -> Any:
    return make_node()


@pytest.fixture
def offering(repository: Repository, node: Any, cluster: Cluster) -> Repository:
    """The repository with the backend offered, not switched to."""
    where = {"hosts": [node.address], "prefix": cluster.settings.prefix, "timeout": 1}
    repository.plugin_settings.change("elasticsearch", where, SYSTEM)
    return repository.successor()


@pytest.fixture
def switched(offering: Repository) -> Iterator[Repository]:
    """The same on the cluster, followed as a web process does it."""
    patiently(lambda: offering.search.switch("elasticsearch", SYSTEM))
    switched = offering.successor()
    switched.search.start()
    yield switched
    switched.search.stop()


def patiently(act: Callable[[], Any], seconds: float = 60) -> Any:
    """Do what a busy machine may be too slow for at first."""
    end = time.monotonic() + seconds
    while True:
        try:
            return act()
        except Busy:
            if time.monotonic() > end:
                raise
            time.sleep(0.3)


def found(repository: Repository) -> set[str]:
    return {item.id for item in repository.records.search(SYSTEM, SearchRequest(q="*")).hits}


def comes_to(repository: Repository, numbers: set[str], seconds: float = 60) -> bool:
    """Whether all of these are found in the end."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if found(repository) == numbers:
                return True
        except Busy:
            pass
        time.sleep(0.3)
    return False


def comes_to_say(repository: Repository, told: str, seconds: float = 30) -> bool:
    """Whether the status names this problem once the follower ran into it."""
    end = time.monotonic() + seconds
    while told not in repository.search.status().problem:
        if time.monotonic() > end:
            return False
        time.sleep(0.1)
    return True


def test_switching_there_and_back_loses_nothing(offering: Repository, cluster: Cluster, make_record: Make) -> None:
    numbers = {make_record(title="Before").id}
    patiently(lambda: offering.search.switch("elasticsearch", SYSTEM))
    switched = offering.successor()
    assert switched.search.backends.serving == "elasticsearch"
    switched.search.start()
    try:
        assert comes_to(switched, numbers)
        numbers.add(make_record(title="On the cluster").id)
        assert switched.search.wait_for(switched.events.last_id(), 30)
        assert found(switched) == numbers
        assert switched.search.status().lag == 0
        notes = cluster.request("GET", f"/{cluster.settings.prefix}-notes/_settings")
        assert {entry["settings"]["index"]["number_of_replicas"] for entry in notes.values()} == {"0"}
        patiently(lambda: switched.search.switch("embedded", SYSTEM))
        back = switched.successor()
        back.search.start()
        try:
            assert not switched.search.runtime.follower.running
            assert found(back) == numbers
            numbers.add(make_record(title="Back").id)
            assert comes_to(back, numbers)
        finally:
            back.search.stop()
    finally:
        switched.search.stop()


@pytest.mark.parametrize("trouble", [429, 503, "slow"])
def test_search_alone_is_away_while_the_cluster_is(
    switched: Repository, node: Any, make_record: Make, trouble: int | str
) -> None:
    numbers = {make_record(title="Before").id}
    assert comes_to(switched, numbers)
    node.trouble = trouble
    published = make_record(title="While it is away")
    with pytest.raises(Busy) as caught:  # what was asked before in this state of the index may still be known
        switched.records.search(SYSTEM, SearchRequest(q="what nobody asked before"))
    assert caught.value.status == 503
    assert "records, files and uploads are there" in caught.value.message
    assert switched.records.read(SYSTEM, published.id).id == published.id
    told = "does not answer" if trouble == "slow" else str(trouble)
    assert comes_to_say(switched, told)
    assert switched.search.status().lag > 0
    node.trouble = ""
    assert comes_to(switched, numbers | {published.id})
    assert switched.search.status().problem == ""


def test_a_cluster_that_is_full_is_searched_and_catches_up(
    switched: Repository, cluster: Cluster, make_record: Make
) -> None:
    numbers = {make_record(title="Before").id}
    assert comes_to(switched, numbers)
    records = f"/{cluster.settings.prefix}-records/_settings"
    cluster.request("PUT", records, {"index.blocks.read_only_allow_delete": True})
    late = make_record(title="While it is full").id
    assert comes_to(switched, numbers)
    time.sleep(1.5)
    assert found(switched) == numbers
    assert "takes no changes" in switched.search.runtime.backend.problem or switched.search.status().lag > 0
    cluster.request("PUT", records, {"index.blocks.read_only_allow_delete": None})
    assert comes_to(switched, {*numbers, late})


def test_a_deleted_index_is_built_again(switched: Repository, cluster: Cluster, make_record: Make) -> None:
    numbers = {make_record(title="Before").id}
    assert comes_to(switched, numbers)
    cluster.request("DELETE", f"/{cluster.settings.prefix}-index-*", seconds=60)
    numbers.add(make_record(title="While there is none").id)
    assert comes_to(switched, numbers)


def test_a_mapping_that_does_not_fit_is_refused_and_built_again(
    offering: Repository, cluster: Cluster, make_record: Make
) -> None:
    numbers = {make_record(title="Before").id}
    foreign = f"{cluster.settings.prefix}-foreign"
    alias = {f"{cluster.settings.prefix}-records": {}}
    cluster.request("PUT", f"/{foreign}", {"mappings": {"properties": {"title": {"type": "text"}}}, "aliases": alias})
    patiently(lambda: offering.search.switch("elasticsearch", SYSTEM))
    switched = offering.successor()
    assert patiently(lambda: found(switched)) == numbers
    aliases = cluster.request("GET", f"/_alias/{cluster.settings.prefix}-records")
    assert foreign not in aliases


def test_a_lost_node_is_passed_over(repository: Repository, server: str, cluster: Cluster, make_record: Make) -> None:
    where = {"hosts": ["http://127.0.0.1:9", server], "prefix": cluster.settings.prefix, "timeout": 20}
    repository.plugin_settings.change("elasticsearch", where, SYSTEM)
    numbers = {make_record(title="Found").id}
    offering = repository.successor()
    offering.search.switch("elasticsearch", SYSTEM)
    switched = offering.successor()
    assert found(switched) == numbers
