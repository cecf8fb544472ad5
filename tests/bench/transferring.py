"""Files: one large one up and down, all as a zip, many small ones, and the API while clients are slow."""

from __future__ import annotations

import io
import os
import secrets
import socket
import threading
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import requests

from muniment.access.actor import Actor
from muniment.files.additions import NewFile
from muniment.files.receive import Incoming
from muniment.repository import Repository
from muniment.testing.documents import document
from tests.bench.limits import MEBIBYTE, small_files_per_second
from tests.bench.load import hammer
from tests.bench.report import Figure, at_least, at_most, rate, ratio_of
from tests.bench.site import BareServer
from tests.bench.timing import cpu_seconds
from tests.deployment import Deployment

#: As many as a record may have by default.
_FILES_OF_A_DRAFT = 100


def transfers(deployment: Deployment, bare: BareServer, file: Path, size: int, hashing: float) -> Iterator[Figure]:
    """Upload and download of one large file, with the growth of the server's memory."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    number = session.post(api, json=document("Large", files_enabled=True), timeout=30).json()["id"]
    session.post(f"{api}/{number}/draft/files", json=[{"key": "large.bin"}], timeout=30).raise_for_status()
    peak = Peak(deployment)
    started = time.perf_counter()
    with file.open("rb") as stream:
        session.put(f"{api}/{number}/draft/files/large.bin/content", data=stream, timeout=600).raise_for_status()
    session.post(f"{api}/{number}/draft/files/large.bin/commit", timeout=600).raise_for_status()
    upload = size / MEBIBYTE / (time.perf_counter() - started)
    growth = peak.stop() / MEBIBYTE
    yield rate("upload", upload, "MiB/s", hashing, "hash and write", ratio_of(0.4))
    yield Figure("memory of an upload", growth, "MiB", target=at_most(32))
    session.post(f"{api}/{number}/draft/actions/publish", timeout=60).raise_for_status()
    yield from _downloads(deployment, bare, f"{api}/{number}/files/large.bin/content", f"{api}/{number}/files-archive")


def _downloads(deployment: Deployment, bare: BareServer, url: str, archive: str) -> Iterator[Figure]:
    download(url, deployment.pid)  # into the page cache, where the other file is already
    peak = Peak(deployment)
    # In turn, so that what else the machine does falls on all of them.
    rounds = [
        (download(f"{bare.url}/file", bare.pid), download(url, deployment.pid), download(archive, deployment.pid))
        for _ in range(3)
    ]
    growth = peak.stop() / MEBIBYTE
    raw, ours, zipped = (Received.best(found) for found in zip(*rounds, strict=True))
    note = f"{ours.cpu:.2f} s of the server's processor time for a GiB, bare {raw.cpu:.2f}"
    yield rate("download", ours.speed, "MiB/s", raw.speed, "bare server", ratio_of(0.7), note)
    note = f"{zipped.cpu:.2f} s of the server's processor time for a GiB"
    yield rate("zip of all files", zipped.speed, "MiB/s", ours.speed, "download of the same bytes", ratio_of(0.5), note)
    yield Figure("memory of downloads and zip", growth, "MiB", target=at_most(16))


@dataclass(frozen=True)
class Received:
    """A download: MiB per second, and seconds of the server's processor time for each GiB."""

    speed: float
    cpu: float

    @classmethod
    def best(cls, found: Iterable[Received]) -> Received:
        each = list(found)
        return cls(max(item.speed for item in each), min(item.cpu for item in each))


class Peak:
    """Watches the server's memory while something goes on."""

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment
        self._before = self._highest = deployment.memory()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def _watch(self) -> None:
        while not self._done.wait(0.1):
            self._highest = max(self._highest, self.deployment.memory())

    def stop(self) -> int:
        """By how many bytes it grew at most."""
        self._done.set()
        self._thread.join()
        return self._highest - self._before


