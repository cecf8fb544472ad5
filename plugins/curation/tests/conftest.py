"""A community with a curator, and drafts on their way there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import Repository
from muniment_communities.api import CURATOR, READER, Community, CommunityService
from muniment_curation.checking import CheckService
from muniment_curation.inclusion import Inclusion
from muniment_curation.reviews import ReviewService
from muniment_requests.api import Request


@pytest.fixture
def reviews(repository: Repository) -> ReviewService:
    return ReviewService(repository)


@pytest.fixture
def inclusion(repository: Repository) -> Inclusion:
    return Inclusion(repository)


@pytest.fixture
def ada(make_user: Any) -> Any:
    """Who deposits."""
    return make_user("ada@example.org", full_name="Ada")


@pytest.fixture
def grace(make_user: Any) -> Any:
    """Curator of every community that `founded` makes."""
    return make_user("grace@example.org", full_name="Grace")


@pytest.fixture
def olga(make_user: Any) -> Any:
    """Owner of them."""
    return make_user("olga@example.org", full_name="Olga")


@pytest.fixture
def communities(repository: Repository) -> CommunityService:
    return CommunityService(repository)


@pytest.fixture
def founded(repository: Repository, communities: CommunityService, olga: Any, grace: Any) -> Callable[..., Community]:
    """Makes a community: `founded("polar", review_policy="open", members=[ada])`."""

    def make(slug: str = "polar", *, members: Any = (), **access: str) -> Community:
        sent = {"slug": slug, "metadata": {"title": slug.title()}, "access": access}
        made = communities.create(olga.actor, sent)
        with repository.database.write() as unit:
            communities.members.add(unit, made.id, CURATOR, subject=grace.subject)
            for one in members:
                communities.members.add(unit, made.id, READER, subject=one.subject)
        return made

    return make


@pytest.fixture
def polar(founded: Callable[..., Community]) -> Community:
    return founded()


@pytest.fixture
def submitted(
    reviews: ReviewService, make_draft: Any, ada: Any, polar: Community
) -> Callable[..., tuple[Any, Request]]:
    """A draft of Ada's under review: `draft, request = submitted("A title")`."""

    def submit(title: str = "Tides of the North Sea", community: Community | None = None) -> tuple[Any, Request]:
        draft = make_draft(title)
        reviews.choose(ada.actor, draft.id, (community or polar).id)
        return draft, reviews.submit(ada.actor, draft.id)

    return submit


@pytest.fixture
def checks(repository: Repository, reviews: ReviewService) -> CheckService:
    return CheckService(repository, reviews)


@pytest.fixture
def switched_on(checks: CheckService, polar: Community, olga: Any) -> Callable[..., None]:
    """Has Polar check: `switched_on("curation-fields", "error", fields=["version"])`."""

    def change(id: str, level: str = "advice", **parameters: list[str]) -> None:
        checks.settings.change(olga.actor, polar, {id: {"level": level, "parameters": parameters}})

    return change
