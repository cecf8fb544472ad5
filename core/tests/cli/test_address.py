"""The address in links when a site is started on another host or port."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from click.testing import Result

from muniment.cli.address import SITE_URL, address_of, as_served, unanswered
from muniment.settings.addresses import is_loopback
from muniment.settings.config import Config, Server, Site
from muniment.settings.instance import Instance
from muniment.settings.instance_lock import RunLock, lock_path


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
    ("url", "listening", "host", "told"),
    [
        ("http://localhost:5000", "127.0.0.1", "0.0.0.0", True),
        ("http://localhost:5000", "127.0.0.1", "::", True),
        ("http://localhost:5000", "0.0.0.0", None, True),
        ("http://localhost:5000", "0.0.0.0", "127.0.0.1", False),
        ("http://localhost:5000", "127.0.0.1", None, False),
        ("https://repository.example.org", "0.0.0.0", None, False),
    ],
)
def test_who_listens_for_others_is_told_what_they_need(url: str, listening: str, host: str | None, told: bool) -> None:
    config = Config(site=Site(url=url), server=Server(host=listening))
    assert ("site.aliases" in (unanswered(config, host) or "")) is told


@pytest.fixture
def served_at(instance: Instance) -> Iterator[Callable[[str], Instance]]:
    """Holds the lock of a site that is served at an address; the instance itself names another."""
    locks: list[RunLock] = []

    def serve(url: str) -> Instance:
        config = instance.config
        locks.append(RunLock(Instance(instance.path, replace(config, site=replace(config.site, url=url)))))
        locks[0].acquire()
        return instance

    yield serve
    for lock in locks:
        lock.release()


def test_links_of_commands_lead_to_where_the_site_is_served_now(
    served_at: Callable[[str], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SITE_URL, raising=False)
    instance = served_at("http://localhost:5952")
    assert as_served(instance).config.site.url == "http://localhost:5952"
    assert as_served(instance).path == instance.path
    monkeypatch.setenv(SITE_URL, instance.config.site.url)
    assert as_served(instance) is instance, "what the environment names is kept"


def test_a_site_with_an_address_of_its_own_or_one_that_is_not_served_keeps_it(
    served_at: Callable[[str], Instance], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SITE_URL, raising=False)
    instance = served_at("http://localhost:5952")
    public = Instance(instance.path, Config(site=Site(url="https://repository.example.org")))
    assert as_served(public) is public
    lock_path(instance).unlink()
    assert as_served(instance) is instance


def test_a_one_time_link_leads_to_the_port_that_is_served(
    served_at: Callable[[str], Instance], command: Callable[..., Result], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(SITE_URL, raising=False)
    served_at("http://localhost:5952")
    result = command("users", "create", "ada@example.org")
    assert "http://localhost:5952/set-password?token=" in result.output


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
