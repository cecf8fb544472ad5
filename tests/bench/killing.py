"""SIGKILL in the midst of deposits: whether what was acknowledged is there again, and how soon it is found."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Iterator

import requests

from tests.bench.report import Figure, at_most
from tests.chaos.depositor import Depositor, Promises
from tests.deployment import Deployment

#: Seconds that the index may take before a record counts as lost.
_PATIENCE = 60.0


def kills(deployment: Deployment, count: int) -> Iterator[Figure]:
    """All processes are killed at random moments while two clients deposit, once something was published.

    The clock runs from the first answer of the site that was started again until all that was acknowledged is found.
    """
    promises, moments = Promises(), random.Random(count)
    seconds, seen = [], set[str]()
    deployment.start()
    for round_ in range(count):
        _deposit_and_kill(deployment, promises, moments, round_)
        deployment.start()
        started = time.perf_counter()
        fresh = set(promises.published) - seen
        seen |= fresh - _never_found(deployment, fresh)
        seconds.append(time.perf_counter() - started)
    lost = _never_found(deployment, set(promises.published))
    deployment.stop()
    note = f"{len(promises.published)} records were acknowledged"
    yield Figure(f"lost over {count} kills", len(lost), "records", target=at_most(0), note=note)
    yield Figure("found again after a kill, longest", max(seconds), "s", target=at_most(5))


def _deposit_and_kill(deployment: Deployment, promises: Promises, moments: random.Random, round_: int) -> None:
    clients = [Depositor(deployment.url, deployment.token, promises, 10 * round_ + number) for number in range(2)]
    before, deadline = len(promises.published), time.monotonic() + _PATIENCE
    for client in clients:
        client.start()
    while len(promises.published) == before and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(moments.uniform(0, 2))
    deployment.kill()
    for client in clients:
        client.halt.set()
        client.join()


def _never_found(deployment: Deployment, wanted: set[str]) -> set[str]:
    """The records that the index does not show within `_PATIENCE`."""
    missing, deadline = set(wanted), time.monotonic() + _PATIENCE
    while missing and time.monotonic() < deadline:
        wanted_now = sorted(missing)
        for first in range(0, len(wanted_now), 50):
            missing -= _shown(deployment, wanted_now[first : first + 50])
        if missing:
            time.sleep(0.05)
    return missing


def _shown(deployment: Deployment, numbers: Iterable[str]) -> set[str]:
    query = {"q": " OR ".join(f"id:{number}" for number in numbers), "allversions": "true", "size": "100"}
    headers = {"Authorization": f"Bearer {deployment.token}"}
    answer = requests.get(f"{deployment.url}/api/records", params=query, headers=headers, timeout=20)
    answer.raise_for_status()
    return {str(hit["id"]) for hit in answer.json()["hits"]["hits"]}
