"""`communities` and `curation` go off and on under load: records stay published and readable, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
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
#: In the order in which they are switched on.
PLUGINS: Final = ("communities", "curation")


@pytest.fixture
def deployment(fresh_database: str, tmp_path: Path) -> Iterator[Deployment]:
    """A site with two web processes and a worker, with communities whose submissions are reviewed."""
    made = Deployment(
        tmp_path / "instance",
        fresh_database,
        {"server": {"workers": WORKERS}, "plugins": {"enabled": ["requests", *PLUGINS]}},
    )
    made.start()
    yield made
    made.kill()


class Scene:
    """A community with a record in it, a draft under review, a member who waits, and checks."""

    def __init__(self, repository: Repository) -> None:
        from muniment_communities.api import CommunityService
        from muniment_curation.check_settings import CheckSettings
        from muniment_curation.reviews import ReviewService

        self.repository = repository
        self.communities, self.reviews = CommunityService(repository), ReviewService(repository)
        self.checks = CheckSettings(repository)
        person = repository.users.find("ada@example.org")
        assert person is not None
        self.ada: Any = repository.users.actor_for_user(person)
        self.polar = self.communities.create(self.ada, {"slug": "polar", "metadata": {"title": "Polar"}, "access": {}})
        self.checks.change(self.ada, self.polar, {"curation-licence": {"level": "advice"}})
        self.number = self._submitted("A record of the community")
        waiting = self.reviews.of_draft(self.number)
        assert waiting is not None
        self.reviews.requests.act(SYSTEM, waiting.request, "accept")  # nobody accepts what they ask for
        self.draft = self._submitted("A draft under review")
        review = self.reviews.of_draft(self.draft)
        assert review is not None
        self.request = review.request

    def _submitted(self, title: str) -> str:
        draft = self.repository.records.create(self.ada, document(title, files_enabled=False))
        self.reviews.choose(self.ada, draft.id, self.polar.id)
        self.reviews.submit(self.ada, draft.id)
        return str(draft.id)

    def kept(self) -> dict[str, Any]:
        """All that must be as it was, as the services of another generation find it."""
        from muniment_communities.api import CommunityService
        from muniment_curation.check_settings import CheckSettings
        from muniment_curation.reviews import ReviewService

        repository = self.repository.successor()
        reviews, communities = ReviewService(repository), CommunityService(repository)
        review, found = reviews.of_draft(self.draft), communities.found("polar")
        assert review is not None
        assert found is not None
        return {
            "review": (review.request, review.is_open),
            "request": reviews.requests.get(SYSTEM, self.request).status,
            "role": communities.roles.role(self.ada, found.id),
            "records": communities.records.counts([found.id])[found.id],
            "checks": [one.check.id for one in CheckSettings(repository).active(found.id)],
            "revision": found.revision,
        }


@pytest.mark.slow
def test_records_stay_and_nothing_is_lost(deployment: Deployment) -> None:
    repository = Repository(Instance.load(deployment.folder))
    scene = Scene(repository)
    before = scene.kept()
    record, home = f"/records/{scene.number}", "/communities/polar"
    always = {path: {200} for path in (record, f"/api{record}", "/search?q=record", "/", "/healthz")}
    either = {path: {200, 404} for path in (home, "/api/communities/polar", "/communities")}
    readers = [Reader(deployment.url, always | either) for _ in range(2)]
    depositor = Depositor(deployment.url, deployment.token, Promises(), 1)
    for thread in (*readers, depositor):
        thread.start()
    try:
        for act in ("disable", "enable", "disable", "enable"):
            for plugin in PLUGINS if act == "enable" else reversed(PLUGINS):
                getattr(repository.plugins, act)(plugin, SYSTEM)
            seconds_until_all_follow(repository, WORKERS)
            expected = 200 if act == "enable" else 404
            assert {status(deployment, home) for _ in range(4)} == {expected}, act
            assert status(deployment, record) == 200
            listed = requests.get(f"{deployment.url}/api{record}", timeout=30).json()["parent"].get("communities", {})
            assert bool(listed.get("ids")) == (act == "enable")
    finally:
        for thread in (*readers, depositor):
            thread.halt.set()
            thread.join(timeout=60)
    assert [failure for reader in readers for failure in reader.failures] == [], deployment.errors()
    assert depositor.surprises == []
    assert depositor.promises.published
    assert scene.kept() == before
    assert deployment.errors() == ""
    repository.close()


def status(deployment: Deployment, path: str) -> int:
    return requests.get(deployment.url + path, timeout=30).status_code
