"""The operations of the target sheet, each beside the limit it is compared with."""

from __future__ import annotations

import http.client
import os
import socket
import statistics
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import requests

from muniment.access.actor import ANONYMOUS, SYSTEM, Actor
from muniment.records.requests import SearchRequest
from muniment.repository import Repository
from muniment.testing.documents import document
from muniment.testing.search_measuring import Library
from tests.bench.limits import MEBIBYTE
from tests.bench.load import hammer
from tests.bench.report import Figure, rate
from tests.deployment import Deployment


def timed(function: Callable[[], Any], repeat: int) -> list[float]:
    """Milliseconds of `repeat` runs, sorted."""
    found = []
    for _ in range(repeat):
        started = time.perf_counter()
        function()
        found.append(1000 * (time.perf_counter() - started))
    return sorted(found)


def middle(values: Sequence[float]) -> float:
    return statistics.median(values)


def searches(repository: Repository, library: Library) -> list[Figure]:
    """Queries in the process, with the records they find; the facet cache is passed by with ever new words."""
    figures = []
    words = {
        "common word": [library.words[rank] for rank in range(3)],
        "medium word": library.words[600:620],
        "rare word": library.words[9000:9020],
    }
    for name, choices in words.items():
        for facets in (False, True):
            queue = iter(choices * 20)
            request = lambda: SearchRequest(q=next(queue), with_facets=facets)  # noqa: B023, E731
            times = timed(lambda: repository.records.search(ANONYMOUS, request()), 20)  # noqa: B023
            label = f"search, {name}" + (", with facets" if facets else "")
            figures.append(Figure(label, middle(times), "ms", note=f"p95 {times[-2]:.1f} ms"))
    times = timed(lambda: repository.records.search(ANONYMOUS, SearchRequest()), 5)
    figures.append(Figure("search, everything, with facets", times[0], "ms", note=f"first {times[-1]:.0f} ms"))
    prefix = library.words[300][:4]
    times = timed(lambda: repository.records.search(ANONYMOUS, SearchRequest(suggest=prefix)), 20)
    figures.append(Figure("suggest", middle(times), "ms", target="<= 2 ms"))
    return figures


def deposits(repository: Repository, owner: Actor, syncs: float, count: int = 60) -> list[Figure]:
    """Draft, update, publish in the process: three commits; then the time until a published record is found."""
    cycle, published = [], []
    for number in range(count):
        started = time.perf_counter()
        draft = repository.records.create(owner, document(f"Benchmark {number}"))
        repository.records.update_draft(owner, draft.id, document(f"Benchmark {number} changed"))
        middle_ = time.perf_counter()
        record = repository.records.publish(owner, draft.id)
        ended = time.perf_counter()
        page = repository.records.search(ANONYMOUS, SearchRequest(q=f"id:{record.id}", with_facets=False))
        assert page.total == 1, "a published record is not found"
        cycle.append(middle_ - started)
        published.append(1000 * (ended - middle_))
    commits = 2 / statistics.median(cycle)
    published.sort()
    return [
        rate("draft and update", commits, "commits/s", syncs, "fdatasync", ">= 0.15"),
        Figure("publish until found", middle(published), "ms", target="p50 <= 50, p99 <= 200",
               note=f"p99 {published[int(len(published) * 0.99) - 1]:.0f} ms"),
    ]  # fmt: skip


def record_reads(deployment: Deployment, bare: str, number: str) -> list[Figure]:
    """Record JSON, page and 304 over HTTP, beside a bare Flask answer of the same server."""
    hello = hammer(f"{bare}/hello")
    api = f"{deployment.url}/api/records/{number}"
    json_ = hammer(api)
    page = hammer(f"{deployment.url}/records/{number}")
    tag = requests.get(api, timeout=10).headers["ETag"]
    unchanged = hammer(api, {"If-None-Match": tag})
    note = f"p99 {json_.p99:.1f} ms, {json_.tool}"
    return [
        rate("record as JSON", json_.rate, "req/s", hello.rate, "bare Flask", ">= 0.35", note),
        rate("record page", page.rate, "req/s", hello.rate, "bare Flask", ">= 0.1", f"p99 {page.p99:.1f} ms"),
        rate(
            "record, not modified",
            unchanged.rate,
            "req/s",
            hello.rate,
            "bare Flask",
            note=f"p99 {unchanged.p99:.1f} ms",
        ),
    ]