def download(url: str, server: int) -> Received:
    """Get it and throw it away as it comes; what is shorter than its declared length is an error."""
    started, cpu, received = time.perf_counter(), cpu_seconds(server), 0
    with requests.get(url, stream=True, timeout=600) as answer:
        answer.raise_for_status()
        while piece := answer.raw.read(1 << 20):
            received += len(piece)
        if received != int(answer.headers["Content-Length"]):
            raise AssertionError(f"{url} sent {received} bytes")
    size = received / MEBIBYTE
    return Received(size / (time.perf_counter() - started), 1024 * (cpu_seconds(server) - cpu) / size)


def small_files(repository: Repository, owner: Actor, folder: Path, count: int) -> Iterator[Figure]:
    """Durable files of 10 KB in the process: one by one, together for a draft, and in three steps as clients of the API
    send them; then all as a zip."""
    content = os.urandom(10_000)
    limit = small_files_per_second(folder, content, count)
    _make_folders(repository)
    names = [f"{index:05}.bin" for index in range(min(count, _FILES_OF_A_DRAFT))]

    def one_by_one(draft: str) -> None:
        for name in names:
            repository.files.add(owner, draft, name, content)

    def together(draft: str) -> None:
        repository.files.add_all(owner, draft, [NewFile(name, content) for name in names])

    def in_three_steps(draft: str) -> None:
        repository.files.declare(owner, draft, [{"key": name} for name in names])
        for name in names:
            repository.files.set_content(owner, draft, name, Incoming(io.BytesIO(content), len(content)))
            repository.files.commit(owner, draft, name)

    for way, add, target in (
        ("one by one", one_by_one, at_least(500)),
        ("together", together, at_least(2000)),
        ("in three steps", in_three_steps, None),
    ):
        drafts = _drafts_for_files(repository, owner, count)
        started, own = time.perf_counter(), time.thread_time()
        for draft in drafts:
            add(draft)
        files = len(drafts) * len(names)
        spent, cpu = time.perf_counter() - started, time.thread_time() - own
        note = f"{1000 * cpu / files:.2f} ms of processor time each"
        yield rate(f"small files, {way}", files / spent, "files/s", limit, "write and sync", target, note)
    started = time.perf_counter()
    size = sum(len(piece) for draft in drafts for piece in repository.files.archive(owner, draft, draft=True).stream())
    assert size > files * len(content)
    yield Figure("zip of small files", files / (time.perf_counter() - started), "files/s")


def _make_folders(repository: Repository) -> None:
    """The folders of the storage, each of which is made once in the life of a repository."""
    storage = repository.files.storages.default
    for number in range(256):
        storage.put(f"{number:02x}{secrets.token_hex(15)}", [b"x"])


def _drafts_for_files(repository: Repository, owner: Actor, count: int) -> list[str]:
    """As many as take so many files."""
    made = range(0, count, _FILES_OF_A_DRAFT)
    return [repository.records.create(owner, document("Many small files", files_enabled=True)).id for _ in made]


def slow_transfers(deployment: Deployment, number: str, key: str, count: int = 50) -> Iterator[Figure]:
    """The API while many clients download slowly."""
    url = f"{deployment.url}/api/records/{number}"
    quiet = hammer(url, deployment.pid)
    path = f"/api/records/{number}/files/{key}/content"
    sockets = [_slow_client(deployment.port, path, f"127.0.0.{2 + index}") for index in range(count)]
    try:
        busy = hammer(url, deployment.pid)
    finally:
        for open_socket in sockets:
            open_socket.close()
    ratio = quiet.p99 / busy.p99 if busy.p99 else None
    yield Figure(
        "API during 50 slow transfers, p99", busy.p99, "ms", quiet.p99, "without them", ratio, ratio_of(0.5)
    )  # fmt: skip


def _slow_client(port: int, path: str, address: str) -> socket.socket:
    """A client that begins to read a file and stops; each has an address of its own, as visitors have."""
    client = socket.create_connection(("127.0.0.1", port), timeout=10, source_address=(address, 0))
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n".encode())
    answer = client.recv(512)
    if b" 200 " not in answer[:16]:
        raise AssertionError(f"a slow download was answered with {answer[:16]!r}")
    return client
