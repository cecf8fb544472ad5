"""The swap of applications while requests are served, and the edge around each request."""

from __future__ import annotations

import gc
import io
import threading
import time
import weakref
from collections.abc import Callable, Iterable
from typing import Any

import pytest
import structlog
from werkzeug.test import EnvironBuilder, run_wsgi_app

from muniment.errors import Busy
from muniment.web.request_log import ROUTE
from muniment.web.wsgi import FILE_PIECE, Application

Environ = dict[str, Any]


class FakeGenerations:
    """Applications that answer with their number; can be slow or fail to build."""

    def __init__(self) -> None:
        self.number = 1
        self.broken = False
        self.seen_numbers: list[tuple[int, int]] = []
        self.wait: Callable[[], None] = lambda: None

    def newest(self) -> int:
        return self.number

    def build(self) -> tuple[int, Callable[..., Iterable[bytes]]]:
        if self.broken:
            raise RuntimeError("cannot be built")
        number = self.number

        def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            environ[ROUTE] = "/number"
            if environ["PATH_INFO"] == "/slow":
                self.wait()
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [str(number).encode()]

        return number, app

    def seen(self, serving: int, oldest: int) -> None:
        self.seen_numbers.append((serving, oldest))


def ask(application: Application, path: str = "/") -> tuple[int, bytes]:
    environ = EnvironBuilder(path=path).get_environ()
    pieces, status, _ = run_wsgi_app(application, environ, buffered=True)
    return int(status[:3]), b"".join(pieces)


