"""Guests ask: confirmed by mail, decided, told; and what their links and forms do not tell."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import Repository

pytestmark = pytest.mark.plugins("requests", "sharing", "access-requests")

GUEST = {
    "message": "I am a beetle expert.\nI compare surveys.",
    "email": "guest@example.org",
    "full_name": "Gil Guest",
    "consent_to_share_personal_data": "true",
}


def rows(repository: Repository) -> int:
    with repository.database.read() as session:
        return int(session.execute(text("SELECT count(*) FROM access_requests_guests")).scalar_one())


class Visitor:
    """A browser of somebody who is not signed in."""

    def __init__(self, client: Any) -> None:
        self.client = client

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, path
        return str(answer.get_data(as_text=True))

    def post(self, form: str, path: str, status: int = 303, **data: str) -> str:
        token = self.get(form).split('name="csrf_token" value="')[1].split('"')[0]
        answer = self.client.post(path, data={**data, "csrf_token": token}, headers={"Sec-Fetch-Site": "same-origin"})
        assert answer.status_code == status, answer.get_data(as_text=True)
        return self.get(answer.headers["Location"]) if status == 303 else str(answer.get_data(as_text=True))


@pytest.fixture
def visitor(client: Any) -> Visitor:
    return Visitor(client)


def test_from_the_form_to_the_secret_link(
    api: Any, visitor: Visitor, panel_of: Any, ada: Any, closed: Any, letters: Any, link_of: Any, later: Any
) -> None:
    form = f"/records/{closed.id}/access-request"
    assert form in visitor.get(f"/records/{closed.id}")
    back = visitor.post(form, form, 422, email="nobody", message="")
    for said in ("Not a valid email address", "Enter your name", "Say who you are", "may be shown to them"):
        assert said in back
    assert "Look into your mail" in visitor.post(form, form, **GUEST)
    assert api.as_(ada).get("/api/user/requests").json["hits"]["total"] == 0, "nobody sees it yet"
    [(to, said)] = letters()
    assert to == "guest@example.org"
    link = link_of(said)
    assert "Confirm and ask" in visitor.get(link)
    shown = visitor.post(link, f"{link}/confirm")
    assert "It lies before those who decide" in shown
    assert "It lies before those who decide" in visitor.get(link)
    [request] = api.as_(ada).get("/api/user/requests").json["hits"]["hits"]
    assert (request["type"], request["created_by"]) == ("guest-access-request", {"email": "guest@example.org"})
    assert "Gil Guest" in panel_of(ada).get(f"/me/requests/{request['id']}")
    act = f"/api/requests/{request['id']}/actions/accept"
    answer = api.as_(ada).post(act, json={"payload": {"content": "Enjoy.", "secret_link_expiration": 10}})
    assert answer.json["status"] == "accepted"
    to, said = letters()[-1]
    assert to == "guest@example.org"
    assert "Enjoy." in said
    secret = link_of(said)
    token = secret.partition("token=")[2]
    content = f"/api/records/{closed.id}/files/beetles.csv/content?token={token}"
    assert api.get(content).data == b"a,b\n1,2\n"
    assert "The letter about it".lower() in visitor.get(link).lower()
    later(days=12)
    assert api.get(content).status_code == 404, "the link has ended"


@pytest.mark.parametrize("end", ["decline", "withdraw", "expire"])
def test_other_ends(
    api: Any, visitor: Visitor, ada: Any, closed: Any, letters: Any, link_of: Any, requests: Any, end: str
) -> None:
    form = f"/records/{closed.id}/access-request"
    visitor.post(form, form, **GUEST)
    link = link_of(letters()[0][1])
    visitor.post(link, f"{link}/confirm")
    [request] = api.as_(ada).get("/api/user/requests").json["hits"]["hits"]
    if end == "decline":
        act = f"/api/requests/{request['id']}/actions/decline"
        assert api.as_(ada).post(act, json={"payload": {"content": "Not for <b>trade</b>."}}).status_code == 200
        assert "Not for trade." in letters()[-1][1]
        assert "Not for <b>trade</b>." in visitor.get(link)
    elif end == "withdraw":
        assert "Withdrawn" in visitor.post(link, f"{link}/withdraw")
        assert api.as_(ada).get(f"/api/requests/{request['id']}").json["status"] == "cancelled"
    else:
        from muniment.api import SYSTEM

        requests.act(SYSTEM, request["id"], "expire")
        assert "Nobody has decided in time" in visitor.get(link)
    assert api.as_(ada).get(f"/api/records/{closed.id}/access/links").json["hits"]["total"] == 0
    visitor.post(form, form, **GUEST)
    assert "Confirm that you ask" not in letters()[-1][1]
    assert link_of(letters()[-1][1]) != link, "what has ended can be asked again"


@pytest.mark.hook("privacy_categories")
def test_who_never_confirms_is_forgotten(
    api: Any, repository: Repository, visitor: Visitor, closed: Any, letters: Any, link_of: Any, later: Any, ada: Any
) -> None:
    path = f"/api/records/{closed.id}/access/request"
    assert api.post(path, json=GUEST).status_code == 200
    link = link_of(letters()[0][1])
    later(hours=25)
    visitor.get(link, 404)
    repository.privacy.sweep()
    assert rows(repository) == 0
    for wrong in ("x" * 43, "%ED%A0%80", "a" * 3000):
        visitor.get(f"/access-requests/guests/{wrong}", 404)
    refused = [one for one in repository.audit.entries() if one.action == "access_requests.link_refused"]
    assert [one.details["reason"] for one in refused] == ["unknown", "expired"]
    assert api.as_(ada).get("/api/user/requests").json["hits"]["total"] == 0


def test_the_answer_tells_nothing_about_an_address(
    api: Any, repository: Repository, grace: Any, closed: Any, letters: Any, link_of: Any, visitor: Visitor
) -> None:
    path = f"/api/records/{closed.id}/access/request"
    first = api.post(path, json=GUEST)
    account = api.post(path, json={**GUEST, "email": grace.email})
    link = link_of(letters()[0][1])
    visitor.post(link, f"{link}/confirm")
    again = api.post(path, json={**GUEST, "email": "GUEST@example.org"})
    assert first.json == account.json == again.json
    assert {one.status_code for one in (first, account, again)} == {200}
    to, said = letters()[-1]
    assert to == "guest@example.org"
    assert "Nothing was asked a second time" in said
    assert link_of(said) == link
    for _ in range(2):
        assert api.post(path, json=GUEST).json == first.json
    assert sum(to == "guest@example.org" for to, _said in letters()) == 3, "an address gets letters enough"
    with repository.database.read() as session:
        for table in ("access_requests_guests", "events", "audit_entries"):
            assert link.rpartition("/")[2] not in repr(session.execute(text(f"SELECT * FROM {table}")).all())


def test_one_network_cannot_send_for_ever(api: Any, closed: Any) -> None:
    path = f"/api/records/{closed.id}/access/request"
    answers = [api.post(path, json={**GUEST, "email": f"g{number}@example.org"}).status_code for number in range(6)]
    assert answers == [200] * 5 + [429]


@pytest.mark.parametrize("happened", ["opened", "not offered", "deleted"])
def test_what_happened_before_it_was_confirmed(
    api: Any,
    repository: Repository,
    visitor: Visitor,
    ada: Any,
    closed: Any,
    letters: Any,
    link_of: Any,
    happened: str,
) -> None:
    api.post(f"/api/records/{closed.id}/access/request", json=GUEST)
    link = link_of(letters()[0][1])
    if happened == "opened":
        from dataclasses import replace

        repository.records.change_access(ada.actor, closed.id, lambda state: replace(state, files="public"))
    elif happened == "not offered":
        api.as_(ada).put(f"/api/records/{closed.id}/access", json={"allow_guest_requests": False})
    else:
        repository.records.delete(ada.actor, closed.id)
    assert "Nobody has to ask" in visitor.post(link, f"{link}/confirm", 409)
    assert api.as_(ada).get("/api/user/requests").json["hits"]["total"] == 0
    visitor.post(link, f"{link}/withdraw")
    assert rows(repository) == 0


def test_what_guests_have_to_say(api: Any, closed: Any) -> None:
    path = f"/api/records/{closed.id}/access/request"
    sent: dict[str, Any] = {"email": "a" * 250 + "@example.org", "full_name": ["x"], "message": "x" * 4001}
    answer = api.post(path, json=sent)
    assert answer.status_code == 400
    fields = {error["field"] for error in answer.json["errors"]}
    assert fields == {"email", "full_name", "message", "consent_to_share_personal_data"}


@pytest.mark.configuration("plugin", **{"access-requests": {"guests": False}})
def test_a_site_can_keep_guests_out(api: Any, ada: Any, make_record: Any) -> None:
    record = make_record("Beetles", files_access="restricted", files={"a.txt": b"a"})
    answer = api.as_(ada).put(f"/api/records/{record.id}/access", json={"allow_guest_requests": True})
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (400, "allow_guest_requests")
    api.as_(ada).put(f"/api/records/{record.id}/access", json={"allow_user_requests": True})
    assert api.post(f"/api/records/{record.id}/access/request", json=GUEST).status_code == 403
