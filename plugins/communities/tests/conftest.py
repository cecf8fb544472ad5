"""Communities, and people with and without a role in them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import SYSTEM, Repository
from muniment_communities.api import Community, CommunityService


@pytest.fixture
def communities(repository: Repository) -> CommunityService:
    return CommunityService(repository)


@pytest.fixture
def found(communities: CommunityService, ada: Any) -> Callable[..., Community]:
    """Makes a community of Ada's: `found("polar", title="Polar research", visibility="restricted")`."""

    def make(slug: str = "polar", title: str = "Polar research", *, by: Any = None, **more: Any) -> Community:
        metadata = {"title": title, **more.pop("metadata", {})}
        return communities.create((by or ada).actor, {"slug": slug, "metadata": metadata, "access": more})

    return make


@pytest.fixture
def polar(found: Callable[..., Community]) -> Community:
    return found()


@pytest.fixture
def join(communities: CommunityService, repository: Repository) -> Callable[..., None]:
    """Makes somebody a member: `join(polar, grace, "curator")`."""

    def add(community: Community, who: Any, role: str = "reader") -> None:
        with repository.database.write() as unit:
            communities.members.add(unit, community.id, role, subject=who.subject)

    return add


@pytest.fixture
def put(communities: CommunityService, repository: Repository) -> Callable[..., None]:
    """Puts a record into a community: `put(record, polar)`."""

    def link(record: Any, community: Community, *, by: Any = None, default: bool | None = None) -> None:
        parent = repository.records.parent_number_of(record.id)
        assert parent is not None
        with repository.database.write() as unit:
            communities.records.link(unit, by.actor if by else SYSTEM, parent, community.id, default=default)
        communities.records.wait(unit)

    return link
