"""Requests to the outside, sent for real to servers on this machine that the tests allow by name."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from muniment.outgoing.client import OutgoingClient
from muniment.outgoing.failures import OutgoingFailed
from muniment.outgoing.limits import OutgoingLimits
from muniment.testing.partners import Answered, Asked, played

HERE = OutgoingClient(("127.0.0.1",))
NOWHERE = OutgoingClient()
SHORT = OutgoingLimits(connecting=1, waiting=1, longest=0.4, redirects=3)


def reason(client: OutgoingClient, url: str, **further: Any) -> str:
    with pytest.raises(OutgoingFailed) as failed:
        client.request("GET", url, **further)
    assert str(failed.value.message)
    return failed.value.reason


@pytest.fixture
def asked() -> list[Asked]:
    return []


@pytest.fixture
def server(asked: list[Asked]) -> Iterator[str]:
    def answer(request: Asked) -> Answered:
        asked.append(request)
        name, _, rest = request.path.strip("/").partition("?to=")
        if name == "redirect":
            return Answered(302, headers={"Location": unquote(rest)})
        if name == "kept":
            return Answered(307, headers={"Location": "/plain"})
        if name == "large":
            return Answered(200, b"x" * 2000)
        if name == "zipped":
            return Answered(200, gzip.compress(b"x" * 2000), {"Content-Encoding": "gzip"})
        if name == "not-zipped":
            return Answered(200, b"x" * 20, {"Content-Encoding": "gzip"})
        if name == "late":
            time.sleep(0.8)
        return Answered(404 if name == "missing" else 200, {"path": request.path})

    with played(answer) as url:
        yield url


def test_an_answer_whatever_its_status(server: str, asked: list[Asked]) -> None:
    answer = HERE.request("POST", f"{server}/missing", body=b"abc", headers={"X-Kind": "test"})
    assert (answer.status, answer.is_success, answer.json()) == (404, False, {"path": "/missing"})
    assert answer.headers["content-type"] == "application/json; charset=utf-8"
    assert (asked[0].body, asked[0].headers["X-Kind"]) == (b"abc", "test")
    assert asked[0].headers["User-Agent"].startswith("Muniment/")


def test_an_answer_that_is_left_unread(server: str) -> None:
    assert HERE.request("GET", f"{server}/large", reads=False, limits=OutgoingLimits(largest=10)).content == b""
    assert HERE.request("HEAD", f"{server}/large", limits=OutgoingLimits(largest=10)).content == b""


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "[::ffff:127.0.0.1]",
     "0.0.0.0", "[::]", "169.254.169.254", "[::ffff:a9fe:a9fe]", "10.0.0.1", "[fe80::1]", "[fd00:ec2::254]"],
)  # fmt: skip
def test_nothing_inside_is_asked(host: str, server: str, asked: list[Asked]) -> None:
    """Whatever address somebody gives leads to no machine of the operator's (CVE-2024-43371)."""
    assert reason(NOWHERE, f"http://{host}:{server.rpartition(':')[2]}/") == "forbidden"
    assert asked == []


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "gopher://example.org", "ftp://example.org", "https://", "nonsense", "https://[1", "",
     "http://user:secret@127.0.0.1/", "http://127.0.0.1:99999/", "//127.0.0.1/"],
)  # fmt: skip
def test_what_is_no_address_of_a_web_server(address: str) -> None:
    assert reason(HERE, address) == "address"


def test_what_a_host_is_allowed_is_not_allowed_to_others(server: str) -> None:
    """A name that is allowed may lead inside, but never to the place where clouds hand out credentials."""
    port = server.rpartition(":")[2]
    named = OutgoingClient(("localhost",))
    assert named.request("GET", f"http://localhost:{port}/").is_success
    assert reason(named, server) == "forbidden"
    assert NOWHERE.request("GET", server, trusted=[f"127.0.0.1:{port}"]).is_success
    assert reason(NOWHERE, server, trusted=["127.0.0.1:1"]) == "forbidden"


@contextmanager
def names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Iterator[None]:
    """A resolver that answers differently each time."""
    left = list(answers)

    def look_up(_host: str, port: int, **_: Any) -> list[Any]:
        found = left.pop(0)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    with monkeypatch.context() as patched:
        patched.setattr("muniment.outgoing.connecting.socket.getaddrinfo", look_up)
        yield


