"""Plugins go off and on one by one under load: nothing fails, nothing opens, and nothing is left."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.settings.instance import Instance
from muniment.testing.documents import document
from tests.chaos.depositor import Depositor, Promises
from tests.chaos.following import Reader, seconds_until_all_follow
from tests.deployment import Deployment

WORKERS: Final = 2
#: What each of them answers visitors, those that others require before them; the record that was published first stands
#: for the star.
SERVED: Final[dict[str, dict[str, dict[str, int]]]] = {
    "formats": {
        "datacite": {
            "/records/*/export/datacite-json": 200,
            "/api/records/*#application/vnd.datacite.datacite+xml": 200,
        },
        "exports": {"/records/*/export/bibtex": 200, "/records/*/export/dcat-ap": 200},
        "signposting": {"/sitemap.xml": 200, "/feeds/records.atom?q=chaos": 200},
        "oaipmh": {"/oai2d?verb=ListRecords&metadataPrefix=oai_dc": 200},
        "openaire": {"/api/funders": 200, "/records/*/export/oai_openaire": 200},
    },
    "people": {
        "sharing": {"/api/records/*/access/links": 403},
        "requests": {"/api/requests": 403},
        "access-requests": {"/api/records/*/access": 403},
        "quota": {"/api/user/quota": 403},
        "internal-notes": {},
        "notifications": {"/api/user/notifications": 403},
        "oidc": {"/oidc/welcome/sent": 200},
        "orcid": {"/account/settings/orcid": 200},
        "github-login": {},
        "openaire-login": {},
        "oauth-server": {"/.well-known/openid-configuration": 200},
        "mfa": {"/mfa/settings": 200},
    },
}
#: Everywhere, whatever is on.
ALWAYS: Final = ("/", "/search?q=chaos", "/api/records?size=5", "/records/*", "/api/records/*", "/healthz")
#: Of a restricted record, whatever is on.
CLOSED: Final = ("/records/*", "/api/records/*", "/api/records/*/files", "/records/*/export/json")
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


def about(paths: Iterable[str], number: str) -> list[str]:
    return [path.replace("*", number) for path in paths]


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


def published_restricted(deployment: Deployment) -> str:
    """The number of a record that is open to nobody but who made it."""
    restricted = document("Chaos that is closed", record_access="restricted", files_access="restricted")
    by_token, records = {"Authorization": f"Bearer {deployment.token}"}, f"{deployment.url}/api/records"
    number = requests.post(records, json=restricted, headers=by_token, timeout=60).json()["id"]
    published = requests.post(f"{records}/{number}/draft/actions/publish", headers=by_token, timeout=60)
    assert published.status_code == 202, published.text
    return str(number)


@pytest.mark.slow
@pytest.mark.parametrize("group", SERVED)
def test_each_goes_off_and_on_without_an_error_or_a_trace(deployment: Deployment, group: str) -> None:
    repository = Repository(Instance.load(deployment.folder))
    depositor = Depositor(deployment.url, deployment.token, Promises(), 1)
    depositor.deposit()
    number = min(depositor.promises.published, key=int)
    closed = published_restricted(deployment)
    before = seen(deployment, number)
    served = SERVED[group]
    right: dict[str, set[int]] = {path: {200} for path in about(ALWAYS, number)}
    right |= {path: {403} for path in about(CLOSED, closed)}
    for answers in served.values():
        right |= {path.replace("*", number): {status, 404, 406} for path, status in answers.items() if "#" not in path}
    readers = [Reader(deployment.url, right) for _ in range(2)]
    for thread in (*readers, depositor):
        thread.start()
    try:
        for act in ("enable", "disable", "enable"):
            for plugin, answers in served.items() if act == "enable" else reversed(served.items()):
                getattr(repository.plugins, act)(plugin, SYSTEM)
                seconds_until_all_follow(repository, WORKERS)
                for path, status in answers.items():
                    expected = {status} if act == "enable" else {404, 406}
                    found = {ask(deployment, path.replace("*", number)).status_code for _ in range(4)}
                    assert found <= expected, (act, path)
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
