"""Who is told of what is shared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import LogEntry, Notification, RecordItem, Repository

pytestmark = pytest.mark.plugins("sharing")


def told(repository: Repository, id: str, event: str) -> list[Notification]:
    """What the type `id` tells of the newest event with this name."""
    (type,) = [one for one in repository.hooks.register_notification_types() if one.id == id]
    entries: list[LogEntry] = [one for one in repository.events.read_after(0, 10_000) if one.name == event]
    return list(type.tell(repository, entries[-1]))


@pytest.mark.hook("register_notification_types")
def test_a_grant_and_later_versions_are_told_to_whom_it_was_given(
    repository: Repository, sharing: Any, restricted: RecordItem, ada: Any, grace: Any
) -> None:
    repository.users.update_profile(grace.actor, grace.subject, {"visibility": "public"})
    entry = {"permission": "edit", "subject": {"type": "user", "id": str(grace.subject)}, "notify": True}
    sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    (granted,) = told(repository, "sharing.granted", "sharing.letter")
    assert (granted.to, granted.cause) == ({grace.subject}, ada.subject)
    assert granted.path == f"/records/{restricted.id}"
    assert told(repository, "sharing.answered", "sharing.letter") == []

    (version,) = told(repository, "sharing.version", "record.published")
    assert version.to == {ada.subject, grace.subject}
    assert (version.cause, version.path) == (ada.subject, f"/records/{restricted.id}")


def test_an_edition_is_no_version(repository: Repository, make_record: Callable[..., RecordItem], ada: Any) -> None:
    record = make_record()
    draft = repository.records.edit(ada.actor, record.id)
    repository.records.publish(ada.actor, draft.id)
    assert told(repository, "sharing.version", "record.published") == []