def transfers(deployment: Deployment, bare: str, file: Path, size: int, hashing: float) -> list[Figure]:
    """Upload and download of one large file, with the growth of the server's memory."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    number = session.post(api, json=document("Large", files_enabled=True), timeout=30).json()["id"]
    session.post(f"{api}/{number}/draft/files", json=[{"key": "large.bin"}], timeout=30).raise_for_status()
    before, peak = deployment.memory(), Peak(deployment)
    started = time.perf_counter()
    with file.open("rb") as stream:
        session.put(f"{api}/{number}/draft/files/large.bin/content", data=stream, timeout=600).raise_for_status()
    session.post(f"{api}/{number}/draft/files/large.bin/commit", timeout=600).raise_for_status()
    upload = size / MEBIBYTE / (time.perf_counter() - started)
    growth = (peak.stop() - before) / MEBIBYTE
    session.post(f"{api}/{number}/draft/actions/publish", timeout=60).raise_for_status()
    raw = download(f"{bare}/file")
    download(f"{api}/{number}/files/large.bin/content")  # into the page cache, where the other file is already
    ours = download(f"{api}/{number}/files/large.bin/content")
    archive = download(f"{api}/{number}/files-archive")
    return [
        rate("upload", upload, "MiB/s", hashing, "hash and write", ">= 0.4", f"memory +{growth:.0f} MiB"),
        rate("download", ours, "MiB/s", raw, "bare server", ">= 0.7"),
        rate("zip of all files", archive, "MiB/s", raw, "bare server", ">= 0.35"),
    ]


class Peak:
    """Watches the server's memory while something goes on."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self.highest = deployment.memory()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.2):
            self.highest = max(self.highest, self.deployment.memory())

    def stop(self) -> int:
        self._done.set()
        self._thread.join()
        return self.highest


def download(url: str) -> float:
    """MiB per second, thrown away as it comes."""
    started, received = time.perf_counter(), 0
    with requests.get(url, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        while piece := answer.raw.read(1 << 20):
            received += len(piece)
    return received / MEBIBYTE / (time.perf_counter() - started)


def slow_transfers(deployment: Deployment, number: str, key: str, count: int = 50) -> list[Figure]:
    """The API while many clients download slowly."""
    url = f"{deployment.url}/api/records/{number}"
    quiet = hammer(url, connections=2)
    sockets = [_slow_client(deployment.port, f"/api/records/{number}/files/{key}/content") for _ in range(count)]
    try:
        busy = hammer(url, connections=2)
    finally:
        for open_socket in sockets:
            open_socket.close()
    return [
        Figure("API during 50 slow transfers, p99", busy.p99, "ms", quiet.p99, "without them",
               quiet.p99 / busy.p99 if busy.p99 else None, "ratio >= 0.5"),
    ]  # fmt: skip


def _slow_client(port: int, path: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", port), timeout=10)
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    client.recv(512)
    return client


def writers(deployment: Deployment, count: int = 8, each: int = 12) -> list[Figure]:
    """Eight clients that write at once: the worst wait, and how evenly they are served."""
    spans: list[list[float]] = [[] for _ in range(count)]
    failures: list[int] = []

    def write(index: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", deployment.port, timeout=60)
        headers = {
            "Authorization": f"Bearer {deployment.token}",
            "Content-Type": "application/json",
            "Host": f"localhost:{deployment.port}",
        }
        for _ in range(each):
            started = time.perf_counter()
            connection.request("POST", "/api/records", body="{}", headers=headers)
            answer = connection.getresponse()
            answer.read()
            if answer.status != 201:
                failures.append(answer.status)
            spans[index].append(1000 * (time.perf_counter() - started))

    threads = [threading.Thread(target=write, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    waits = sorted(value for span in spans for value in span)
    totals = [sum(span) for span in spans]
    return [
        Figure("eight writers, longest wait", waits[-1], "ms", target="<= 500 ms",
               note=f"p99 {waits[int(len(waits) * 0.99) - 1]:.0f} ms, {len(failures)} failed"),
        Figure("eight writers, slowest to fastest", max(totals) / min(totals), "times", target="<= 1.5"),
    ]  # fmt: skip


def boot_and_switch(deployment: Deployment, repository: Repository) -> list[Figure]:
    """From nothing to the first answer, and from switching a plugin until every process serves it."""
    deployment.stop()
    started = time.perf_counter()
    deployment.start()
    boot = time.perf_counter() - started
    times = []
    for on in (False, True):
        started = time.perf_counter()
        change = repository.plugins.enable if on else repository.plugins.disable
        change("datacite", SYSTEM)
        wanted = repository.plugins.newest_generation()
        while requests.get(f"{deployment.url}/readyz", timeout=10).json()["generation"] != wanted:
            time.sleep(0.01)
        times.append(time.perf_counter() - started)
    rebuild = timed(repository.successor, 5)
    return [
        Figure("boot to first answer", boot, "s", target="<= 1.5 s", note="three processes"),
        Figure("switch of a plugin, everywhere", max(times), "s", target="<= 2 s"),
        Figure("build of a generation", middle(rebuild), "ms", target="<= 300 ms"),
    ]


def page_cache(file: Path) -> None:
    """Read a file once, so that the first download does not wait for the disk."""
    with file.open("rb") as stream:
        while stream.read(MEBIBYTE):
            pass


def make_file(path: Path, size: int) -> Path:
    block = os.urandom(MEBIBYTE)
    with path.open("wb") as file:
        for _ in range(size // MEBIBYTE):
            file.write(block)
    return path
