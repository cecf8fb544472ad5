"""Requests by the API, as InvenioRDM's clients know them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment_requests.api import Party, Request

pytestmark = pytest.mark.plugins("requests", "probe")


def said(text: str) -> dict[str, Any]:
    return {"payload": {"content": text, "format": "html"}}


@pytest.mark.hook("register_blueprints")
def test_a_request_is_read_and_decided(api: Any, asked: Callable[..., Request], ada: Any, grace: Any) -> None:
    path = f"/api/requests/{asked(description='Because.').id}"
    body = api.as_(grace).get(path).json
    assert body["created_by"] == {"user": str(ada.subject)}
    assert body["receiver"] == {"user": str(grace.subject)}
    assert (body["status"], body["is_open"], body["description"]) == ("submitted", True, "<p>Because.</p>")
    assert set(body["links"]["actions"]) == {"accept", "decline"}
    assert set(api.as_(ada).get(path).json["links"]["actions"]) == {"cancel"}
    answer = api.as_(grace).post(f"{path}/actions/accept", json=said("<p>Yes.</p>"))
    assert (answer.status_code, answer.json["status"], answer.json["is_closed"]) == (200, "accepted", True)
    assert api.as_(grace).post(f"{path}/actions/accept").status_code == 400
    assert api.as_(grace).post(f"{path}/actions/dance").status_code == 404
    timeline = api.as_(ada).get(f"{path}/timeline").json["hits"]
    assert [event["type"] for event in timeline["hits"]] == ["C", "L"]
    assert timeline["hits"][1]["payload"] == {"event": "accepted"}


def test_nobody_else_gets_in(api: Any, asked: Callable[..., Request], make_user: Any) -> None:
    path, eve = f"/api/requests/{asked().id}", make_user("eve@example.org")
    assert api.get(path).status_code == 403
    for method, below in (("get", ""), ("put", ""), ("delete", ""), ("get", "/timeline"), ("get", "/lock")):
        answer = getattr(api.as_(eve), method)(f"{path}{below}", **({"json": {}} if method == "put" else {}))
        assert (answer.status_code, answer.json["message"]) == (404, "There is no such request.")


def test_comments(api: Any, asked: Callable[..., Request], ada: Any, grace: Any) -> None:
    path = f"/api/requests/{asked().id}"
    made = api.as_(ada).post(f"{path}/comments", json=said("<p>One</p>"))
    assert made.status_code == 201
    assert made.json["permissions"] == {"can_update_comment": True, "can_delete_comment": True}
    own = f"{path}/comments/{made.json['id']}"
    answer = api.as_(grace).post(f"{own}/reply", json=said("Two"))
    assert answer.json["parent_id"] == made.json["id"]
    assert api.as_(grace).get(own).json["permissions"]["can_update_comment"] is False
    assert api.as_(ada).put(own, json=said("<p>Uno</p>")).json["payload"]["content"] == "<p>Uno</p>"
    assert api.as_(grace).put(own, json=said("Mine")).status_code == 403
    assert [hit["id"] for hit in api.as_(ada).get(f"{own}/replies").json["hits"]["hits"]] == [answer.json["id"]]
    focused = f"{own}/replies_focused?focus_event_id="
    assert api.as_(ada).get(f"{focused}{answer.json['id']}").json["hits"]["total"] == 1
    assert api.as_(ada).get(f"{focused}none").status_code == 404
    assert api.as_(ada).get("/api/requests").json["hits"]["hits"][0]["last_reply"]["id"] == answer.json["id"]
    focused = api.as_(ada).get(f"{path}/timeline_focused?focus_event_id={answer.json['id']}&size=1").json
    assert [hit["id"] for hit in focused["hits"]["hits"]] == [made.json["id"], answer.json["id"]]
    assert api.as_(ada).delete(own).status_code == 204
    assert api.as_(ada).get(own).status_code == 404
    assert api.as_(ada).get(f"{path}/timeline").json["hits"]["hits"][0]["payload"]["event"] == "comment_deleted"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "payload"),
        ({"payload": "Hello"}, "payload"),
        ({"payload": {"content": 3}}, "payload.content"),
        ({"payload": {"content": "Hi", "format": "markdown"}}, "payload.format"),
        ({"payload": {"content": "x" * 25_001}}, "payload.content"),
    ],
)
def test_what_is_no_comment(api: Any, asked: Callable[..., Request], ada: Any, body: Any, field: str) -> None:
    answer = api.as_(ada).post(f"/api/requests/{asked().id}/comments", json=body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


def test_a_conversation_is_locked_by_get_with_a_token_only(
    api: Any, asked: Callable[..., Request], grace: Any, panel_of: Any
) -> None:
    path = f"/api/requests/{asked().id}"
    panel_of(grace).get(f"{path}/lock", status=403)
    assert not api.as_(grace).get(path).json["is_locked"]
    assert api.as_(grace).get(f"{path}/lock").status_code == 204
    assert api.as_(grace).get(path).json["is_locked"]
    assert api.as_(grace).get(f"{path}/unlock").status_code == 204
    assert not api.as_(grace).get(path).json["is_locked"]


def test_lists(api: Any, asked: Callable[..., Request], ada: Any, grace: Any) -> None:
    first, second = asked("One", about="12"), asked("Two", type="question")
    for path in ("/api/requests", "/api/requests/", "/api/user/requests"):
        found = api.as_(grace).get(f"{path}?sort=oldest&size=1").json
        assert ([hit["id"] for hit in found["hits"]["hits"]], found["hits"]["total"]) == ([first.id], 2)
    following = api.as_(grace).get(found["links"]["next"].removeprefix("http://localhost:5000")).json
    assert [hit["id"] for hit in following["hits"]["hits"]] == [second.id]
    assert api.as_(grace).get("/api/requests?type=question").json["hits"]["total"] == 1
    assert api.as_(grace).get("/api/requests?topic=record:12&is_open=true").json["hits"]["total"] == 1
    assert api.as_(ada).get("/api/requests?shared_with_me=1").json["hits"]["total"] == 0


@pytest.mark.parametrize("query", ["sort=size", "page=0", "size=101", "size=x", "is_open=maybe", "topic=12"])
def test_lists_that_make_no_sense(api: Any, ada: Any, query: str) -> None:
    answer = api.as_(ada).get(f"/api/requests?{query}")
    assert answer.status_code == 400
    assert query.partition("=")[0] in answer.text


def test_a_request_is_changed(api: Any, asked: Callable[..., Request], ada: Any, grace: Any) -> None:
    path = f"/api/requests/{asked().id}"
    changes = {"title": "Read it", "reviewers": [{"group": "moderator"}]}
    changed = api.as_(ada).put(path, json=changes)
    assert (changed.json["title"], changed.json["reviewers"]) == ("Read it", [{"group": "moderator"}])
    assert (
        api.as_(ada).put(path, json={"status": "accepted", "created_by": {"user": "9"}}).json["status"] == "submitted"
    )
    assert api.as_(ada).delete(path).status_code == 403
    api.as_(grace).post(f"{path}/actions/decline")
    assert api.as_(ada).put(path, json=changes).status_code == 403


@pytest.mark.hook("register_json_links")
def test_requests_about_a_record_are_listed_for_who_may_see_it(
    api: Any, ada: Any, grace: Any, make_user: Any, make_record: Any, make_draft: Any, requests: Any
) -> None:
    number, draft, eve = make_record().id, make_draft("Another").id, make_user("eve@example.org")
    for topic in (number, draft):
        for type in ("favour", "long"):
            requests.create(
                ada.actor, type, receiver=Party("user", str(grace.subject)), topic=Party("record", topic), title=type
            )
    path = f"/api/records/{number}/requests"
    assert api.get(f"/api/records/{number}").json["links"]["requests"].endswith(path)
    found = api.as_(ada).get(path).json
    assert (found["hits"]["total"], {one["topic"]["record"] for one in found["hits"]["hits"]}) == (2, {number})
    assert found["links"]["self"].endswith(f"{path}?page=1")
    few = api.as_(grace).get(f"{path}?type=long&is_open=true&size=1&sort=oldest&topic=record:{draft}").json
    assert [one["type"] for one in few["hits"]["hits"]] == ["long"]
    assert api.as_(eve).get(path).json["hits"]["total"] == 0, "she takes part in none"
    assert api.as_(ada).get(f"/api/records/{draft}/requests").json["hits"]["total"] == 2
    assert api.as_(eve).get(f"/api/records/{draft}/requests").status_code == 403
    assert api.get(path).status_code == 403
    assert api.as_(ada).get("/api/records/987654/requests").status_code == 404
    assert api.as_(ada).get(f"{path}?sort=colour").status_code == 400