def test_a_newer_generation_takes_over_within_a_second() -> None:
    generations = FakeGenerations()
    application = Application(generations)
    assert ask(application) == (200, b"1")
    generations.number = 2
    deadline = time.monotonic() + 2.0
    while ask(application) != (200, b"2"):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_nothing_of_the_application_before_is_kept_after_a_swap(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application is full of cycles, which the collector would come upon some switches later."""
    generations = FakeGenerations()
    build, made = generations.build, weakref.WeakSet[Any]()

    def build_with_a_cycle() -> tuple[int, Callable[..., Iterable[bytes]]]:
        number, app = build()
        app.__dict__["own"] = app
        made.add(app)
        return number, app

    monkeypatch.setattr(generations, "build", build_with_a_cycle)
    application = Application(generations)
    generations.number = 2
    gc.disable()
    try:
        application.refresh(force=True)
        assert len(made) == 1
    finally:
        gc.enable()
    assert ask(application) == (200, b"2")


def test_the_database_is_asked_at_most_once_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    generations = FakeGenerations()
    application = Application(generations)
    asked: list[float] = []

    def newest() -> int:
        asked.append(time.monotonic())
        return 1

    monkeypatch.setattr(generations, "newest", newest)
    began = time.monotonic()
    while time.monotonic() - began < 1.3:
        ask(application)
    assert len(asked) == 1


def test_a_generation_that_cannot_be_built_leaves_the_old_one_serving() -> None:
    generations = FakeGenerations()
    application = Application(generations)
    generations.number, generations.broken = 2, True
    with structlog.testing.capture_logs() as logs:
        application.refresh(force=True)
        application.refresh(force=True)
    assert ask(application) == (200, b"1")
    assert [entry["event"] for entry in logs].count("generation_kept") == 1
    generations.number, generations.broken = 3, False
    application.refresh(force=True)
    assert ask(application) == (200, b"3")


def test_a_database_that_is_away_for_a_moment_is_asked_again(monkeypatch: pytest.MonkeyPatch) -> None:
    generations = FakeGenerations()
    application = Application(generations)
    generations.number = 2
    build = generations.build
    monkeypatch.setattr(generations, "build", _raising(Busy()))
    application.refresh(force=True)
    assert ask(application) == (200, b"1")
    monkeypatch.setattr(generations, "build", build)
    application.refresh(force=True)
    assert ask(application) == (200, b"2")


def _raising(error: Exception) -> Callable[[], Any]:
    def fail() -> Any:
        raise error

    return fail


def test_requests_in_flight_end_on_the_generation_they_began_with() -> None:
    generations = FakeGenerations()
    application = Application(generations)
    entered, go = threading.Event(), threading.Event()

    def wait() -> None:
        entered.set()
        assert go.wait(10)

    generations.wait = wait
    answers: list[tuple[int, bytes]] = []
    thread = threading.Thread(target=lambda: answers.append(ask(application, "/slow")))
    thread.start()
    assert entered.wait(10)
    generations.number = 2
    application.refresh(force=True)
    assert ask(application) == (200, b"2")
    assert (application.number, application.oldest) == (2, 1)
    application.tell()
    assert generations.seen_numbers == [(2, 1)]
    go.set()
    thread.join(10)
    assert answers == [(200, b"1")]
    assert application.oldest == 2


def test_no_request_fails_during_twenty_swaps_under_load() -> None:
    generations = FakeGenerations()
    application = Application(generations)
    stop = threading.Event()
    answers: list[tuple[int, bytes]] = []

    def hammer() -> None:
        while not stop.is_set():
            answers.append(ask(application))

    threads = [threading.Thread(target=hammer) for _ in range(8)]
    for thread in threads:
        thread.start()
    for number in range(2, 22):
        generations.number = number
        application.refresh(force=True)
    stop.set()
    for thread in threads:
        thread.join()
    assert len(answers) > 20
    assert {status for status, _ in answers} == {200}
    assert ask(application) == (200, b"21")
    assert application.oldest == 21


class Streaming:
    """A WSGI application of one answer, given as a function of the environment."""

    def __init__(self, answer: Callable[[Environ], Iterable[bytes]], status: str = "200 OK") -> None:
        self.answer, self.status = answer, status

    def newest(self) -> int:
        return 1

    def seen(self, serving: int, oldest: int) -> None: ...

    def build(self) -> tuple[int, Any]:
        def app(environ: Environ, start_response: Callable[..., Any]) -> Iterable[bytes]:
            body = self.answer(environ)
            start_response(self.status, [("Content-Type", "text/plain")])
            return body

        return 1, app


def test_one_line_is_written_for_each_request_without_anything_personal() -> None:
    application = Application(Streaming(lambda _environ: iter([b"four", b"teen bytes"])))
    builder = EnvironBuilder(
        path="/records/12",
        query_string="q=secret&access_token=abc",
        environ_base={"REMOTE_ADDR": "203.0.113.7"},
        headers=[("User-Agent", "agent"), ("Cookie", "muniment_session=xyz"), ("Authorization", "Bearer token")],
    )
    with structlog.testing.capture_logs() as logs:
        _, _, headers = run_wsgi_app(application, builder.get_environ(), buffered=True)
    (line,) = [entry for entry in logs if entry["event"] == "request"]
    assert line["status"] == 200
    assert line["bytes"] == 14
    assert line["ms"] >= 0
    assert line["request_id"] == headers["X-Request-Id"]
    for secret in ("secret", "abc", "203.0.113.7", "agent", "xyz", "token", "/records/12"):
        assert secret not in str(line)


def test_cve_2024_27097_no_input_forges_a_line_of_the_log(capsys: pytest.CaptureFixture[str]) -> None:
    application = Application(Streaming(lambda _environ: [b""]))
    environ = EnvironBuilder(path="/").get_environ()
    environ["REQUEST_METHOD"] = 'GET\n{"event": "forged"}'
    with structlog.testing.capture_logs() as logs:
        run_wsgi_app(application, environ, buffered=True)
    assert [entry["event"] for entry in logs] == ["request"]
    import orjson

    assert b"\n" not in orjson.dumps(logs[0])


def test_an_exception_beyond_the_application_is_answered() -> None:
    def fail(_environ: Environ) -> Iterable[bytes]:
        raise RuntimeError("postgresql://user:secret@db")

    application = Application(Streaming(fail))
    for path, kind in (("/api/x", b'"status":500'), ("/x", b"<h1>500</h1>")):
        status, body = ask(application, path)
        assert status == 500
        assert kind in body
        assert b"secret" not in body
    assert application.oldest == 1


def test_a_stream_that_breaks_or_is_left_gives_its_place_back() -> None:
    closed: list[str] = []

    class Pieces:
        def __iter__(self) -> Pieces:
            return self

        def __next__(self) -> bytes:
            return b"piece"

        def close(self) -> None:
            closed.append("closed")

    application = Application(Streaming(lambda _environ: Pieces()))
    body = application(EnvironBuilder(path="/").get_environ(), lambda *_arguments: None)
    assert next(iter(body)) == b"piece"
    body.close()  # type: ignore[attr-defined]
    body.close()  # type: ignore[attr-defined]
    assert closed == ["closed"]
    body = application(EnvironBuilder(path="/").get_environ(), lambda *_arguments: None)
    del body
    assert closed == ["closed", "closed"]


def test_files_are_handed_to_the_server_in_large_pieces() -> None:
    sizes: list[int] = []

    def answer(environ: Environ) -> Iterable[bytes]:
        wrapper: Iterable[bytes] = environ["wsgi.file_wrapper"](io.BytesIO(b"x" * (FILE_PIECE + 1)), 8192)
        return wrapper

    environ = EnvironBuilder(path="/").get_environ()
    for piece in Application(Streaming(answer))(environ, lambda *_arguments: None):
        sizes.append(len(piece))
    assert sizes == [FILE_PIECE, 1]


def test_a_declared_length_is_counted_even_if_the_server_ends_the_input() -> None:
    from werkzeug.exceptions import ClientDisconnected
    from werkzeug.wsgi import get_input_stream

    errors: list[str] = []

    def answer(environ: Environ) -> Iterable[bytes]:
        try:
            get_input_stream(environ).read()
        except ClientDisconnected:
            errors.append("disconnected")
        return [b""]

    application = Application(Streaming(answer))
    environ = EnvironBuilder(path="/", method="PUT").get_environ()
    environ |= {"wsgi.input": io.BytesIO(b"short"), "CONTENT_LENGTH": "100", "wsgi.input_terminated": True}
    run_wsgi_app(application, environ, buffered=True)
    assert errors == ["disconnected"]
