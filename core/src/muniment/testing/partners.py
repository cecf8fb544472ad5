"""Services outside our reach, played by a test on its own machine over real HTTP.

def answer(asked: Asked) -> Answered:
    return Answered(200, {"id": 7}) if asked.path == "/things/7" else Answered(404)

with played(answer) as url: ...
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs


@dataclass(frozen=True)
class Asked:
    """A request as it arrived; `path` has the query, names in `headers` are as they were sent."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON; None when there is none."""
        return json.loads(self.body) if self.body else None

    @property
    def form(self) -> dict[str, str]:
        """The body as a form; of values with one name the first."""
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Answered:
    """An answer; a `body` that is not bytes is sent as JSON."""

    status: int = 200
    body: Any = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def played(answer: Callable[[Asked], Answered]) -> Iterator[str]:
    """Serve what `answer` says on a free port of the loopback, many requests at once; gives the address without a slash
    at its end. What `answer` raises ends the connection."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            answered = answer(Asked(self.command, self.path, dict(self.headers.items()), body))
            is_raw = isinstance(answered.body, bytes)
            raw = answered.body if is_raw else json.dumps(answered.body).encode()
            kind = {} if is_raw else {"Content-Type": "application/json; charset=utf-8"}
            self.send_response(answered.status)
            for name, value in {**kind, **answered.headers, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(OSError):  # whoever asked may have gone
                self.wfile.write(raw)

        do_GET = do_POST = do_PUT = do_DELETE = handle_any

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
