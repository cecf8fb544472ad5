"""Whose quota is set hears of it."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("quota")


def told(repository: Any) -> list[tuple[set[int], str, str, Any]]:
    """To whom, which text with its values, where it leads and who caused it; of each event, oldest first."""
    (type,) = [one for one in repository.hooks.register_notification_types() if one.id == "quota.set"]
    entries = [one for one in repository.events.read_after(0, 10_000) if one.name in type.events]
    found = [one for entry in entries for one in type.tell(repository, entry)]
    return [(set(one.to), one.text % one.values, one.path, one.cause) for one in found]


@pytest.mark.hook("register_notification_types")
def test_the_person_and_the_owner_are_told_of_what_changes(
    api: Any, repository: Any, ada: Any, administrator: Any, make_record: Any
) -> None:
    record, panel = make_record("Survey"), api.as_(administrator)
    person, work = f"/api/users/{ada.subject}/quota", f"/api/records/{record.id}/quota"
    for path, size in ((person, None), (work, None), (person, "2 TB"), (person, "2 TB"), (work, "80 GB")):
        assert panel.post(path, json={"quota_size": size}).status_code == 200
    own, boss = {ada.subject}, administrator.subject
    assert told(repository) == [
        (own, "You may keep 2 TB in all now", "/account/settings/quota", boss),
        (own, "Each version of “Survey” may hold 80 GB now", f"/records/{record.id}", boss),
    ]


def test_of_what_is_otherwise_by_now_only_the_last_is_told(
    api: Any, repository: Any, ada: Any, administrator: Any, make_draft: Any
) -> None:
    draft, panel = make_draft("Survey"), api.as_(administrator)
    for path in (f"/api/users/{ada.subject}/quota", f"/api/records/{draft.id}/quota"):
        for size in ("2 TB", "3 TB", None):
            assert panel.post(path, json={"quota_size": size}).status_code == 200
    assert [(text, path) for _to, text, path, _cause in told(repository)] == [
        ("You may keep in all what the site allows again", "/account/settings/quota"),
        ("Each version of “Survey” may hold what the site allows again", f"/uploads/{draft.id}"),
    ]
