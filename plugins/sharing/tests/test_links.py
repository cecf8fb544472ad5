"""Secret links: what they open and for whom, how they end, and what guessing brings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from muniment_sharing.readers import COOKIE

pytestmark = pytest.mark.plugins("sharing")


def address(item: Any, link: Any, path: str = "") -> str:
    return f"/api/records/{item.id}{path}?token={link['token'] if isinstance(link, dict) else link.token}"


@pytest.mark.hook("actor_labels")
@pytest.mark.hook("request_guard")
def test_a_link_is_made_listed_changed_and_revoked(api: Any, ada: Any, restricted: Any, repository: Any) -> None:
    client, path = api.as_(ada), f"/api/records/{restricted.id}/access/links"
    day = (repository.now() + timedelta(days=5)).date().isoformat()
    made = client.post(path, json={"permission": "view", "expires_at": day, "description": "For Mary"})
    assert made.status_code == 201
    link = made.json
    assert (link["permission"], link["expires_at"], link["description"]) == ("view", day, "For Mary")
    assert link["origin"] is None
    assert len(link["token"]) == 43
    assert api.get(address(restricted, link)).status_code == 200
    assert api.get(address(restricted, link, "/files/beetles.csv/content")).data == b"a,b\n1,2\n"
    assert client.get(path).json == {"hits": {"hits": [link], "total": 1}}
    changed = client.request("PATCH", f"{path}/{link['id']}", json={"permission": "preview"})
    assert changed.json == {**link, "permission": "preview"}
    assert client.put(f"{path}/{link['id']}", json={}).status_code == 405
    assert client.delete(f"{path}/{link['id']}").status_code == 204
    assert api.get(address(restricted, link)).status_code == 404
    assert client.get(f"{path}/{link['id']}").json["message"] == "No secret link found with the given ID."
    acts = [entry.action for entry in repository.audit.entries() if entry.action.startswith("link.")]
    assert acts == ["link.refused", "link.revoked", "link.changed", "link.created"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "permission"),
        ({"permission": "manage"}, "permission"),
        ({"permission": ["view"]}, "permission"),
        ({"permission": "view", "expires_at": "2020-01-01"}, "expires_at"),
        ({"permission": "view", "expires_at": "tomorrow"}, "expires_at"),
        ({"permission": "view", "expires_at": 5}, "expires_at"),
        ({"permission": "view", "expires_at": "2027-02-31"}, "expires_at"),
        ({"permission": "view", "description": "x" * 256}, "description"),
        ({"permission": "view", "description": {"a": 1}}, "description"),
        ({"permission": "edit", "hide_authors": True}, "hide_authors"),
    ],
)
def test_bad_input_is_refused_at_its_field(api: Any, ada: Any, restricted: Any, sent: Any, field: str) -> None:
    path = f"/api/records/{restricted.id}/access/links"
    answer = api.as_(ada).post(path, json=sent)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]
    assert api.as_(ada).get(path).json["hits"]["total"] == 0


def test_nobody_sets_token_origin_or_owner(api: Any, ada: Any, grace: Any, restricted: Any) -> None:
    sent = {
        "permission": "view",
        "token": "x" * 43,
        "origin": "request:1",
        "id": "mine",
        "parent_id": 1,
        "created_by": grace.subject,
    }
    link = api.as_(ada).post(f"/api/records/{restricted.id}/access/links", json=sent).json
    assert link["token"] != sent["token"]
    assert link["origin"] is None
    assert link["id"] != "mine"


def test_only_managers_handle_links(api: Any, grace: Any, restricted: Any, link_to: Any) -> None:
    link = link_to(restricted, "edit")
    for query in ("", f"?token={link.token}"):
        path = f"/api/records/{restricted.id}/access/links"
        assert api.as_(grace).get(path + query).status_code == 403
        assert api.as_(grace).post(path + query, json={"permission": "view"}).status_code == 403
        assert api.as_(grace).delete(f"{path}/{link.id}{query}").status_code == 403
        assert api.get(path + query).status_code == 403


def test_every_link_that_opens_nothing_answers_alike(
    api: Any, restricted: Any, make_record: Any, link_to: Any, sharing: Any, ada: Any, later: Any
) -> None:
    other = make_record("Another", record_access="restricted")
    day = (sharing.links.today + timedelta(days=2)).isoformat()
    revoked, expiring, foreign = link_to(restricted), link_to(restricted, expires_at=day), link_to(other)
    sharing.links.revoke(ada.actor, restricted.id, revoked.id)
    assert api.get(address(restricted, expiring)).status_code == 200
    later(days=3)
    bodies = set()
    for token in (revoked.token, expiring.token, foreign.token, "x" * 43, "", "%00", "a" * 5000):
        answer = api.get(f"/api/records/{restricted.id}?token={token}")
        assert answer.status_code == 404
        bodies.add(answer.data)
    assert len(bodies) == 1
    assert api.get(f"/api/records/nothing?token={foreign.token}").status_code == 404


def test_a_guess_costs_the_same_whatever_is_wrong(
    api: Any, restricted: Any, make_record: Any, link_to: Any, sharing: Any, ada: Any, sql_statements: list[str]
) -> None:
    foreign, revoked = link_to(make_record("Another", record_access="restricted")), link_to(restricted)
    sharing.links.revoke(ada.actor, restricted.id, revoked.id)
    counts = []
    for token in (foreign.token, revoked.token, "x" * 43):
        api.get(f"/api/records/{restricted.id}?token={token}")  # the first of a minute is written down
        sql_statements.clear()
        api.get(f"/api/records/{restricted.id}?token={token}")
        counts.append(len(sql_statements))
    assert len(set(counts)) == 1


def test_refused_uses_are_in_the_audit_trail(
    api: Any, restricted: Any, make_record: Any, link_to: Any, repository: Any
) -> None:
    foreign = link_to(make_record("Another", record_access="restricted"))
    for _ in range(3):
        api.get(address(restricted, foreign))
        api.get(f"/api/records/{restricted.id}?token={'x' * 43}")
    told = [entry for entry in repository.audit.entries() if entry.action == "link.refused"]
    assert sorted(entry.details["reason"] for entry in told) == ["foreign", "unknown"]
    assert all(foreign.token not in str(entry.details) for entry in told)


def test_a_draft_is_seen_by_preview_and_edited_by_edit_once_signed_in(
    api: Any, grace: Any, make_draft: Any, link_to: Any, repository: Any
) -> None:
    draft = make_draft("Zyzzyva draft")
    viewing, previewing, editing = (link_to(draft, name) for name in ("view", "preview", "edit"))
    path = f"/api/records/{draft.id}/draft"
    assert api.get(f"{path}?token={viewing.token}").status_code == 403
    for link in (previewing, editing):
        shown = api.get(f"{path}?token={link.token}")
        assert shown.json["metadata"]["title"] == "Zyzzyva draft"
        assert "grants" not in shown.json["parent"]["access"]
        assert api.put(f"{path}?token={link.token}", json=shown.json).status_code == 403
    assert api.as_(grace).put(f"{path}?token={previewing.token}", json=draft.data).status_code == 403
    sent = {**draft.data, "metadata": {**draft.data["metadata"], "title": "By Grace"}}
    assert api.as_(grace).put(f"{path}?token={editing.token}", json=sent).json["metadata"]["title"] == "By Grace"
    assert api.as_(grace).put(path, json=sent).status_code == 403
    assert api.as_(grace).get("/api/user/records?shared_with_me=true").json["hits"]["total"] == 0


def test_a_page_puts_the_token_away(client: Any, restricted: Any, link_to: Any) -> None:
    link = link_to(restricted)
    landed = client.get(f"/records/{restricted.id}?token={link.token}&lang=en")
    assert landed.status_code == 303
    assert landed.headers["Location"] == f"/records/{restricted.id}?lang=en"
    assert landed.headers["Cache-Control"] == "private, no-store"
    assert landed.headers["Referrer-Policy"] == "no-referrer"
    cookie = landed.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    page = client.get(f"/records/{restricted.id}")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    text = page.get_data(as_text=True)
    assert "Zyzzyva survey" in text
    assert "by a secret link" in text
    assert link.token not in text
    assert client.get(f"/records/{restricted.id}/files/beetles.csv").status_code == 200
    with client.application.test_client() as outsider:
        assert outsider.get(f"/records/{restricted.id}").status_code == 403


def test_a_revoked_link_ends_in_browsers_that_hold_it(
    client: Any, restricted: Any, link_to: Any, sharing: Any, ada: Any
) -> None:
    link = link_to(restricted)
    client.get(f"/records/{restricted.id}?token={link.token}")
    assert client.get("/api/records?q=zyzzyva").json["hits"]["total"] == 1
    sharing.links.revoke(ada.actor, restricted.id, link.id)
    assert client.get(f"/records/{restricted.id}").status_code == 403
    assert client.get("/api/records?q=zyzzyva").json["hits"]["total"] == 0


def test_the_database_holds_no_token(repository: Any, restricted: Any, link_to: Any) -> None:
    from sqlalchemy import text

    token = link_to(restricted).token
    with repository.database.read() as session:
        for table in ("sharing_links", "events", "audit_entries"):
            rows = session.execute(text(f"SELECT * FROM {table}")).all()
            assert token not in repr(rows)


@pytest.mark.configuration("plugin", sharing={"longest_link_days": 10})
def test_a_site_can_ask_for_a_last_day(api: Any, ada: Any, restricted: Any, sharing: Any) -> None:
    path = f"/api/records/{restricted.id}/access/links"
    for days in (None, 11):
        day = None if days is None else (sharing.links.today + timedelta(days=days)).isoformat()
        assert api.as_(ada).post(path, json={"permission": "view", "expires_at": day}).status_code == 400
    day = (sharing.links.today + timedelta(days=10)).isoformat()
    assert api.as_(ada).post(path, json={"permission": "view", "expires_at": day}).status_code == 201


@pytest.mark.parametrize("name", ["%00", "%ED%A0%80", "..", "x" * 3000, "' OR 1=1 --", "0"])
def test_odd_ids_are_not_found(api: Any, ada: Any, restricted: Any, name: str) -> None:
    base = f"/api/records/{restricted.id}/access"
    for method in ("GET", "PATCH", "DELETE"):
        for kind in ("links", "users", "groups", "grants"):
            sent = {"json": {"permission": "view"}} if method == "PATCH" else {}
            answer = api.as_(ada).request(method, f"{base}/{kind}/{name}", **sent)
            assert answer.status_code in (400, 404, 405), (method, kind)
