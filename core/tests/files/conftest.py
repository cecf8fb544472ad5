"""A real server on loopback, for what only real connections show."""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest

SERVE = """
import sys
from muniment.settings.instance import Instance
from muniment.web.server import serve
serve(Instance.load(sys.argv[1], environ={}), host="127.0.0.1", port=int(sys.argv[2]))
"""


@dataclass
class LiveServer:
    """An address and a token; `request` sends one request on a connection of its own."""

    port: int
    token: str
    process: subprocess.Popen[bytes]
    log: Path

    def request(
        self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None, timeout: float = 60
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        with contextlib.closing(connection):
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", **(headers or {})})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def json(self, method: str, path: str, data: Any = None) -> Any:
        headers = {"Content-Type": "application/json"} if data is not None else {}
        status, _, body = self.request(method, path, orjson.dumps(data) if data is not None else None, headers)
        assert status < 300, (status, body)
        return orjson.loads(body) if body else None

    def cut(self, method: str, path: str, headers: dict[str, str], pieces: list[bytes]) -> None:
        """Begin a request, send some bytes of its body, and break the connection."""
        lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {self.token}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall("\r\n".join([*lines, "", ""]).encode())
            for piece in pieces:
                connection.sendall(piece)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")

    def download(self, path: str) -> tuple[int, dict[str, str], int]:
        """Fetch and forget; returns how many bytes came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=300)
        with contextlib.closing(connection):
            connection.request("GET", path, headers={"Authorization": f"Bearer {self.token}"})
            answer, received = connection.getresponse(), 0
            while piece := answer.read(1 << 20):
                received += len(piece)
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, received

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                pytest.fail(f"the server ended: {self.log.read_text()}")
            try:
                if self.request("GET", "/healthz", timeout=2)[0] == 200:
                    return
            except OSError:
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {self.log.read_text()}")

    def worker(self) -> int:
        """The process that serves."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return next(int(pid) for pid in children if Path(f"/proc/{pid}/comm").read_text() == "muniment-web\n")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def live_server(repository: Any, ada: Any, tmp_path: Path) -> Iterator[LiveServer]:
    """The repository of this test, served by the server that the command line starts."""
    port = _free_port()
    log = (tmp_path / "server.log").open("wb")
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(repository.instance.path), str(port)],
        stdout=log,
        stderr=subprocess.STDOUT,
        env={name: value for name, value in os.environ.items() if not name.startswith("MUNIMENT_")},
    )
    token = repository.tokens.create_for_subject(ada.subject, "live")
    server = LiveServer(port, token, process, tmp_path / "server.log")
    try:
        server.wait_until_ready()
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


@pytest.fixture
def live_draft(live_server: LiveServer) -> Callable[..., str]:
    """Makes a draft through the API and returns its id."""

    def make() -> str:
        return str(
            live_server.json("POST", "/api/records", {"metadata": {"title": "Bytes"}, "files": {"enabled": True}})["id"]
        )

    return make
