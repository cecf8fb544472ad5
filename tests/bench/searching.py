"""Search: in the process and over HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

from muniment.access.actor import ANONYMOUS
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing.search_measuring import Library
from tests.bench.load import Connection
from tests.bench.report import Figure, at_most, span
from tests.bench.timing import Times, cpu_microseconds, middle, timed, times_of
from tests.deployment import Deployment

#: Targets with facets and a million records, in milliseconds at the median.
_WITH_FACETS = {"common": 30.0, "medium": 5.0, "rare": 3.0}


def words_of(library: Library) -> dict[str, list[str]]:
    """Words that are in many, in some and in few records."""
    return {
        "common": library.words[:40],
        "medium": library.words[600:640],
        "rare": library.words[9000:9040],
    }


def searches(repository: Repository, library: Library) -> Iterator[Figure]:
    """Queries in the process, with the records they find; the cache of counts is passed by with ever new words."""
    for name, words in words_of(library).items():
        for facets in (False, True):
            queue = iter(words[20:] if facets else words)
            search = _search(repository, lambda: SearchRequest(q=next(queue), with_facets=facets))  # noqa: B023
            label = f"search, {name} word" + (", with facets" if facets else "")
            yield _figure(label, times_of(search, 20), _WITH_FACETS[name] if facets else 5)
    everything = _search(repository, SearchRequest)
    yield _figure("search, everything, with facets, first", times_of(everything, 1), 100)
    yield _figure("search, everything, with facets, again", times_of(everything, 10), 2)
    prefixes = iter([library.words[rank][:4] for rank in range(300, 321)])
    suggest = _search(repository, lambda: SearchRequest(suggest=next(prefixes)))
    yield _figure("suggest, in process", times_of(suggest, 20), 2)


def _figure(label: str, times: Times, bound: float) -> Figure:
    note = f"p95 {times.p95:.1f} ms; {times.cpu:.2f} ms of processor time"
    return Figure(label, times.p50, "ms", target=at_most(bound), note=note)


def _search(repository: Repository, request: Callable[[], SearchRequest]) -> Callable[[], Any]:
    return lambda: repository.records.search(ANONYMOUS, request())


def searches_over_http(deployment: Deployment, repository: Repository, library: Library) -> Iterator[Figure]:
    """The same as clients see it: with ever new words, over one kept connection."""
    api = f"{deployment.url}/api/records"
    words = iter(words_of(library)["medium"])
    inside = cpu_microseconds(_search(repository, lambda: SearchRequest(q=next(words))), 15) / 1000
    times = _asked([f"{api}?q={word}" for word in words_of(library)["medium"]])
    target = at_most(3 * inside)
    yield span("search over HTTP, medium word", middle(times), "ms", inside, "processor time in process", target)
    prefixes = [library.words[rank][:4] for rank in range(300, 330)]
    times = _asked([f"{api}?suggest={quote(prefix)}" for prefix in prefixes])
    yield Figure("suggest over HTTP", middle(times), "ms", target=at_most(2))


def _asked(urls: list[str]) -> list[float]:
    """Milliseconds of one request for each address, sorted; the connections are open before."""
    connections = [Connection(url) for url in urls]
    times = [timed(connection.get, 1)[0] for connection in connections]
    for connection in connections:
        connection.close()
    return sorted(times[3:])
