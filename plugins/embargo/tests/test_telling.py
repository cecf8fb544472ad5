"""The owner hears that an embargo has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import RecordItem, Repository

pytestmark = pytest.mark.plugins("embargo")


@pytest.mark.hook("register_notification_types")
def test_the_owner_is_told(repository: Repository, embargoed: Callable[..., RecordItem], clock: Any, ada: Any) -> None:
    record = embargoed("2027-03-03")
    clock.at("2027-03-03 05:00")
    repository.jobs.run_now("embargo.lift")
    (entry,) = [one for one in repository.events.read_after(0, 10_000) if one.name == "embargo.lifted"]
    (type,) = repository.hooks.register_notification_types()
    (told,) = type.tell(repository, entry)
    assert (told.to, told.path, told.cause) == ({ada.subject}, f"/records/{record.id}", None)
