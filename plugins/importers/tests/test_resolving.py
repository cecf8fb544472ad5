"""Descriptions of DOIs from a resolver of documented shape, and everything that it may do wrong."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from muniment.api import OutgoingClient
from muniment_importers import csl, datacite
from muniment_importers.resolving import NotResolved, describe

CLIENT = OutgoingClient()
DATACITE = {"id": "https://doi.org/10.5072/a", "doi": "10.5072/a", "titles": [{"title": "T"}], "schemaVersion": "x"}
CROSSREF = {"type": "journal-article", "DOI": "10.5072/b", "title": ["B"], "author": [{"family": "Doe"}]}


class Resolver(BaseHTTPRequestHandler):
    """Answers as doi.org and the agencies behind it do."""

    asked: list[tuple[str, str]] = []

    def do_GET(self) -> None:
        self.asked.append((self.path, self.headers["Accept"]))
        answers: dict[str, tuple[int, dict[str, str], bytes]] = {
            "/10.5072/a": (302, {"Location": "/datacite/a"}, b""),
            "/datacite/a": (200, {}, json.dumps(DATACITE).encode()),
            "/10.5072/b": (200, {}, json.dumps(CROSSREF).encode()),
            "/10.5072/c%23d": (200, {}, json.dumps(CROSSREF).encode()),
            "/10.5072/loop": (302, {"Location": "/10.5072/loop"}, b""),
            "/10.5072/inside": (302, {"Location": "http://127.0.0.1:1/secret"}, b""),
            "/10.5072/metadata": (302, {"Location": "https://169.254.169.254/latest/meta-data"}, b""),
            "/10.5072/file": (302, {"Location": "file:///etc/passwd"}, b""),
            "/10.5072/html": (200, {}, b"<html>"),
            "/10.5072/list": (200, {}, b"[]"),
            "/10.5072/deep": (200, {}, b"[" * 200_000),
            "/10.5072/big": (200, {}, b" " * 5_000_000),
            "/10.5072/none": (406, {}, b""),
            "/10.5072/ill": (500, {}, b"internal"),
        }
        status, headers, body = answers.get(self.path, (404, {}, b""))
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return

    def log_message(self, *_arguments: Any) -> None:
        return


@pytest.fixture
def resolver() -> Iterator[str]:
    Resolver.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Resolver)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("doi", ["10.5072/a", "doi:10.5072/a", "https://doi.org/10.5072/a", " 10.5072/a "])
def test_a_doi_in_any_form_leads_to_its_description(doi: str, resolver: str) -> None:
    document = describe(CLIENT, doi, resolver)
    assert datacite.detect(document)
    path, accept = Resolver.asked[0]
    assert path == "/10.5072/a"
    assert accept.startswith("application/vnd.datacite.datacite+json")


def test_other_agencies_answer_csl(resolver: str) -> None:
    assert csl.detect(describe(CLIENT, "10.5072/b", resolver))


def test_signs_in_a_doi_are_no_part_of_the_address(resolver: str) -> None:
    describe(CLIENT, "10.5072/c#d", resolver)
    assert Resolver.asked[0][0] == "/10.5072/c%23d"


@pytest.mark.parametrize(
    ("doi", "reason"),
    [
        ("10.5072/missing", "unknown"),
        ("10.5072/none", "undescribed"),
        ("10.5072/html", "undescribed"),
        ("10.5072/list", "undescribed"),
        ("10.5072/deep", "undescribed"),
        ("10.5072/big", "unreachable"),
        ("10.5072/ill", "unreachable"),
        ("10.5072/loop", "unreachable"),
        ("10.5072/inside", "unreachable"),
        ("10.5072/metadata", "unreachable"),
        ("10.5072/file", "unreachable"),
        ("no doi", "no_doi"),
        ("", "no_doi"),
        ("http://127.0.0.1/10.5072/a b", "no_doi"),
    ],
)
def test_whatever_goes_wrong_has_a_reason(doi: str, reason: str, resolver: str) -> None:
    with pytest.raises(NotResolved) as refused:
        describe(CLIENT, doi, resolver)
    assert refused.value.reason == reason


def test_a_resolver_that_is_not_there(free_address: Callable[[], str]) -> None:
    with pytest.raises(NotResolved, match="unreachable"):
        describe(CLIENT, "10.5072/a", free_address())


@pytest.fixture
def free_address() -> Callable[[], str]:
    import socket

    def found() -> str:
        with socket.create_server(("127.0.0.1", 0)) as server:
            return f"http://127.0.0.1:{server.getsockname()[1]}"

    return found
