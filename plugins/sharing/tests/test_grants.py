"""Grants to people and groups: given, changed, taken away, and what each level allows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from muniment.api import InvalidRequest

pytestmark = pytest.mark.plugins("sharing")


@pytest.fixture
def public_grace(repository: Any, grace: Any) -> Any:
    repository.users.update_profile(grace.actor, grace.subject, {"visibility": "public"})
    return grace


def give(api: Any, giver: Any, item: Any, subject: Any, permission: str = "view", kind: str = "user") -> Any:
    entry = {"permission": permission, "subject": {"type": kind, "id": str(subject)}}
    return api.as_(giver).post(f"/api/records/{item.id}/access/grants", json={"grants": [entry]})


@pytest.mark.hook("register_record_parts")
def test_a_grant_is_given_changed_and_revoked(api: Any, ada: Any, public_grace: Any, restricted: Any) -> None:
    grace = public_grace
    path = f"/api/records/{restricted.id}"
    assert api.as_(grace).get(path).status_code == 403
    made = give(api, ada, restricted, grace.subject)
    assert made.status_code == 201
    shown = {"permission": "view", "subject": {"type": "user", "id": str(grace.subject)}, "origin": None}
    assert made.json == {"hits": {"hits": [shown], "total": 1}}
    assert api.as_(grace).get(path).status_code == 200
    assert api.as_(grace).get("/api/records?q=zyzzyva").json["hits"]["total"] == 1
    assert api.as_(ada).get(path).json["parent"]["access"]["grants"] == [shown]
    assert "grants" not in api.as_(grace).get(path).json["parent"]["access"]
    assert api.as_(ada).get(f"{path}/access/grants/0").json == shown
    again = give(api, ada, restricted, grace.subject, "edit")
    assert (again.status_code, again.json["message"]) == (
        400,
        "Grant for this user/role already exists within this record.",
    )
    changed = api.as_(ada).request("PATCH", f"{path}/access/users/{grace.subject}", json={"permission": "manage"})
    assert changed.json == {**shown, "permission": "manage"}
    assert api.as_(ada).put(f"{path}/access/grants/0", json={"permission": "preview"}).json["permission"] == "preview"
    assert api.as_(ada).delete(f"{path}/access/grants/0").status_code == 204
    assert api.as_(grace).get(path).status_code == 403
    assert api.as_(grace).get("/api/records?q=zyzzyva").json["hits"]["total"] == 0
    assert api.as_(ada).get(f"{path}/access/grants/0").json["message"] == "No grant found with the given ID."
    gone = api.as_(ada).get(f"{path}/access/users/{grace.subject}")
    assert gone.json["message"] == "No grant found by given user id."


@pytest.mark.parametrize(
    ("permission", "draft", "saves", "manages"),
    [("view", 403, 403, 403), ("preview", 200, 403, 403), ("edit", 200, 200, 403), ("manage", 200, 200, 200)],
)
def test_each_level_allows_what_it_says(
    api: Any, ada: Any, public_grace: Any, make_draft: Any, permission: str, draft: int, saves: int, manages: int
) -> None:
    item = make_draft("Zyzzyva draft")
    give(api, ada, item, public_grace.subject, permission)
    client, path = api.as_(public_grace), f"/api/records/{item.id}"
    assert client.get(f"{path}/draft").status_code == draft
    assert client.put(f"{path}/draft", json=item.data).status_code == saves
    assert client.get(f"{path}/access/grants").status_code == manages
    assert client.get(f"{path}/access/links").status_code == manages
    published = client.post(f"{path}/draft/actions/publish").status_code
    assert (published == 403) == (saves == 403)


def test_a_group_has_what_its_members_are_given(
    api: Any, ada: Any, make_user: Any, repository: Any, restricted: Any, grace: Any
) -> None:
    repository.users.create_role("lab-members", "Lab")
    member = make_user("member@example.org", roles=["lab-members"])
    assert give(api, ada, restricted, "lab-members", kind="role").status_code == 201
    path = f"/api/records/{restricted.id}"
    assert api.as_(member).get(path).status_code == 200
    assert api.as_(grace).get(path).status_code == 403
    assert api.as_(ada).get(f"{path}/access/groups/lab-members").json["permission"] == "view"
    assert api.as_(ada).get(f"{path}/access/users").json["hits"]["total"] == 0
    assert api.as_(ada).delete(f"{path}/access/groups/lab-members").status_code == 204
    assert api.as_(member).get(path).status_code == 403
    gone = api.as_(ada).delete(f"{path}/access/groups/lab-members")
    assert gone.json["message"] == "No grant found by given group id."


def test_what_cannot_be_given_is_refused_and_nothing_of_it_is_given(
    api: Any, ada: Any, grace: Any, make_user: Any, restricted: Any
) -> None:
    path = f"/api/records/{restricted.id}/access/grants"
    hidden = make_user("hidden@example.org")
    wrong = [
        {"permission": "view", "subject": {"type": "user", "id": str(hidden.subject)}},
        {"permission": "view", "subject": {"type": "user", "id": "999999"}},
        {"permission": "view", "subject": {"type": "user", "id": str(ada.subject)}},
        {"permission": "own", "subject": {"type": "email", "id": "mary@example.org"}},
        {"permission": "view", "subject": {"type": "email", "id": "mary"}},
        {"permission": "view", "subject": {"type": "role", "id": "nobody"}},
        {"permission": "view", "subject": {"type": "system_role", "id": "any_user"}},
        {"permission": "view"},
        "view",
    ]
    good = {"permission": "view", "subject": {"type": "email", "id": "mary@example.org"}}
    answer = api.as_(ada).post(path, json={"grants": [good, *wrong]})
    assert answer.status_code == 400
    told = {error["field"]: error["messages"] for error in answer.json["errors"]}
    assert told["grants.1.subject.id"] == told["grants.2.subject.id"] == ["There is no such user."]
    assert told["grants.3.subject.id"] == ["This person owns the record."]
    assert len(told) >= len(wrong)
    assert api.as_(ada).get(path).json["hits"]["total"] == 0
    for sent in ({}, {"grants": []}, {"grants": [good] * 101}, {"grants": {"0": good}}, []):
        assert api.as_(ada).post(path, json=sent).status_code == 400


def test_nobody_gives_to_themselves_or_changes_their_own(
    api: Any, ada: Any, public_grace: Any, restricted: Any
) -> None:
    grace = public_grace
    assert give(api, grace, restricted, grace.subject, "manage").status_code == 403
    give(api, ada, restricted, grace.subject, "manage")
    own = f"/api/records/{restricted.id}/access/users/{grace.subject}"
    assert api.as_(grace).request("PATCH", own, json={"permission": "manage"}).status_code == 403
    assert api.as_(grace).delete(own).status_code == 204
    assert api.as_(grace).get(f"/api/records/{restricted.id}").status_code == 403


def test_the_owner_is_no_grant_that_could_be_revoked(api: Any, ada: Any, public_grace: Any, restricted: Any) -> None:
    give(api, ada, restricted, public_grace.subject, "manage")
    manager, path = api.as_(public_grace), f"/api/records/{restricted.id}/access"
    assert manager.delete(f"{path}/users/{ada.subject}").status_code == 404
    refused = give(api, public_grace, restricted, ada.subject, "view")
    assert refused.status_code == 400
    assert api.as_(ada).get(f"/api/records/{restricted.id}").status_code == 200


def test_a_reading_token_gives_nothing(repository: Any, api: Any, ada: Any, restricted: Any) -> None:
    token = repository.tokens.create(ada.subject, "reading", scopes=())
    answer = api.get(f"/api/records/{restricted.id}/access/grants", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_all_or_nothing(sharing: Any, ada: Any, public_grace: Any, restricted: Any) -> None:
    entry = {"permission": "view", "subject": {"type": "user", "id": str(public_grace.subject)}}
    with pytest.raises(InvalidRequest):
        sharing.grants.create(ada.actor, restricted.id, {"grants": [entry, entry]})
    assert sharing.grants.list(ada.actor, restricted.id) == []


def test_lists_of_records_ask_for_all_grants_at_once(
    api: Any, ada: Any, make_record: Any, sql_statements: list[str]
) -> None:
    counts = []
    for _ in range(2):
        for number in range(3):
            make_record(f"Record {number}")
        api.as_(ada).get("/api/user/records")
        sql_statements.clear()
        api.as_(ada).get("/api/user/records")
        counts.append(sum("sharing_grants" in statement for statement in sql_statements))
    assert counts[0] == counts[1]


def test_a_grant_ends_with_its_last_day(
    sharing: Any, repository: Any, api: Any, ada: Any, grace: Any, restricted: Any, later: Any
) -> None:
    parent = repository.records.parent_for(ada.actor, restricted.id).id

    def allow(permission: str, days: int | None) -> None:
        day = sharing.links.today + timedelta(days=days) if days is not None else None
        with repository.database.write() as unit:
            sharing.grants.allow_in(
                unit, ada.actor, parent, grace.subject, permission, expires=day, origin="access-request:1"
            )

    path, grants = f"/api/records/{restricted.id}", f"/api/records/{restricted.id}/access/grants"
    allow("view", 2)
    assert api.as_(grace).get(path).status_code == 200
    allow("view", 1)
    [given] = api.as_(ada).get(grants).json["hits"]["hits"]
    assert given["expires_at"] == (sharing.links.today + timedelta(days=2)).isoformat(), "never made less"
    later(days=3)
    assert api.as_(grace).get(path).status_code == 403
    assert api.as_(grace).get("/api/records?q=zyzzyva").json["hits"]["total"] == 0
    assert api.as_(grace).get("/api/user/records?shared_with_me=true").json["hits"]["total"] == 0
    sent = {"grants": [{"permission": "edit", "subject": {"type": "user", "id": str(grace.subject)}}]}
    repository.users.update_profile(grace.actor, grace.subject, {"visibility": "public"})
    assert api.as_(ada).post(grants, json=sent).status_code == 201, "what has ended stands in nobody's way"
    assert api.as_(grace).get(path).status_code == 200
    allow("view", None)
    [given] = api.as_(ada).get(grants).json["hits"]["hits"]
    assert (given["permission"], given.get("expires_at")) == ("edit", None)


@pytest.mark.hook("register_json_links")
def test_records_and_drafts_say_where_access_is_given(api: Any, ada: Any, make_draft: Any, make_record: Any) -> None:
    for address in (f"/api/records/{make_draft().id}/draft", f"/api/records/{make_record('Second').id}"):
        found = api.as_(ada).get(address).json["links"]
        for name in ("links", "grants", "users", "groups"):
            path = found[f"access_{name}"].partition("5000")[2]
            assert path == f"{address.removesuffix('/draft')}/access/{name}"
            assert api.as_(ada).get(path).json["hits"]["total"] == 0
