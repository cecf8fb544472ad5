"""Deposit: drafts and publishing in the process and over HTTP, and many writers at once."""

from __future__ import annotations

import http.client
import statistics
import threading
import time
from collections.abc import Iterator
from typing import Any

import requests

from muniment.access.actor import Actor
from muniment.repository import Repository
from muniment.testing.documents import document
from tests.bench.report import Figure, at_most, rate, ratio_of
from tests.bench.timing import percentile
from tests.deployment import Deployment


def deposits(repository: Repository, owner: Actor, syncs: float, count: int = 60) -> Iterator[Figure]:
    """Draft and update in the process: two commits; and with the publish, without waiting for the index: three."""
    for name, commits in (("create and update drafts", 2), ("create, update and publish", 3)):
        wall, cpu = [], []
        for number in range(count):
            started, own = time.perf_counter(), time.thread_time()
            draft = repository.records.create(owner, document(f"Benchmark {number}"))
            repository.records.update_draft(owner, draft.id, document(f"Benchmark {number} changed"))
            if commits == 3:
                repository.records.publish(owner, draft.id, wait=False)
            wall.append(time.perf_counter() - started)
            cpu.append(time.thread_time() - own)
        note = f"{1000 * statistics.median(cpu) / commits:.2f} ms of processor time each"
        yield rate(name, commits / statistics.median(wall), "commits/s", syncs, "fdatasync", ratio_of(0.15), note)


class Client:
    """Sends JSON over one kept connection as the depositor."""

    def __init__(self, deployment: Deployment) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", deployment.port, timeout=60)
        self._headers = {
            "Authorization": f"Bearer {deployment.token}",
            "Content-Type": "application/json",
            "Host": f"localhost:{deployment.port}",
        }

    def send(self, method: str, path: str, body: str | None = None) -> tuple[int, bytes]:
        self._connection.request(method, path, body=body, headers=self._headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()


def publishing(deployment: Deployment, count: int = 30, told: str = "") -> Iterator[Figure]:
    """From asking to publish a draft over HTTP until a search over HTTP finds the record; `told` says under which
    circumstances."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    published: list[float] = []
    for number in range(count):
        draft = session.post(api, json=document(f"Published {number}"), timeout=30).json()["id"]
        started = time.perf_counter()
        session.post(f"{api}/{draft}/draft/actions/publish", timeout=60).raise_for_status()
        while not _hits(session.get(api, params={"q": f"id:{draft}"}, timeout=30).json()):
            time.sleep(0.001)
        published.append(1000 * (time.perf_counter() - started))
    published.sort()
    yield Figure(f"publish until found, median{told}", statistics.median(published), "ms", target=at_most(50))
    yield Figure(f"publish until found, p99{told}", percentile(published, 0.99), "ms", target=at_most(200))


def _hits(page: dict[str, Any]) -> int:
    return int(page["hits"]["total"])


def writers(deployment: Deployment, count: int = 8, each: int = 12) -> Iterator[Figure]:
    """Eight clients that write at once: the worst wait, and how evenly they are served."""
    spans: list[list[float]] = [[] for _ in range(count)]
    failures: list[int] = []

    def write(index: int) -> None:
        client = Client(deployment)
        for _ in range(each):
            started = time.perf_counter()
            status, _ = client.send("POST", "/api/records", "{}")
            if status != 201:
                failures.append(status)
            spans[index].append(1000 * (time.perf_counter() - started))

    threads = [threading.Thread(target=write, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = sorted(value for span in spans for value in span)
    totals = [sum(span) for span in spans]
    yield Figure("eight writers, p99", percentile(waits, 0.99), "ms", target=at_most(100))
    yield Figure(
        "eight writers, longest wait", waits[-1], "ms", target=at_most(500), note=f"{len(failures)} requests failed"
    )
    yield Figure("eight writers, slowest to fastest", max(totals) / min(totals), "times", target=at_most(1.5))
