"""A backend on the OpenSearch server that `scripts/services` starts, in indexes of its own that go with the test."""

from __future__ import annotations

import contextlib
import http.client
import os
import ssl
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlsplit

import pytest

from muniment_elasticsearch.settings import Settings

URL = "MUNIMENT_TEST_OPENSEARCH"


@pytest.fixture(scope="session")
def server() -> str:
    """The address of the server; without one the tests that need it are skipped."""
    address = os.environ.get(URL, "")
    if not address:
        pytest.skip(f"no OpenSearch: start one with scripts/services and set {URL} to its address")
    return address


class TroubledNode:
    """Hands requests on. `trouble` is a status to answer with, ``slow``, ``page`` for what is no cluster at all, or ""
    for none; `product` is added to each answer as Elasticsearch names itself. `asked` counts requests.

    With a `certificate` (a file and that of its key) it speaks TLS; with an `authorization` it answers nobody else."""

    def __init__(
        self,
        behind: str,
        *,
        product: str = "",
        certificate: tuple[Path, Path] | None = None,
        authorization: str = "",
    ) -> None:
        self.behind = urlsplit(behind)
        self.product = product
        self.authorization = authorization
        self.trouble: int | str = ""
        self.asked = 0
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                node.answer(self)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_any

            def handle(self) -> None:
                with contextlib.suppress(OSError):  # a client that does not trust the certificate hangs up
                    super().handle()

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if certificate is not None:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True, do_handshake_on_connect=False
            )
        scheme = "http" if certificate is None else "https"
        self.address = f"{scheme}://localhost:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        self.asked += 1
        body = handler.rfile.read(int(handler.headers.get("content-length", 0)))
        if self.trouble == "slow":
            time.sleep(1.6)
        if isinstance(self.trouble, int):
            self._send(handler, self.trouble, b'{"error": {"type": "trouble", "reason": "as the test wants"}}')
            return
        if self.trouble == "page":
            self._send(handler, 200, b"<p>Welcome</p>", kind="text/html")
            return
        if self.authorization and handler.headers.get("authorization") != self.authorization:
            self._send(handler, 401, b'{"error": {"type": "security_exception", "reason": "who are you?"}}')
            return
        kind = handler.headers.get("content-type", "application/json")
        # What the client of Elasticsearch writes for it alone.
        plain = "application/x-ndjson" if "ndjson" in kind else "application/json"
        connection = http.client.HTTPConnection(self.behind.hostname or "", self.behind.port, timeout=60)
        try:
            connection.request(handler.command, handler.path, body or None, {"content-type": plain})
            answer = connection.getresponse()
            self._send(handler, answer.status, answer.read())
        finally:
            connection.close()

    def _send(self, handler: BaseHTTPRequestHandler, status: int, body: bytes, kind: str = "application/json") -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", str(len(body)))
        if self.product:
            handler.send_header("x-elastic-product", self.product)
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def make_node(server: str) -> Iterator[Callable[..., TroubledNode]]:
    made = []

    def make(**options: Any) -> TroubledNode:
        made.append(TroubledNode(server, **options))
        return made[-1]

    yield make
    for node in made:
        node.close()


def settings_of(**changes: Any) -> SimpleNamespace:
    return SimpleNamespace(**{**Settings().load({}), "timeout": 20, **changes})


@pytest.fixture(scope="session")
def cluster_settings(server: str) -> Iterator[SimpleNamespace]:
    """Settings with a prefix of the session's own; its indexes are removed afterwards."""
    from muniment_elasticsearch.cluster import Cluster

    settings = settings_of(hosts=[server], prefix=f"test-{uuid.uuid4().hex[:10]}")
    yield settings
    cluster = Cluster(settings)
    cluster.request("DELETE", f"/{settings.prefix}-*", seconds=60)
    cluster.close()


@pytest.fixture
def cluster(server: str) -> Iterator[Any]:
    """The cluster as an operator sees it, past the node that gets into trouble; all of the test is removed from it."""
    from muniment_elasticsearch.cluster import Cluster

    prefix = f"test-{uuid.uuid4().hex[:10]}"
    cluster = Cluster(settings_of(hosts=[server], timeout=30, prefix=prefix))
    yield cluster
    cluster.request("DELETE", f"/{prefix}-*", seconds=60)
    cluster.close()


@pytest.fixture
def make_backend(cluster_settings: SimpleNamespace, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Makes backends on the cluster, empty and usable unless `filled` is false."""
    from muniment.api import search_port
    from muniment_elasticsearch.backend import ClusterBackend

    opened = []

    def make(fields: Any = None, *, filled: bool = True, **changes: Any) -> ClusterBackend:
        settings = SimpleNamespace(**{**vars(cluster_settings), **changes})
        backend = ClusterBackend(tmp_path / "search", fields or (lambda: search_port.CORE_FIELDS), settings)
        opened.append(backend)
        if filled:
            fill(backend)
        return backend

    yield make
    for backend in opened:
        backend.close()


def fill(backend: Any) -> None:
    """Give a backend a new, empty index that serves."""
    backend.begin_rebuild(0).offer()
    leadership = backend.lead()
    assert leadership is not None
    leadership.adopt(leadership.candidate())
    leadership.release()
