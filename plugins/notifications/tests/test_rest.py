"""Notifications by the API, each person their own."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = pytest.mark.plugins("notifications", "probe")
LIST = "/api/user/notifications"
WISHES = "/api/user/notification-preferences"


def test_a_person_reads_their_own_and_marks_them(api: Any, happen: Any, ada: Any, grace: Any) -> None:
    happen(ada, titles=("One", "Two", "Three"), path="/about")
    happen(ada, title="Four", path="/help")
    body = api.as_(ada).get(f"{LIST}?size=1").json
    (hit,) = body["hits"]["hits"]
    assert (body["unread"], body["hits"]["total"]) == (4, 4)
    assert (hit["text"], hit["read"]) == ("“Four” was made by Nobody", False)
    assert hit["links"]["target"].endswith("/help")
    path = f"{LIST}/{hit['id']}"
    assert api.as_(grace).get(path).status_code == 404
    assert api.as_(grace).put(path, json={"read": True}).status_code == 404
    assert api.as_(ada).put(path, json={"read": True}).json["read"] is True
    assert api.as_(ada).get(f"{LIST}?unread=true").json["hits"]["total"] == 3
    assert api.as_(ada).put(path, json={"read": "yes"}).status_code == 400
    assert api.as_(ada).put(LIST, json={"read": True}).status_code == 204
    assert api.as_(ada).get(LIST).json["unread"] == 0
    assert api.get(LIST).status_code == 403
    for wrong in ("size=0", "size=101", "page=x"):
        assert api.as_(ada).get(f"{LIST}?{wrong}").status_code == 400
    assert api.as_(ada).get(f"{LIST}/x").status_code == 404


def test_preferences_are_changed_one_by_one_and_only_to_what_there_is(api: Any, ada: Any) -> None:
    own = api.as_(ada)
    assert own.get(WISHES).json["probe.gossip"] == {"mail": "daily", "site": True, "webhook": True}
    changed = own.put(WISHES, json={"probe.gossip": {"site": False}}).json
    assert changed["probe.gossip"] == {"mail": "daily", "site": False, "webhook": True}
    for wrong in ({"probe.gossip": {"mail": "hourly"}}, {"probe.gossip": 1}, {"none": {"mail": "now"}}):
        assert own.put(WISHES, json=wrong).status_code == 400
    assert own.put(WISHES, json={"probe.gossip": {"pigeon": True}}).status_code == 400
    assert own.get(WISHES).json == changed


def test_what_was_read_can_be_unread_again(api: Any, happen: Any, ada: Any) -> None:
    happen(ada)
    own = api.as_(ada)
    (hit,) = own.get(LIST).json["hits"]["hits"]
    own.put(f"{LIST}/{hit['id']}", json={"read": True})
    assert own.put(f"{LIST}/{hit['id']}", json={"read": False}).json["read"] is False
    assert own.get(LIST).json["unread"] == 1
