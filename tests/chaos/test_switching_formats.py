"""The plugins for identifiers, formats and harvesting go off and on under load: nothing fails, and nothing is left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.settings.instance import Instance
from tests.chaos.depositor import Depositor, Promises
from tests.chaos.following import Reader, seconds_until_all_follow
from tests.deployment import Deployment

WORKERS: Final = 2
#: What each of them serves; the record that was published first stands for the star.
SERVED: Final = {
    "datacite": ("/records/*/export/datacite-json", "/api/records/*#application/vnd.datacite.datacite+xml"),
    "exports": ("/records/*/export/bibtex", "/records/*/export/dcat-ap"),
    "signposting": ("/sitemap.xml", "/feeds/records.atom?q=chaos"),
    "oaipmh": ("/oai2d?verb=ListRecords&metadataPrefix=oai_dc",),
    "openaire": ("/api/funders", "/records/*/export/oai_openaire"),
}
#: Everywhere, whatever is on.
ALWAYS: Final = ("/", "/search?q=chaos", "/api/records?size=5", "/records/*", "/api/records/*", "/healthz")
_NONCE: Final = re.compile(r'nonce="[^"]*"|name="csrf_token" value="[^"]*"|\?v=[0-9a-f]+')


@pytest.fixture
def deployment(fresh_database: str, tmp_path: Path) -> Iterator[Deployment]:
    """A site with two web processes and a worker, on which none of these plugins is."""
    made = Deployment(
        tmp_path / "instance", fresh_database, {"server": {"workers": WORKERS}, "plugins": {"enabled": []}}
    )
    made.start()
    yield made
    made.kill()


def paths_of(plugin: str, number: str) -> list[str]:
    return [path.replace("*", number) for path in SERVED[plugin]]


def ask(deployment: Deployment, path: str) -> requests.Response:
    """Get a path; what follows a number sign is the media type to ask for."""
    path, _, accept = path.partition("#")
    return requests.get(deployment.url + path, headers={"Accept": accept or "*/*"}, timeout=60)


def seen(deployment: Deployment, number: str) -> dict[str, str]:
    """What a visitor gets, headers with links too, without what differs each time."""
    found = {}
    for path in (f"/records/{number}", f"/api/records/{number}", "/robots.txt"):
        answer = ask(deployment, path)
        assert answer.status_code == 200
        found[path] = answer.headers.get("Link", "") + _NONCE.sub("", answer.text)
    return found


@pytest.mark.slow
def test_each_goes_off_and_on_without_an_error_or_a_trace(deployment: Deployment) -> None:
    repository = Repository(Instance.load(deployment.folder))
    depositor = Depositor(deployment.url, deployment.token, Promises(), 1)
    depositor.deposit()
    number = min(depositor.promises.published, key=int)
    before = seen(deployment, number)
    either = {path: {200, 404, 406} for plugin in SERVED for path in paths_of(plugin, number) if "#" not in path}
    right = {path.replace("*", number): {200} for path in ALWAYS} | either
    readers = [Reader(deployment.url, right) for _ in range(2)]
    for thread in (*readers, depositor):
        thread.start()
    try:
        for act in ("enable", "disable", "enable"):
            for plugin in SERVED:
                getattr(repository.plugins, act)(plugin, SYSTEM)
                seconds_until_all_follow(repository, WORKERS)
                expected = {200} if act == "enable" else {404, 406}
                for path in paths_of(plugin, number):
                    assert {ask(deployment, path).status_code for _ in range(4)} <= expected, (act, path)
            if act == "disable":
                assert seen(deployment, number) == before
    finally:
        for thread in (*readers, depositor):
            thread.halt.set()
            thread.join(timeout=60)
    assert [failure for reader in readers for failure in reader.failures] == [], deployment.errors()
    assert depositor.surprises == []
    assert sum(reader.answers for reader in readers) > 100
    assert len(depositor.promises.published) > 3
    assert deployment.errors() == ""
    assert failed_for_good(repository) == []
    repository.close()


def failed_for_good(repository: Repository, seconds: float = 30) -> list[Any]:
    """What is still failed after a while: after a switch some deliveries wait until every process works with it."""
    last = time.monotonic() + seconds
    while found := list(repository.deliveries.outstanding(("failed",), size=5).deliveries):
        if time.monotonic() > last:
            break
        time.sleep(0.5)
    return found
