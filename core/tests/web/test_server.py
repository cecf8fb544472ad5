"""The embedded server as a process of its own: answers, streams, drains and stops."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import select

from muniment.errors import ConfigurationError
from muniment.plugins.models import ProcessRow
from muniment.records.requests import SearchRequest
from muniment.web.server import serve as serve_here

pytestmark = pytest.mark.slow

SERVE = (
    "import sys; from muniment.settings.instance import Instance; from muniment.web.server import serve; "
    "serve(Instance.load(sys.argv[1], environ={}), port=int(sys.argv[2]), ready=lambda: print('ready', flush=True))"
)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """A running server; `lines` are its log."""

    def __init__(self, process: subprocess.Popen[str], port: int, log: Any) -> None:
        self.process, self.port, self.log = process, port, log

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def get(self, path: str, **headers: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        connection = self.connect()
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, body, response.headers

    def lines(self) -> list[dict[str, Any]]:
        self.log.seek(0)
        return [json.loads(line) for line in self.log.read().splitlines() if line.startswith("{")]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


@pytest.fixture
def serve(instance: Any, tmp_path: Any) -> Iterator[Callable[[], Server]]:
    started: list[Server] = []

    def start() -> Server:
        port = _free_port()
        log = (tmp_path / f"server-{port}.log").open("w+")
        environ = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(instance.path), str(port)],
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            env=environ,
        )
        server = Server(process, port, log)
        started.append(server)
        deadline = time.monotonic() + 30
        while True:
            try:
                if server.get("/healthz")[0] == 200:
                    return server
            except OSError:
                assert process.poll() is None, (tmp_path / f"server-{port}.log").read_text()
                assert time.monotonic() < deadline, "the server does not answer"
                time.sleep(0.1)

    yield start
    for server in started:
        server.process.kill()
        server.process.wait()
        assert server.process.stdout is not None
        server.process.stdout.close()
        server.log.close()


def test_it_serves_writes_json_lines_and_stops_cleanly(
    serve: Callable[[], Server], make_record: Callable[..., Any]
) -> None:
    record = make_record(title="Über die Drift", files={"daten/übersicht.csv": b"a,b\n1,2\n"})
    server = serve()
    assert server.process.stdout is not None
    assert server.process.stdout.readline() == "ready\n"
    status, body, headers = server.get(f"/api/records/{record.id}")
    assert (status, json.loads(body)["metadata"]["title"]) == (200, "Über die Drift")
    assert int(headers["Content-Length"]) == len(body)
    status, body, _ = server.get(f"/api/records/{record.id}/files/daten/%C3%BCbersicht.csv/content")
    assert (status, body) == (200, b"a,b\n1,2\n")
    assert server.get("/api/records", Host="evil.example")[0] == 400
    connection = server.connect()
    connection.request("HEAD", f"/api/records/{record.id}")
    head = connection.getresponse()
    assert (head.status, head.read()) == (200, b"")
    connection.close()
    assert server.stop() == 0
    lines = [line for line in server.lines() if line["event"] == "request"]
    assert {"/healthz", "/api/records/<id>"} <= {line["route"] for line in lines}
    assert not any(record.id in str(line.get("route")) for line in lines)


def test_a_web_process_tells_what_it_serves_until_it_ends(serve: Callable[[], Server], repository: Any) -> None:
    def rows() -> list[tuple[str, int, int]]:
        with repository.database.read() as session:
            found = session.execute(select(ProcessRow)).scalars()
            return [(row.kind, row.generation, row.oldest_generation) for row in found]

    server = serve()
    number = repository.generation.number
    assert rows() == [("web", number, number)]
    assert server.stop() == 0
    assert rows() == []


def test_a_port_that_is_taken_is_said(serve: Callable[[], Server], instance: Any) -> None:
    port = serve().port
    with pytest.raises(ConfigurationError, match=f"port {port}.*--port"):
        serve_here(instance, port=port)


def test_web_processes_do_not_outlive_a_killed_server(serve: Callable[[], Server]) -> None:
    server = serve()
    server.process.kill()
    server.process.wait()
    deadline = time.monotonic() + 10
    while True:
        try:
            server.get("/healthz")
        except OSError:
            return
        assert time.monotonic() < deadline, "a web process goes on answering"
        time.sleep(0.1)


def test_a_request_under_way_is_finished_before_it_stops(
    serve: Callable[[], Server], repository: Any, ada: Any
) -> None:
    token = repository.tokens.create_for_subject(ada.subject, "test")
    server = serve()
    body = json.dumps({"metadata": {"title": "Sent while the server stops"}}).encode()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            b"POST /api/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body[:10]
        )
        time.sleep(0.5)
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        connection.sendall(body[10:])
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.1 201 ")
    assert server.process.wait(30) == 0
    found = repository.records.read_draft(ada.actor, str(_created_id(answer)))
    assert found.data["metadata"]["title"] == "Sent while the server stops"


def _created_id(answer: bytes) -> str:
    body = answer.partition(b"\r\n\r\n")[2]
    return str(json.loads(body)["id"])


def test_a_body_that_breaks_off_is_no_deposit(serve: Callable[[], Server], repository: Any, ada: Any) -> None:
    token = repository.tokens.create_for_subject(ada.subject, "test")
    server = serve()
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(
            b"POST /api/records HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + f"Authorization: Bearer {token}\r\nContent-Length: 1000\r\n\r\n{{}}".encode()
        )
        time.sleep(0.3)
    deadline = time.monotonic() + 10
    while not [line for line in server.lines() if line.get("route") == "/api/records"]:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    (line,) = [line for line in server.lines() if line.get("route") == "/api/records"]
    assert line["status"] == 400
    assert repository.records.search_user(ada.actor, SearchRequest(with_facets=False)).total == 0


def test_a_reader_who_goes_away_gives_the_place_back(
    serve: Callable[[], Server], make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"large.bin": os.urandom(16_000_000)})
    server = serve()
    path = f"/api/records/{record.id}/files/large.bin/content"
    leaving = _readers(server, path, 8)
    assert server.get(path)[0] == 503
    for connection in leaving:
        connection.close()
    deadline = time.monotonic() + 10
    while server.get(path)[0] != 200:
        assert time.monotonic() < deadline, "places were not given back"
        time.sleep(0.1)


def _readers(server: Server, path: str, number: int) -> list[socket.socket]:
    """Connections that ask for a file and read no more than the first line."""
    connections = []
    for _ in range(number):
        connection = socket.create_connection(("127.0.0.1", server.port), timeout=20)
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        assert connection.recv(12) == b"HTTP/1.1 200"
        connections.append(connection)
    return connections


def test_slow_readers_leave_room_for_everybody_else(
    serve: Callable[[], Server], make_record: Callable[..., Any]
) -> None:
    record = make_record(files={"large.bin": os.urandom(16_000_000)})
    server = serve()
    path = f"/api/records/{record.id}/files/large.bin/content"
    slow = _readers(server, path, 8)
    try:
        status, body, headers = server.get(path)
        assert status == 503
        assert "Retry-After" in headers
        assert json.loads(body)["status"] == 503
        began = time.monotonic()
        assert server.get(f"/api/records/{record.id}")[0] == 200
        assert time.monotonic() - began < 2
    finally:
        for connection in slow:
            connection.close()
