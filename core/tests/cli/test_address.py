"""The address in links when a site is started on another host or port."""

from __future__ import annotations

import pytest

from muniment.cli.address import address_of
from muniment.settings.addresses import is_loopback
from muniment.settings.config import Config, Site


@pytest.mark.parametrize(
    ("url", "host", "port", "expected"),
    [
        ("http://localhost:5000", None, None, "http://localhost:5000"),
        ("http://localhost:5000", None, 5001, "http://localhost:5001"),
        ("http://localhost:8080", None, None, "http://localhost:8080"),
        ("http://localhost:5000", "0.0.0.0", None, "http://localhost:5000"),
        ("http://localhost:5000", "127.0.0.1", 5001, "http://localhost:5001"),
        ("http://localhost:5000", "192.0.2.7", 5001, "http://192.0.2.7:5001"),
        ("http://localhost:5000", "2001:db8::7", None, "http://[2001:db8::7]:5000"),
        ("http://[::1]:5000", None, 5001, "http://[::1]:5001"),
        ("https://repository.example.org", "0.0.0.0", 5001, "https://repository.example.org"),
    ],
)
def test_links_lead_to_where_the_site_listens(url: str, host: str | None, port: int | None, expected: str) -> None:
    assert address_of(Config(site=Site(url=url)), host, port) == expected


@pytest.mark.parametrize(
    ("host", "expected"),
    [
        ("localhost", True),
        ("127.0.0.9", True),
        ("::1", True),
        ("data.localhost", True),
        ("example.org", False),
        ("", False),
    ],
)
def test_names_of_this_machine(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected
