"""Records that are not open to all, and people who get access to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.api import RecordItem, Repository
from muniment_sharing.service import SharingService

TITLE = "Zyzzyva survey"


@pytest.fixture
def sharing(repository: Repository) -> SharingService:
    found: SharingService = next(
        plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing"
    )
    return found


@pytest.fixture
def restricted(make_record: Any) -> RecordItem:
    """A restricted record of Ada's with a file that is described."""
    found: RecordItem = make_record(
        TITLE, record_access="restricted", files_access="restricted", files={"beetles.csv": b"a,b\n1,2\n"}
    )
    return found


@pytest.fixture
def link_to(sharing: SharingService, ada: Any) -> Callable[..., Any]:
    """Makes a link of Ada's: `link_to(record, "preview", hide_authors=True)`."""

    def make(item: RecordItem, permission: str = "view", **values: Any) -> Any:
        return sharing.links.create(ada.actor, item.id, {"permission": permission, **values})

    return make


@pytest.fixture
def later(repository: Repository) -> Callable[..., None]:
    """Moves the clock: `later(days=3)`."""
    start = repository.database.now

    def move(**duration: float) -> None:
        repository.database.now = lambda: start() + timedelta(**duration)

    return move