def test_a_name_is_looked_up_once_and_all_that_it_leads_to_is_judged(
    server: str, asked: list[Asked], monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is judged and connected to, a second one is never asked for. And one public
    address does not make the others so."""
    port = server.rpartition(":")[2]
    inside = OutgoingClient(("127.0.0.1",))
    with names(monkeypatch, ["127.0.0.1"], ["10.0.0.1"]):
        assert inside.request("GET", f"http://here.example.org:{port}/").is_success
    with names(monkeypatch, ["192.0.32.8", "10.0.0.1"]):
        assert reason(HERE, f"http://here.example.org:{port}/") == "forbidden"
    metadata = OutgoingClient(("here.example.org",))
    with names(monkeypatch, ["169.254.169.254"]):
        assert reason(metadata, f"http://here.example.org:{port}/") == "forbidden"
    assert len(asked) == 1


def test_redirects_are_followed_as_far_as_is_asked_for(server: str, asked: list[Asked]) -> None:
    there = f"{server}/redirect?to=/plain"
    assert HERE.request("GET", there).status == 302
    followed = HERE.request("GET", there, limits=OutgoingLimits(redirects=1))
    assert (followed.status, followed.url) == (200, f"{server}/plain")
    assert reason(HERE, f"{server}/redirect?to=/redirect?to=/plain", limits=OutgoingLimits(redirects=1)) == "redirects"
    posted = HERE.request("POST", there, body=b"abc", limits=OutgoingLimits(redirects=1))
    assert posted.status == 200
    assert (asked[-1].method, asked[-1].body) == ("GET", b"")
    with pytest.raises(OutgoingFailed, match="with a body"):
        HERE.request("POST", f"{server}/kept", body=b"abc", limits=OutgoingLimits(redirects=1))


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("http://169.254.169.254/latest/meta-data", "forbidden"),
        ("http://[::1]:1/", "forbidden"),
        ("file:///etc/passwd", "redirects"),
        ("gopher://127.0.0.1/", "redirects"),
        ("http://[1", "redirects"),
    ],
)
def test_where_a_redirect_leads_is_judged_too(to: str, why: str, server: str) -> None:
    allowed = OutgoingClient(("127.0.0.1/32",))
    assert reason(allowed, f"{server}/redirect?to={to}", limits=OutgoingLimits(redirects=3)) == why


def test_what_names_a_person_is_told_to_the_first_host_only(server: str, asked: list[Asked]) -> None:
    port = server.rpartition(":")[2]
    client = OutgoingClient(("127.0.0.1", "localhost"))
    sent = {"Authorization": "Bearer secret", "X-Kind": "test"}
    client.request(
        "GET", f"{server}/redirect?to=http://localhost:{port}/", headers=sent, limits=OutgoingLimits(redirects=1)
    )
    assert asked[0].headers["Authorization"] == "Bearer secret"
    assert "Authorization" not in asked[1].headers
    assert asked[1].headers["X-Kind"] == "test"


@pytest.mark.parametrize("name", ["large", "zipped"])
def test_an_answer_that_is_too_large(name: str, server: str) -> None:
    assert reason(HERE, f"{server}/{name}", limits=OutgoingLimits(largest=1000)) == "too_large"
    assert len(HERE.request("GET", f"{server}/{name}", limits=OutgoingLimits(largest=2000)).content) == 2000


def test_what_cannot_be_read(server: str) -> None:
    assert reason(HERE, f"{server}/not-zipped") == "broken"
    with pytest.raises(OutgoingFailed, match="broken"):
        HERE.request("GET", f"{server}/large").json()


def test_a_server_that_is_not_there_or_has_no_name(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert reason(HERE, f"http://127.0.0.1:{port}/") == "unreachable"
    assert reason(HERE, f"http://{'a' * 70}.example.org/") == "unknown_host"

    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr("muniment.outgoing.connecting.socket.getaddrinfo", unknown)
    assert reason(HERE, "http://missing.example.org/") == "unknown_host"


@contextmanager
def talks(speaks: Callable[[socket.socket], None]) -> Iterator[str]:
    """A server that says what a test wants, byte by byte."""
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            connection, _address = listening.accept()
            with connection:
                try:
                    speaks(connection)
                except OSError:
                    ended.set()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(5)
        assert not thread.is_alive()


def dripping(first: bytes, drop: bytes) -> Callable[[socket.socket], None]:
    def speak(connection: socket.socket) -> None:
        connection.sendall(first)
        for _ in range(100):
            connection.sendall(drop)
            time.sleep(0.03)

    return speak


@pytest.mark.parametrize(
    ("first", "drop"),
    [
        (b"HTTP/1.1 200 OK\r\n", b"X-Slow: 1\r\n"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b"x"),
    ],
)
def test_an_answer_that_drips_is_not_waited_for(first: bytes, drop: bytes) -> None:
    """Each byte is in time; all of them are not."""
    with talks(dripping(first, drop)) as url:
        begun = time.monotonic()
        assert reason(HERE, url, limits=SHORT) == "timeout"
        assert time.monotonic() - begun < 2.5


def test_a_server_that_says_nothing(server: str) -> None:
    assert reason(HERE, f"{server}/late", limits=OutgoingLimits(waiting=0.2)) == "timeout"


def test_a_session_of_a_library_keeps_to_the_rules(server: str) -> None:
    with HERE.guard(requests.Session()) as session:
        assert session.get(f"{server}/plain").json() == {"path": "/plain"}
        with pytest.raises(OutgoingFailed, match="redirects"):
            session.get(f"{server}/redirect?to=/plain")
    with NOWHERE.guard(requests.Session()) as session, pytest.raises(OutgoingFailed, match="forbidden"):
        session.get(server)
    with NOWHERE.guard(requests.Session(), internal=True) as session:
        assert session.get(server).status_code == 200
        with pytest.raises(OutgoingFailed, match="forbidden"):
            session.get("http://169.254.169.254/")
