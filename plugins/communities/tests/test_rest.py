"""Communities by the API."""

from __future__ import annotations

import struct
import zlib
from typing import Any

import pytest

pytestmark = pytest.mark.plugins("communities", "requests")


def picture() -> bytes:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    rest = chunk(b"tEXt", b"Author\0Ada") + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + rest


def test_a_community_is_made_found_changed_and_renamed(api: Any, ada: Any, grace: Any) -> None:
    sent = {
        "slug": "polar",
        "metadata": {"title": "Polar", "type": {"id": "topic"}},
        "access": {"visibility": "public"},
    }
    made = api.as_(ada).post("/api/communities", json=sent)
    assert (made.status_code, made.json["revision_id"]) == (201, 1)
    assert made.json["ui"]["permissions"]["can_update"]
    assert api.as_(ada).post("/api/communities", json=sent).json["errors"][0]["field"] == "slug"
    id = made.json["id"]
    listed = api.as_(grace).get("/api/communities?q=pol&type=topic").json
    assert listed["hits"]["total"] == 1
    assert listed["aggregations"]["type"]["buckets"][0]["is_selected"]
    assert not listed["hits"]["hits"][0]["ui"]["permissions"]["can_update"]
    other = api.as_(grace)
    assert other.put(f"/api/communities/{id}", json=sent).status_code == 403
    assert other.get("/api/user/communities").json["hits"]["total"] == 0
    mine = api.as_(ada)
    assert mine.get("/api/user/communities").json["hits"]["total"] == 1
    assert mine.put(f"/api/communities/{id}", json=sent, headers={"If-Match": "7"}).status_code == 412
    assert mine.post(f"/api/communities/{id}/rename", json={"slug": "ice"}).json["slug"] == "ice"
    assert mine.get("/api/communities/polar").json["slug"] == "ice"
    assert mine.get("/api/communities?sort=worst").status_code == 400


def test_logos_hold_nothing_but_the_picture(api: Any, ada: Any, grace: Any, polar: Any) -> None:
    path = f"/api/communities/{polar.id}/logo"
    assert api.as_(grace).put(path, data=picture(), content_type="application/octet-stream").status_code == 403
    mine = api.as_(ada)
    assert mine.put(path, data=b"<svg/>", content_type="application/octet-stream").status_code == 400
    assert mine.put(path, data=picture()[:40], content_type="application/octet-stream").status_code == 400
    assert mine.put(path, data=picture(), content_type="application/octet-stream").status_code == 200
    answer = mine.get(path)
    assert (answer.status_code, answer.content_type) == (200, "image/png")
    assert b"Ada" not in answer.data
    assert mine.delete(path).status_code == 204
    assert mine.get(path).status_code == 404


def test_members_and_invitations_have_addresses(api: Any, ada: Any, grace: Any, polar: Any) -> None:
    own = f"/api/communities/{polar.id}"
    sent = {"members": [{"type": "user", "id": str(grace.subject)}], "role": "curator"}
    assert api.as_(grace).get(f"{own}/members").status_code == 403
    assert api.as_(grace).post(f"{own}/invitations", json=sent).status_code == 403
    mine = api.as_(ada)
    assert mine.post(f"{own}/members", json=sent).status_code == 400
    assert mine.post(f"{own}/invitations", json=sent).status_code == 204
    assert mine.put(f"{own}/invitations", json={**sent, "role": "reader"}).status_code == 204
    (hit,) = mine.get(f"{own}/invitations").json["hits"]["hits"]
    assert (hit["member"]["id"], hit["role"]) == (str(grace.subject), "reader")
    group = {"members": [{"type": "group", "id": "moderator"}], "role": "curator", "visible": True}
    assert mine.post(f"{own}/members", json=group).status_code == 204
    hits = mine.get(f"{own}/members").json["hits"]["hits"]
    assert [(one["member"]["type"], one["role"]) for one in hits] == [("user", "owner"), ("group", "curator")]
    assert hits[0]["permissions"]["can_leave"]
    assert api.get(f"{own}/members/public").json["hits"]["total"] == 1
    assert mine.delete(f"{own}/members", json={"members": [{"type": "user", "id": "x"}]}).status_code == 404


def test_records_leave_by_curators_and_owners(
    api: Any, found: Any, put: Any, make_record: Any, ada: Any, grace: Any, join: Any, make_user: Any
) -> None:
    polar, ice = found("polar", "Polar", by=grace), found("ice", "Ice", by=grace)
    record = make_record("Tides")
    put(record, polar)
    put(record, ice)
    path = f"/api/records/{record.id}/communities"
    assert [one["slug"] for one in api.get(path).json["hits"]["hits"]] == ["polar", "ice"]
    assert api.get("/api/communities/polar/records?q=tides").json["hits"]["total"] == 1
    stranger = api.as_(make_user("mary@example.org"))
    refused = stranger.delete(path, json={"communities": [{"id": "polar"}]})
    assert (refused.status_code, refused.json["processed"]) == (400, [])
    assert stranger.put(path, json={"default": ice.id}).status_code == 403
    assert api.as_(ada).put(path, json={"default": ice.id}).json["default"] == ice.id
    assert api.as_(ada).delete(path, json={"communities": [{"id": "ice"}, {"id": "none"}]}).json == {
        "processed": [{"community_id": "ice"}],
        "errors": [{"community": "none", "message": "The community does not exist."}],
    }
    taken = api.as_(grace).delete("/api/communities/polar/records", json={"records": [{"id": record.id}]})
    assert taken.json == {"errors": []}
    assert api.get(path).json["hits"]["total"] == 0


