"""The WSGI callable: serves one immutable application and swaps it when a newer generation is there.

The next application is built beside the one that serves, warmed with a request, and takes its place by one
assignment; requests in flight end on the one they began with. When it cannot be built the old one goes on.
"""

from __future__ import annotations

import gc
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, Protocol

import orjson
import structlog
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wsgi import FileWrapper

from muniment.errors import Busy
from muniment.web.errors import INTERNAL_ERROR, bare_page, is_api
from muniment.web.lifecycle import WHOLE
from muniment.web.request_log import REQUEST_ID, log_request, new_request_id

log = structlog.get_logger(__name__)

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]

CHECK_SECONDS: Final = 1.0
#: Size of the pieces in which files are handed to the server; its own 8 KiB cost more than half of the speed.
FILE_PIECE: Final = 256 * 1024


class Generations(Protocol):
    """Where applications come from: the newest number, and how to build its application."""

    def newest(self) -> int: ...

    def build(self) -> tuple[int, Wsgi]: ...

    def seen(self, serving: int, oldest: int) -> None: ...


class Application:
    """The WSGI application of a process, whatever the generation."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._gate = threading.Lock()
        self._building = threading.Lock()
        self._in_flight: Counter[int] = Counter()
        self._number, self._app = generations.build()
        self._tried = self._number
        self._next_check = time.monotonic() + CHECK_SECONDS

    @property
    def number(self) -> int:
        """The generation that new requests get."""
        return self._number

    @property
    def oldest(self) -> int:
        """The oldest generation that still has a request in flight; purging a plugin waits for it."""
        with self._gate:
            return min([self._number, *self._in_flight])

    def __call__(self, environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
        self.refresh()
        _prepare(environ)
        with self._gate:
            number, app = self._number, self._app
            self._in_flight[number] += 1
        exchange = Exchange(environ, start_response, lambda: self._leave(number))
        return exchange.run(app)

    def _leave(self, number: int) -> None:
        with self._gate:
            self._in_flight[number] -= 1
            if not self._in_flight[number]:
                del self._in_flight[number]

    def refresh(self, *, force: bool = False) -> None:
        """Look for a newer generation, at most once a second; only one thread builds, the others go on."""
        if not force and time.monotonic() < self._next_check:
            return
        if not self._building.acquire(blocking=force):
            return
        try:
            if force or time.monotonic() >= self._next_check:
                self._look()
                self._next_check = time.monotonic() + CHECK_SECONDS
        finally:
            self._building.release()

    def _look(self) -> None:
        try:
            newest = self._generations.newest()
            if newest != self._tried:
                self._tried = newest
                self._swap()
        except (Busy, SQLAlchemyError, OSError) as error:
            # The database is away for a moment: the old application goes on, and the next look tries again.
            self._tried = self._number
            log.warning("generation_not_looked_up", serving=self._number, error=type(error).__name__)
        except Exception:  # the WSGI edge: whatever fails, the old application goes on
            log.exception("generation_kept", serving=self._number)

    def tell(self) -> None:
        """Report which generation serves and which is the oldest in flight; may write to the database."""
        self._generations.seen(self._number, self.oldest)

    def _swap(self) -> None:
        number, app = self._generations.build()
        with self._gate:
            self._number, self._app = number, app
        gc.collect()  # an application is full of cycles: the one before goes now, not after some more switches
        log.info("generation_swapped", generation=number)

    def watch(self) -> threading.Thread:
        """Keep looking even when no request comes, so that an idle process follows and tells which it serves."""

        def loop() -> None:
            while True:
                time.sleep(CHECK_SECONDS)
                self.refresh()
                self.tell()

        thread = threading.Thread(target=loop, name="generations", daemon=True)
        thread.start()
        return thread


def _prepare(environ: Environ) -> None:
    environ["wsgi.file_wrapper"] = _file_wrapper
    environ[REQUEST_ID] = new_request_id()
    if environ.get("CONTENT_LENGTH"):
        # The server ends the input of a broken connection as if it were whole. With a declared length, Werkzeug
        # counts for itself and raises when bytes are missing.
        environ.pop("wsgi.input_terminated", None)


def _file_wrapper(file: Any, size: int = FILE_PIECE) -> FileWrapper:
    return FileWrapper(file, max(size, FILE_PIECE))


class Exchange:
    """One request and its answer, until the last byte was handed over."""

    def __init__(self, environ: Environ, start_response: Callable[..., Any], leave: Callable[[], None]) -> None:
        self._environ = environ
        self._start_response = start_response
        self._leave = leave
        self._began = time.perf_counter()
        self._status = 0
        self._sent = 0
        self._ended = False

    def run(self, app: Wsgi) -> Iterable[bytes]:
        try:
            answer = app(self._environ, self._start)
            if self._environ.get(WHOLE):
                return self._whole(answer)
            return Sending(answer, self)
        except Exception:  # the WSGI edge: a request is always answered
            log.exception("request_failed", request_id=self._environ.get(REQUEST_ID))
            return self._failed()

    def _start(self, status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        self._status = int(status[:3])
        return self._start_response(status, [*headers, ("X-Request-Id", self._environ[REQUEST_ID])], exc_info)

    def _whole(self, answer: Iterable[bytes]) -> list[bytes]:
        """All of a short answer at once: the server sends a list in one piece, with its length."""
        try:
            pieces = list(answer)
        finally:
            _close(answer)
        self._sent = sum(map(len, pieces))
        self.end()
        return pieces

    def _failed(self) -> list[bytes]:
        api = is_api(self._environ.get("PATH_INFO", ""))
        body = {"status": 500, "message": INTERNAL_ERROR, "error_id": self._environ[REQUEST_ID]}
        raw = orjson.dumps(body) if api else bare_page(500, INTERNAL_ERROR, body["error_id"]).encode()
        content_type = "application/json" if api else "text/html; charset=utf-8"
        self._start(
            "500 Internal Server Error",
            [
                ("Content-Type", content_type),
                ("Content-Length", str(len(raw))),
                ("Cache-Control", "private, no-store"),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )
        self._sent = len(raw)
        self.end()
        return [raw]

    def count(self, piece: bytes) -> None:
        self._sent += len(piece)

    def end(self) -> None:
        """Give back the place among the requests in flight and write the log line; once."""
        if self._ended:
            return
        self._ended = True
        self._leave()
        log_request(self._environ, self._status, time.perf_counter() - self._began, self._sent)


class Sending:
    """The pieces of a long answer, counted, and ended when the server closes them or lets them go."""

    def __init__(self, answer: Iterable[bytes], exchange: Exchange) -> None:
        self._answer = answer
        self._pieces: Iterator[bytes] = iter(answer)
        self._exchange = exchange
        self._closed = False

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        piece = next(self._pieces)
        self._exchange.count(piece)
        return piece

    def close(self) -> None:
        if self._closed:
            return
        self._closed = True
        try:
            _close(self._answer)
        finally:
            self._exchange.end()

    def __del__(self) -> None:
        # A server that drops a broken connection without calling close must not keep the lane's place taken.
        self.close()


def _close(answer: Iterable[bytes]) -> None:
    close = getattr(answer, "close", None)
    if close is not None:
        close()
