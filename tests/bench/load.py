"""Sends many requests over kept connections and tells how many were answered in a second, and how slowly."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.bench.timing import cpu_seconds, percentile

#: How long each load lasts; `--seconds` changes it.
seconds_of_load = 4.0
#: Before a load counts, so that templates and caches are as they are in a server at work.
_WARMING = 5


@dataclass(frozen=True)
class Load:
    """The outcome: requests per second, milliseconds at the median and the 99th percentile, and the microseconds of
    processor time that the server took for one request."""

    rate: float
    p50: float
    p99: float
    cpu: float = 0.0


class Connection:
    """A kept connection that costs next to nothing itself: it sends prepared bytes and reads one answer after another.

    Only for answers with a Content-Length, or without a body.
    """

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        parts = urlsplit(url)
        self._socket = socket.create_connection((parts.hostname or "localhost", parts.port or 80), timeout=60)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        lines = [f"GET {path} HTTP/1.1", f"Host: {parts.netloc}", *(f"{k}: {v}" for k, v in (headers or {}).items())]
        self._request = ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._rest = b""

    def get(self) -> int:
        """Ask once; returns the status."""
        self._socket.sendall(self._request)
        data = self._rest
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._receive()
        status, length = int(data[9:12]), _length(data[:end])
        while len(data) < end + 4 + length:
            data += self._receive()
        self._rest = data[end + 4 + length :]
        return status

    def _receive(self) -> bytes:
        piece = self._socket.recv(1 << 18)
        if not piece:
            raise ConnectionError("the server closed the connection")
        return piece

    def close(self) -> None:
        self._socket.close()


def _length(head: bytes) -> int:
    _, found, rest = head.lower().partition(b"content-length:")
    return int(rest.partition(b"\r\n")[0]) if found else 0


def hammer(url: str, server: int, headers: dict[str, str] | None = None, connections: int = 2) -> Load:
    """Ask for `url` again and again over some connections; `server` is the process id of who answers."""
    _ask(url, headers or {}, 0, _WARMING)
    before = cpu_seconds(server)
    command = [sys.executable, "-m", "tests.bench.load", url, str(seconds_of_load), json.dumps(headers or {})]
    clients = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(connections)]
    answers = [client.communicate()[0] for client in clients]
    if any(client.returncode for client in clients):
        raise AssertionError(f"{url} was not answered as it should be")
    times = sorted(value for answer in answers for value in json.loads(answer))
    cpu = 1_000_000 * (cpu_seconds(server) - before) / len(times)
    return Load(len(times) / seconds_of_load, 1000 * statistics.median(times), 1000 * percentile(times, 0.99), cpu)


def _ask(url: str, headers: dict[str, str], seconds: float, at_least: int) -> list[float]:
    connection = Connection(url, headers)
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < at_least or time.perf_counter() < end:
        started = time.perf_counter()
        status = connection.get()
        times.append(time.perf_counter() - started)
        if status not in (200, 304):
            raise AssertionError(f"{url} answered {status}")
    connection.close()
    return times


class Background:
    """Asks for some addresses in turn for as long as something else goes on, and counts what went wrong."""

    def __init__(self, urls: Sequence[str], threads: int = 2) -> None:
        self.urls = urls
        self.answered = 0
        self.failures: list[str] = []
        self._done = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True) for _ in range(threads)]

    def __enter__(self) -> Background:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        connections = [Connection(url) for url in self.urls]
        while not self._done.is_set():
            for url, connection in zip(self.urls, connections, strict=True):
                try:
                    status = connection.get()
                except OSError as error:
                    self.failures.append(f"{url}: {error}")
                    return
                if status != 200:
                    self.failures.append(f"{url}: {status}")
                self.answered += 1
        for connection in connections:
            connection.close()


if __name__ == "__main__":
    print(json.dumps(_ask(sys.argv[1], json.loads(sys.argv[3]), float(sys.argv[2]), 1)))