@pytest.mark.hook("actor_labels")
def test_members_see_what_is_restricted_with_their_community(
    api: Any, found: Any, put: Any, make_record: Any, grace: Any, join: Any, repository: Any, make_user: Any
) -> None:
    secret = found("secret", "Secret", visibility="restricted")
    hidden = make_record("Hidden", record_access="restricted", files_access="restricted")
    put(hidden, secret)
    with pytest.raises(Exception, match="everybody may see"):
        put(make_record("Open"), secret)
    outsider = api.as_(make_user("mary@example.org"))
    for path in (f"/api/records/{hidden.id}", "/api/communities/secret", "/api/communities/secret/records"):
        assert outsider.get(path).status_code in (403, 404)
    join(secret, grace)
    member = api.as_(grace)
    assert member.get(f"/api/records/{hidden.id}").status_code == 200
    assert member.get("/api/communities/secret/records").json["hits"]["total"] == 1
    assert member.get(f"/api/records/{hidden.id}/draft").status_code in (403, 404)
    assert member.post(f"/api/records/{hidden.id}/draft").status_code == 403


@pytest.mark.hook("render_slot")
def test_record_pages_say_where_they_belong(
    panel_of: Any, client: Any, polar: Any, put: Any, make_record: Any, ada: Any
) -> None:
    record = make_record("Tides")
    put(record, polar)
    page = client.get(f"/records/{record.id}").get_data(as_text=True)
    assert 'href="/communities/polar"' in page
    assert 'href="/communities/polar"' in client.get("/search").get_data(as_text=True)
    browser = panel_of(ada)
    assert f"/records/{record.id}/communities" in browser.get(f"/records/{record.id}")
    browser.get(f"/records/{record.id}/communities")
    done = browser.post(f"/records/{record.id}/communities", do="remove", community=polar.id)
    assert "The record is in no community" in done


def test_administrators_feature_communities(api: Any, ada: Any, found: Any, make_user: Any) -> None:
    polar, ice = found(), found("ice", "Ice")
    root = api.as_(make_user("root@example.org", roles=["administrator"]))
    path = f"/api/communities/{polar.id}/featured"
    assert api.as_(ada).post(path, json={"start_date": "2020-01-01"}).status_code == 403
    assert api.as_(ada).get(path).status_code == 403
    assert root.post(path, json={"start_date": "soon"}).status_code == 400
    assert root.put(f"{path}/1", json={"start_date": "2020-01-01"}).status_code == 404
    made = root.post(path, json={"start_date": "2020-01-01T00:00:00+00:00"})
    assert (made.status_code, made.json) == (201, {"id": 1, "start_date": "2020-01-01T00:00:00+00:00"})
    root.post(f"/api/communities/{ice.id}/featured", json={"start_date": "2021-01-01"})
    slugs = lambda: [one["slug"] for one in api.get("/api/communities/featured").json["hits"]["hits"]]  # noqa: E731
    assert slugs() == ["ice", "polar"]
    assert root.put(f"{path}/1", json={"start_date": "2999-01-01"}).status_code == 200
    assert slugs() == ["ice"]
    assert root.get(path).json["hits"]["total"] == 1
    assert root.delete(f"{path}/2").status_code == 404
    assert root.delete(f"{path}/1").status_code == 204
    assert root.get(path).json["hits"]["total"] == 0


def test_communities_are_suggested_for_a_record(
    api: Any, ada: Any, grace: Any, found: Any, put: Any, make_record: Any, join: Any
) -> None:
    polar, _ice = found(), found("ice", "Ice", by=grace)
    record = make_record("Tides")
    path = f"/api/records/{record.id}/communities-suggestions"
    slugs = lambda query="": {one["slug"] for one in api.as_(ada).get(path + query).json["hits"]["hits"]}  # noqa: E731
    assert slugs() == {"polar", "ice"}
    assert slugs("?membership=true") == {"polar"}
    put(record, polar)
    assert slugs() == {"ice"}
    assert slugs("?q=sand") == set()
    assert api.as_(grace).get(path).status_code == 403


def test_managers_choose_the_role_of_who_asks(
    api: Any, communities: Any, found: Any, ada: Any, grace: Any, join: Any, make_user: Any, panel_of: Any
) -> None:
    polar, manager = found(member_policy="open"), make_user("manager@example.org")
    join(polar, manager, "manager")
    path = "/api/communities/polar/membership-requests"
    asked = api.as_(grace).post(path, json={}).json["id"]
    assert api.as_(grace).get(path).status_code == 403
    looking = api.as_(manager)
    assert [one["id"] for one in looking.get(path).json["hits"]["hits"]] == [asked]
    assert 'name="role"' in panel_of(manager).get(f"/me/requests/{asked}")
    accept = f"/api/requests/{asked}/actions/accept"
    assert looking.post(accept, json={"payload": {"role": "owner"}}).status_code == 403
    assert looking.post(accept, json={"payload": {"role": "king"}}).status_code == 400
    assert looking.post(accept, json={"payload": {"role": "curator"}}).status_code == 200
    assert communities.roles.role(grace.actor, polar.id) == "curator"
