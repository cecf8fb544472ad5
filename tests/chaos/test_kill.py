"""Every process is killed at random moments of deposit and publish; what was acknowledged is there afterwards."""

from __future__ import annotations

import os
import random
import time
from pathlib import Path

import pytest
import requests

from tests.chaos.depositor import Depositor, Promises
from tests.deployment import Deployment

ROUNDS = int(os.environ.get("MUNIMENT_KILL_ROUNDS", "20"))


@pytest.mark.slow
def test_nothing_acknowledged_is_lost(fresh_database: str, tmp_path: Path) -> None:
    deployment = Deployment(tmp_path / "instance", fresh_database)
    promises = Promises()
    seed = random.SystemRandom().randrange(10**6)
    print(f"seed {seed}")
    moments = random.Random(seed)
    try:
        for round_ in range(ROUNDS):
            deployment.start()
            check(deployment, promises, everything=False)
            depositors = [
                Depositor(deployment.url, deployment.token, promises, seed + round_ * 10 + n) for n in range(2)
            ]
            for depositor in depositors:
                depositor.start()
            time.sleep(moments.uniform(0.1, 4.0))
            deployment.kill()
            for depositor in depositors:
                depositor.halt.set()
                depositor.join(timeout=30)
                assert depositor.surprises == []
        deployment.start()
        assert promises.published, "nothing was published in any round"
        check(deployment, promises, everything=True)
        registered_once(deployment, promises)
    finally:
        if deployment.running:
            deployment.kill()
    assert "ERROR" not in deployment.command("doctor", check=False)


def check(deployment: Deployment, promises: Promises, *, everything: bool) -> None:
    """What was acknowledged is there; what was not is there entirely or not at all."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    numbers = list(promises.published)
    for number in numbers if everything else numbers[-5:]:
        record = session.get(f"{deployment.url}/api/records/{number}", timeout=20)
        assert record.status_code == 200, (number, record.text)
        title = record.json()["metadata"]["title"]
        assert title == promises.published[number] or number in promises.uncertain
        same_bytes(deployment, number, promises)
    for number in list(promises.uncertain):
        settle(session, deployment, number, promises)
    for number in promises.drafts:
        draft = session.get(f"{deployment.url}/api/records/{number}/draft", timeout=20)
        assert draft.status_code == 200, (number, draft.text)
    if everything:
        found_all(session, deployment, promises)


def settle(session: requests.Session, deployment: Deployment, number: str, promises: Promises) -> None:
    """A publish without an answer: the draft is still there, or the record is, with its files."""
    draft = session.get(f"{deployment.url}/api/records/{number}/draft", timeout=20)
    record = session.get(f"{deployment.url}/api/records/{number}", timeout=20)
    assert draft.status_code == 200 or record.status_code == 200, (draft.text, record.text)
    if draft.status_code != 200:
        promises.published[number] = record.json()["metadata"]["title"]
        promises.drafts.pop(number, None)
        same_bytes(deployment, number, promises)
    promises.uncertain.discard(number)


def same_bytes(deployment: Deployment, number: str, promises: Promises) -> None:
    content = promises.files.get((number, "data.bin"))
    if content is not None:
        answer = requests.get(f"{deployment.url}/api/records/{number}/files/data.bin/content", timeout=20)
        assert answer.status_code == 200, answer.text
        assert answer.content == content


def found_all(session: requests.Session, deployment: Deployment, promises: Promises) -> None:
    """The index has caught up: each published version is found by its id."""
    deadline = time.monotonic() + 20
    missing = set(promises.published)
    while missing and time.monotonic() < deadline:
        for number in list(missing):
            answer = session.get(
                f"{deployment.url}/api/records", params={"q": f"id:{number}", "allversions": "true"}, timeout=20
            )
            if answer.json()["hits"]["total"] == 1:
                missing.discard(number)
        if missing:
            time.sleep(0.2)
    assert not missing, f"not in the index: {sorted(missing)}"


def registered_once(deployment: Deployment, promises: Promises) -> None:
    """The outbox drains: every published DOI is registered, and the stand-in knows no other."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        status = deployment.command("datacite", "status")
        if "0 outstanding." in status.splitlines()[-1]:
            return
        time.sleep(1)
    raise AssertionError(f"{len(promises.published)} records were published, but: {status[-2000:]}")
