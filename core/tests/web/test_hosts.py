"""Which Host headers a site answers to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from muniment.web.hosts import Hosts, is_loopback, split_host


@pytest.mark.parametrize("host", ["repo.example.org", "REPO.example.org", "repo.example.org:443", "repo.example.org."])
def test_its_own_name_is_accepted_in_every_spelling(host: str) -> None:
    assert Hosts("https://repo.example.org").accepts(host)


@pytest.mark.parametrize(
    "host",
    [
        None,
        "",
        "evil.example",
        "repo.example.org.evil.example",
        "repo.example.org:8443",
        "repo.example.org,evil.example",
        "repo.example.org@evil.example",
        "evil.example/repo.example.org",
        "evil.example#repo.example.org",
        "repo.example.org:port",
        "[::1",
        "localhost",
        "127.0.0.1",
        "repo.example.org\r\nX-Injected: 1",
    ],
)
def test_cve_2019_1020006_other_names_are_refused(host: str | None) -> None:
    assert not Hosts("https://repo.example.org").accepts(host)


@pytest.mark.parametrize("host", ["www.repo.example.org", "old.example.org:8080", "third.example.org"])
def test_aliases_are_accepted(host: str) -> None:
    hosts = Hosts(
        "https://repo.example.org", ["www.repo.example.org", "old.example.org:8080", "https://third.example.org"]
    )
    assert hosts.accepts(host)


def test_an_alias_with_a_port_is_that_port_only() -> None:
    assert not Hosts("https://repo.example.org", ["old.example.org:8080"]).accepts("old.example.org")


@pytest.mark.parametrize("url", ["http://localhost:5000", "http://127.0.0.1:8000", "http://[::1]:5000"])
@pytest.mark.parametrize(
    "host", ["localhost", "localhost:5000", "127.0.0.1:5001", "127.8.9.1", "[::1]:5000", "repo.localhost:1"]
)
def test_a_site_on_loopback_answers_to_every_loopback_name(url: str, host: str) -> None:
    assert Hosts(url).accepts(host)


@pytest.mark.parametrize("host", ["localhost.evil.example", "127.0.0.1.evil.example", "10.0.0.1", "evil.example"])
def test_a_site_on_loopback_answers_to_no_other_name(host: str) -> None:
    assert not Hosts("http://localhost:5000").accepts(host)


def test_loopback_names() -> None:
    assert is_loopback("localhost")
    assert is_loopback("::1")
    assert not is_loopback("0.0.0.0")


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(host: str) -> None:
    parts = split_host(host)
    assert parts is None or parts[0]
    assert Hosts("https://repo.example.org").accepts(host) in (True, False)
