"""`/api/users` and `/api/groups`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from muniment.repository import Repository
from muniment.testing.api_client import ApiClient
from muniment.testing.people import Person

ACTIONS = ("block", "restore", "approve", "activate", "deactivate")


@pytest.fixture
def moderator(make_user: Callable[..., Person]) -> Person:
    return make_user("mod@example.org", roles=["moderator"])


def publish(repository: Repository, person: Person, **fields: str) -> None:
    repository.users.update_profile(person.actor, person.subject, {"visibility": "public", **fields})


def test_ones_own_account_is_complete(api: ApiClient, ada: Person) -> None:
    answer = api.as_(ada).get(f"/api/users/{ada.subject}")
    assert answer.status_code == 200
    document = answer.json
    assert document is not None
    assert document["id"] == str(ada.subject)
    assert document["is_current_user"] is True
    assert document["email"] == ada.email
    assert document["preferences"]["visibility"] == "restricted"
    assert document["links"]["self"] == f"http://localhost:5000/api/users/{ada.subject}"
    assert document["created"].endswith("+00:00")
    assert answer.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("number", ["999999", "0", "x", "-1", "1.0", "9" * 25, "²", "1%2F..", "__proto__"])
def test_accounts_that_are_not_there_are_404(api: ApiClient, ada: Person, number: str) -> None:
    assert api.as_(ada).get(f"/api/users/{number}").status_code == 404
    assert api.get(f"/api/users/{number}/avatar.svg").status_code == 404


def test_a_profile_one_may_not_see_answers_as_if_there_were_none(
    api: ApiClient, ada: Person, grace: Person, repository: Repository
) -> None:
    for client in (api, api.as_(grace)):
        hidden, missing = client.get(f"/api/users/{ada.subject}"), client.get("/api/users/999999")
        assert (hidden.status_code, hidden.json) == (missing.status_code, missing.json) == (404, hidden.json)
        assert client.get(f"/api/users/{ada.subject}/avatar.svg").status_code == 404
        assert client.put(f"/api/users/{ada.subject}", json={}).status_code in (403, 404)
    publish(repository, ada)
    assert api.get(f"/api/users/{ada.subject}").json["profile"]["full_name"] == "Ada Lovelace"  # type: ignore[index]


def test_people_are_found_with_the_list_envelope(
    api: ApiClient, ada: Person, grace: Person, repository: Repository
) -> None:
    publish(repository, ada)
    answer = api.as_(grace).get("/api/users?suggest=lovel")
    assert answer.json is not None
    assert answer.json["hits"]["total"] == 1
    assert [hit["id"] for hit in answer.json["hits"]["hits"]] == [str(ada.subject)]
    assert answer.json["links"]["self"].startswith("http://localhost:5000/api/users?")
    assert api.get("/api/users").status_code == 403


def test_a_token_check_of_clients_is_answered(api: ApiClient, ada: Person) -> None:
    assert api.as_(ada).get("/api/users?size=1").status_code == 200


@pytest.mark.parametrize("query", ["size=0", "page=0", "size=x", "page=99999&size=1000", "size=-1"])
def test_odd_pages_are_400(api: ApiClient, ada: Person, query: str) -> None:
    assert api.as_(ada).get(f"/api/users?{query}").status_code == 400


def test_an_avatar_is_drawn_and_cannot_run_anything_cve_2021_25967_cve_2025_24372(
    api: ApiClient, repository: Repository, make_user: Callable[..., Person]
) -> None:
    eve = make_user("eve@example.org", full_name="<script>alert(1)</script>")
    publish(repository, eve)
    answer = api.get(f"/api/users/{eve.subject}/avatar.svg")
    assert answer.content_type.startswith("image/svg+xml")
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not [node for node in etree.fromstring(answer.data).iter() if "script" in str(node.tag)]


def test_a_profile_is_changed_and_nothing_else_is_cve_2022_43685(
    api: ApiClient, ada: Person, grace: Person, repository: Repository
) -> None:
    body = {
        "id": str(grace.subject),
        "email": "taken-over@example.org",
        "username": "countess",
        "profile": {"full_name": "Ada King", "roles": ["administrator"]},
        "preferences": {"visibility": "public", "locale": "de", "confirmed_at": "2026-01-01"},
        "roles": ["administrator"],
        "active": False,
        "verified": True,
    }
    answer = api.as_(ada).put(f"/api/users/{ada.subject}", json=body)
    assert answer.status_code == 200
    user = repository.users.get(ada.subject)
    assert (user.full_name, user.username, user.visibility, user.locale) == ("Ada King", "countess", "public", "de")
    assert (user.email, user.roles, user.active, user.verified_at) == (ada.email, [], True, None)
    assert api.as_(grace).put(f"/api/users/{ada.subject}", json=body).status_code == 403


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"username": "x"}, "username"),
        ({"profile": {"full_name": 5}}, "full_name"),
        ({"profile": "x"}, "profile"),
        ({"preferences": ["x"]}, "preferences"),
        ({"preferences": {"visibility": "x"}}, "visibility"),
    ],
)
def test_wrong_fields_are_named(api: ApiClient, ada: Person, body: dict[str, object], field: str) -> None:
    answer = api.as_(ada).put(f"/api/users/{ada.subject}", json=body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]  # type: ignore[index]


@pytest.mark.parametrize("act", ACTIONS)
def test_actions_are_for_moderators(
    api: ApiClient, ada: Person, grace: Person, moderator: Person, administrator: Person, act: str
) -> None:
    path = f"/api/users/{grace.subject}/{act}"
    assert api.post(path).status_code == 403
    assert api.as_(ada).post(path).status_code == 403
    answer = api.as_(moderator).post(path)
    assert (answer.status_code, answer.data) == (200, b"")
    assert api.as_(moderator).post(f"/api/users/{administrator.subject}/{act}").status_code == 403
    assert api.as_(moderator).post(f"/api/users/999999/{act}").status_code == 404


def test_a_blocked_person_is_out_at_once(api: ApiClient, ada: Person, moderator: Person) -> None:
    client = api.as_(ada)
    assert client.get("/api/me").status_code == 200
    api.as_(moderator).post(f"/api/users/{ada.subject}/block")
    assert client.get("/api/me").status_code == 401
    api.as_(moderator).post(f"/api/users/{ada.subject}/restore")
    assert client.get("/api/me").status_code == 200


def test_moderators_list_everybody_and_others_do_not(api: ApiClient, ada: Person, moderator: Person) -> None:
    answer = api.as_(moderator).get("/api/users/all?sort=oldest")
    assert {hit["email"] for hit in answer.json["hits"]["hits"]} == {ada.email, "mod@example.org"}  # type: ignore[index]
    assert api.as_(ada).get("/api/users/all").status_code == 403


def test_moderators_make_accounts_whose_owners_are_invited(
    api: ApiClient, ada: Person, moderator: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    body = {"email": "new@example.org", "profile": {"full_name": "New Person"}, "roles": ["administrator"]}
    answer = api.as_(moderator).post("/api/users", json=body)
    assert answer.status_code == 201
    assert answer.json["roles"] == []  # type: ignore[index]
    run_jobs()
    assert list(mailbox.glob("*invite*"))
    assert api.as_(moderator).post("/api/users", json=body).status_code == 409
    assert api.as_(moderator).post("/api/users", json={"email": 5}).status_code == 400
    assert api.as_(ada).post("/api/users", json=body).status_code == 403


def test_groups_are_given_by_administrators_only_cve_2021_41189(
    api: ApiClient, ada: Person, moderator: Person, administrator: Person
) -> None:
    path, body = f"/api/users/{ada.subject}/groups", {"id": "moderator"}
    assert api.as_(moderator).post(path, json=body).status_code == 403
    assert api.as_(ada).post(path, json=body).status_code == 403
    answer = api.as_(administrator).post(path, json=body)
    assert [hit["id"] for hit in answer.json["hits"]["hits"]] == ["moderator"]  # type: ignore[index]
    assert api.as_(moderator).get(path).json["hits"]["total"] == 1  # type: ignore[index]
    assert api.as_(administrator).delete(path, json=body).json["hits"]["total"] == 0  # type: ignore[index]
    assert api.as_(administrator).post(path, json={"id": "emperor"}).status_code == 400
    assert api.as_(administrator).post(path, json={}).status_code == 400
    last = api.as_(administrator).delete(f"/api/users/{administrator.subject}/groups", json={"id": "administrator"})
    assert last.status_code == 409


def test_all_groups_of_somebody_are_set_in_one_step(
    api: ApiClient, ada: Person, administrator: Person, moderator: Person, repository: Repository
) -> None:
    client, path = api.as_(administrator), f"/api/users/{ada.subject}/groups"
    for name in ("curators", "editors"):
        repository.users.create_role(name)
    answer = client.put(path, json={"groups": ["curators", "editors"]})
    assert answer.json["groups"] == [{"id": name, "name": name} for name in ("curators", "editors")]  # type: ignore[index]
    assert answer.json["total"] == 2  # type: ignore[index]
    assert {"id": "moderator", "name": "moderator"} in answer.json["available_groups"]  # type: ignore[index,operator]
    assert client.post(path, json={"groups": ["moderator", "editors"]}).json["total"] == 3  # type: ignore[index]
    assert client.delete(path, json={"groups": ["curators", "moderator"]}).json["total"] == 1  # type: ignore[index]
    trail = [entry.action for entry in repository.audit.entries(f"user:{ada.subject}")]
    assert trail.count("user.grant_role") == 3
    assert trail.count("user.revoke_role") == 2
    assert client.put(path, json={"groups": []}).json["groups"] == []  # type: ignore[index]
    assert api.as_(moderator).get(path).json["available_groups"] == []  # type: ignore[index]


def test_moderators_filter_accounts_by_state_and_group(
    api: ApiClient, ada: Person, moderator: Person, repository: Repository
) -> None:
    repository.users.block(ada.subject)

    def found(query: str) -> list[str]:
        hits = api.as_(moderator).get(f"/api/users/all?{query}").json["hits"]["hits"]  # type: ignore[index]
        return [hit["id"] for hit in hits]

    assert found("status=blocked") == [str(ada.subject)]
    assert found("roles=moderator") == [str(moderator.subject)]
    assert found("sort=email") == [str(ada.subject), str(moderator.subject)]
    assert api.as_(moderator).get("/api/users/all?status=odd").status_code == 400


def test_groups_are_found_by_words_of_name_and_title(api: ApiClient, ada: Person, repository: Repository) -> None:
    repository.users.create_role("curators", "Keepers of the list")
    for words, names in (("keep", ["curators"]), ("MOD", ["moderator"]), ("keep mod", []), ("", None)):
        hits = api.as_(ada).get(f"/api/groups?q={words}").json["hits"]["hits"]  # type: ignore[index]
        assert names is None or [hit["id"] for hit in hits] == names


def test_half_of_the_groups_are_never_set(api: ApiClient, ada: Person, administrator: Person) -> None:
    client, path = api.as_(administrator), f"/api/users/{ada.subject}/groups"
    client.put(path, json={"groups": ["moderator"]})
    for wrong in (["emperor"], ["administrator", "emperor"], "moderator", [7], [""], {"moderator": True}):
        assert client.put(path, json={"groups": wrong}).status_code == 400
        assert [group["id"] for group in client.get(path).json["groups"]] == ["moderator"]  # type: ignore[index]
    own = f"/api/users/{administrator.subject}/groups"
    assert client.put(own, json={"groups": ["moderator"]}).status_code == 409
    assert client.put("/api/users/999999/groups", json={"groups": []}).status_code == 404


def test_groups_of_the_site_are_made_read_and_removed(api: ApiClient, ada: Person, administrator: Person) -> None:
    client = api.as_(administrator)
    answer = client.post("/api/groups", json={"name": "curators", "title": "Curators", "permissions": ["moderation"]})
    assert (answer.status_code, answer.json["is_managed"]) == (201, True)  # type: ignore[index]
    assert client.post("/api/groups", json={"name": "curators"}).status_code == 400
    assert api.as_(ada).get("/api/groups/curators").json["title"] == "Curators"  # type: ignore[index]
    assert api.as_(ada).get("/api/groups/curators/avatar.svg").status_code == 200
    names = [hit["id"] for hit in api.as_(ada).get("/api/groups").json["hits"]["hits"]]  # type: ignore[index]
    assert names == ["administrator", "curators", "moderator"]
    assert api.as_(ada).put("/api/groups/curators", json={"title": "Mine"}).status_code == 403
    assert client.put("/api/groups/curators", json={"title": "Keepers"}).json["permissions"] == ["moderation"]
    assert client.put("/api/groups/curators", json={"permissions": []}).json["title"] == "Keepers"
    assert client.put("/api/groups/curators", json={"permissions": "all"}).status_code == 400
    assert client.put("/api/groups/moderator", json={"title": "Mine"}).status_code == 400
    assert client.put("/api/groups/nobody", json={}).status_code == 404
    assert api.as_(ada).delete("/api/groups/curators").status_code == 403
    assert client.delete("/api/groups/curators").status_code == 204
    assert client.delete("/api/groups/curators").status_code == 404
    assert client.delete("/api/groups/administrator").status_code == 400
    assert api.get("/api/groups").status_code == 403


@pytest.mark.parametrize("body", [b"{", b"[]", b"5", b'"x"', b"null", b"\xff"])
def test_broken_bodies_are_400(api: ApiClient, ada: Person, body: bytes) -> None:
    answer = api.as_(ada).put(f"/api/users/{ada.subject}", data=body, content_type="application/json")
    assert answer.status_code == 400
