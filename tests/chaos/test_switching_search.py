"""The search backend is switched under load, there and back: no search fails, and nothing published is lost."""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from muniment.repository import Repository
from muniment.settings.instance import Instance
from tests.chaos.depositor import Depositor, Promises
from tests.chaos.following import Reader, seconds_until_all_follow
from tests.deployment import Deployment

SERVER = "MUNIMENT_TEST_OPENSEARCH"
WORKERS = 2
SEARCHES = ("/search?q=chaos", "/api/records?q=chaos", "/search", "/api/records?sort=newest&q=record~1")


@pytest.fixture
def deployment(fresh_database: str, tmp_path: Path) -> Iterator[Deployment]:
    """A site with two web processes and a worker that may search on the cluster."""
    address = os.environ.get(SERVER, "")
    if not address:
        pytest.skip(f"no OpenSearch: start one with scripts/services and set {SERVER} to its address")
    prefix = f"chaos-{uuid.uuid4().hex[:10]}"
    cluster = {"hosts": [address], "prefix": prefix, "timeout": 60}
    changes = {
        "server": {"workers": WORKERS},
        "plugins": {"enabled": ["datacite", "elasticsearch"]},
        "plugin.elasticsearch": cluster,
    }
    made = Deployment(tmp_path / "instance", fresh_database, changes)
    made.start()
    yield made
    made.kill()
    requests.delete(f"{address}/{prefix}-*", timeout=60).raise_for_status()


def _found(deployment: Deployment) -> set[str]:
    found: set[str] = set()
    address = f"{deployment.url}/api/records?size=100&allversions=true&page="
    for page in range(1, 100):
        answer = requests.get(f"{address}{page}", timeout=60)
        assert answer.status_code == 200, answer.text
        hits = answer.json()["hits"]["hits"]
        if not hits:
            break
        found |= {hit["id"] for hit in hits}
    return found


@pytest.mark.slow
def test_no_search_fails_and_nothing_is_lost(deployment: Deployment) -> None:
    readers = [Reader(deployment.url, {path: {200} for path in SEARCHES}) for _ in range(2)]
    depositor = Depositor(deployment.url, deployment.token, Promises(), 7)
    operator = Repository(Instance.load(deployment.folder))
    for thread in (*readers, depositor):
        thread.start()
    try:
        for backend in ("elasticsearch", "embedded", "elasticsearch"):
            before = len(depositor.promises.published)
            assert "searches from now on" in deployment.command("search", "switch", backend)
            seconds_until_all_follow(operator, WORKERS)
            told = requests.get(f"{deployment.url}/readyz", timeout=60)
            assert told.status_code == 200, told.text
            while len(depositor.promises.published) < before + 2 and depositor.is_alive():
                time.sleep(0.1)
    finally:
        for thread in (*readers, depositor):
            thread.halt.set()
            thread.join(timeout=60)
        operator.close()
    assert [failure for reader in readers for failure in reader.failures] == [], deployment.errors()
    assert depositor.surprises == []
    published = set(depositor.promises.published)
    assert len(published) > 6
    for backend in ("elasticsearch", "embedded"):
        deployment.command("search", "switch", backend)  # the first serves already
        end = time.monotonic() + 60
        while (missing := published - _found(deployment)) and time.monotonic() < end:
            time.sleep(0.5)
        assert missing == set(), backend
