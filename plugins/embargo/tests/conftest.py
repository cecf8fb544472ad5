"""Records under embargo, and a clock that the tests move."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from muniment.api import RecordItem, Repository

#: Noon of a day in March, in UTC.
NOON = datetime(2027, 3, 1, 12, tzinfo=UTC)


class Clock:
    """The moment that the repository takes for now."""

    def __init__(self) -> None:
        self.moment = NOON

    def __call__(self) -> datetime:
        return self.moment

    def at(self, text: str) -> None:
        """Move to a moment in UTC: `clock.at("2027-03-03 05:00")`."""
        self.moment = datetime.fromisoformat(text).replace(tzinfo=UTC)

    def pass_by(self, **duration: float) -> None:
        self.moment += timedelta(**duration)


@pytest.fixture
def clock(repository: Repository) -> Clock:
    found = Clock()
    repository.database.now = found
    return found


@pytest.fixture
def embargoed(repository: Repository, clock: Clock, make_draft: Any, ada: Any) -> Callable[..., RecordItem]:
    """Publishes a record with a file under embargo: `embargoed("2027-03-03", reason="Until the thesis is done")`."""

    def make(until: str = "2027-03-03", *, reason: str | None = None, **changes: Any) -> RecordItem:
        draft = make_draft(files={"data.csv": b"a,b\n1,2\n"}, **{"files_access": "restricted", **changes})
        access = {**draft.data["access"], "embargo": {"active": True, "until": until, "reason": reason}}
        repository.records.update_draft(ada.actor, draft.id, {**draft.data, "access": access})
        return repository.records.publish(ada.actor, draft.id)

    return make
