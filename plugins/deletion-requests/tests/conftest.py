"""Records that their owners cannot delete themselves any more."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from muniment.api import RecordItem, Repository


@pytest.fixture
def old_record(
    repository: Repository, make_record: Callable[..., RecordItem], monkeypatch: pytest.MonkeyPatch
) -> RecordItem:
    """A record of Ada's, published long before now."""
    record = make_record("Tides of the North Sea")
    now = repository.database.now
    monkeypatch.setattr(repository.database, "now", lambda: now() + timedelta(days=400))
    return record


@pytest.fixture
def moderator(make_user: Any) -> Any:
    return make_user("mod@example.org", roles=["moderator"])
