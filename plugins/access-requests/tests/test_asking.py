"""People with an account ask, and those who manage the record decide."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import Conflict, Repository

pytestmark = pytest.mark.plugins("requests", "sharing", "access-requests")

ASK = {"message": "I am a beetle expert.\nI compare surveys."}


def content(record: Any) -> str:
    return f"/api/records/{record.id}/files/beetles.csv/content"


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("requests_types")
@pytest.mark.hook("requests_parties")
def test_by_the_api_from_the_question_to_the_end_of_the_access(
    api: Any, ada: Any, grace: Any, make_user: Any, closed: Any, later: Any
) -> None:
    path, eve = f"/api/records/{closed.id}/access/request", make_user("eve@example.org")
    assert api.as_(grace).get(content(closed)).status_code == 403
    made = api.as_(grace).post(path, json={"permission": "view", **ASK, "creator": "1", "status": "accepted"})
    assert made.status_code == 200
    request = made.json
    assert (request["type"], request["status"]) == ("user-access-request", "submitted")
    assert (request["receiver"], request["topic"]) == ({"user": str(ada.subject)}, {"record": closed.id})
    assert request["title"] == "Access to Zyzzyva survey"
    assert request["description"] == "<p>I am a beetle expert.<br>I compare surveys.</p>"
    assert api.as_(grace).post(path, json=ASK).status_code == 400, "once is enough"
    act = f"/api/requests/{request['id']}/actions/accept"
    assert api.as_(grace).post(act).status_code == 403
    assert api.as_(eve).post(act).status_code == 404
    wrong = api.as_(ada).post(act, json={"payload": {"secret_link_expiration": "soon"}})
    assert (wrong.status_code, wrong.json["errors"][0]["field"]) == (400, "secret_link_expiration")
    assert api.as_(grace).get(content(closed)).status_code == 403
    done = api.as_(ada).post(act, json={"payload": {"secret_link_expiration": 7, "content": "Gladly"}})
    assert (done.json["status"], done.json["payload"]["secret_link_expiration"]) == ("accepted", 7)
    assert api.as_(ada).post(act).status_code == 400, "it is decided"
    assert api.as_(grace).get(content(closed)).data == b"a,b\n1,2\n"
    assert api.as_(eve).get(content(closed)).status_code == 403
    assert api.as_(grace).post(path, json=ASK).json["message"] == "You have access to this record already."
    [grant] = api.as_(ada).get(f"/api/records/{closed.id}/access/grants").json["hits"]["hits"]
    assert grant["origin"] == f"access-request:{request['id']}"
    later(days=9)
    assert api.as_(grace).get(content(closed)).status_code == 403
    assert api.as_(grace).post(path, json=ASK).status_code == 200, "it can be asked again"


def test_who_may_ask_is_set_by_those_who_manage_the_record(
    api: Any, ada: Any, grace: Any, make_record: Any, make_user: Any
) -> None:
    record = make_record("Beetles", files_access="restricted", files={"a.txt": b"a"})
    path, settings = f"/api/records/{record.id}/access/request", f"/api/records/{record.id}/access"
    assert api.as_(grace).post(path, json=ASK).status_code == 404
    for stranger in (api, api.as_(grace)):
        assert stranger.put(settings, json={"allow_user_requests": True}).status_code == 403
        assert stranger.get(settings).status_code == 403
    own = api.as_(ada)
    assert own.get(settings).json == {
        "allow_user_requests": False,
        "allow_guest_requests": False,
        "accept_conditions_text": None,
        "secret_link_expiration": 0,
    }
    bad = {
        "allow_user_requests": "perhaps",
        "allow_guest_requests": [True],
        "accept_conditions_text": 7,
        "secret_link_expiration": 366,
    }
    refused = own.put(settings, json=bad)
    assert (refused.status_code, {one["field"] for one in refused.json["errors"]}) == (400, set(bad))
    own.put(settings, json={"allow_user_requests": True, "accept_conditions_text": "Cite us.\nAlways."})
    kept = own.put(settings, json={"secret_link_expiration": 9}).json["parent"]["access"]["settings"]
    assert (kept["allow_user_requests"], kept["secret_link_expiration"]) == (True, 9)
    asked = api.as_(grace).post(path, json={"message": " ", "permission": "edit"})
    assert {one["field"] for one in asked.json["errors"]} == {"message", "permission", "accept_conditions"}
    assert api.as_(grace).post(path, json={"message": {"a": 1}, "accept_conditions": True}).status_code == 400
    made = api.as_(grace).post(path, json={**ASK, "accept_conditions": True})
    assert made.json["payload"]["accepted_conditions"] == "Cite us.\nAlways."
    assert api.post(path, json={**ASK, "accept_conditions": True}).status_code == 403, "no guests"
    own.put(settings, json={"allow_user_requests": False})
    mary = make_user("mary@example.org")
    assert api.as_(mary).post(path, json={**ASK, "accept_conditions": True}).status_code == 404
    assert api.as_(ada).post(f"/api/requests/{made.json['id']}/actions/accept").status_code == 200, "asked in time"


def test_what_needs_no_asking(api: Any, ada: Any, grace: Any, closed: Any, make_record: Any, make_draft: Any) -> None:
    path = "/api/records/{}/access/request"
    opened = make_record("Open", files={"a.txt": b"a"})
    api.as_(ada).put(f"/api/records/{opened.id}/access", json={"allow_user_requests": True})
    assert "open to everybody" in api.as_(grace).post(path.format(opened.id), json=ASK).json["message"]
    assert "access to this record already" in api.as_(ada).post(path.format(closed.id), json=ASK).json["message"]
    draft = make_draft("Draft")
    assert api.as_(ada).put(f"/api/records/{draft.id}/access", json={"allow_user_requests": True}).status_code == 200
    for number in (draft.id, "999999", "nothing", "..%2f"):
        assert api.as_(grace).post(path.format(number), json=ASK).status_code == 404


def test_the_way_to_ask_is_shown_to_those_only_who_may(
    client: Any, api: Any, ada: Any, grace: Any, make_record: Any, make_draft: Any, panel_of: Any
) -> None:
    closed = {"record_access": "restricted", "files_access": "restricted", "files": {"a": b"a"}}
    nobody, guests = make_record("Nobody", **closed), make_record("Guests", **closed)
    api.as_(ada).put(f"/api/records/{guests.id}/access", json={"allow_guest_requests": True})
    draft = make_draft("Draft")
    api.as_(ada).put(
        f"/api/records/{draft.id}/access", json={"allow_user_requests": True, "allow_guest_requests": True}
    )
    other = panel_of(grace)
    for path in (f"/records/{nobody.id}", f"/records/{guests.id}", f"/records/{draft.id}?preview=1"):
        assert "access-request" not in other.get(path, 403)
    answers = [client.get(f"/records/{record.id}") for record in (nobody, guests)]
    assert [answer.status_code for answer in answers] == [403, 403]
    assert ["access-request" in answer.text for answer in answers] == [False, True]


def test_a_record_that_is_closed_whole_tells_its_title_to_nobody(
    api: Any, ada: Any, grace: Any, make_record: Any, panel_of: Any
) -> None:
    record = make_record("Zyzzyva secret", record_access="restricted", files_access="restricted", files={"a": b"a"})
    api.as_(ada).put(f"/api/records/{record.id}/access", json={"allow_user_requests": True})
    page = panel_of(grace)
    form = f"/records/{record.id}/access-request"
    refused = page.get(f"/records/{record.id}", 403)
    assert f'href="{form}"' in refused
    assert "Zyzzyva" not in refused + page.get(form)
    asked = page.post(form, **ASK)
    assert "You have asked for access; it is not decided yet." in page.get(f"/records/{record.id}", 403)
    assert "Zyzzyva" not in asked
    [request] = api.as_(ada).get("/api/user/requests").json["hits"]["hits"]
    assert "Zyzzyva secret" in panel_of(ada).get(f"/me/requests/{request['id']}")
    assert api.as_(grace).get("/api/records?q=zyzzyva").json["hits"]["total"] == 0
    api.as_(ada).post(f"/api/requests/{request['id']}/actions/accept")
    assert api.as_(grace).get("/api/records?q=zyzzyva").json["hits"]["total"] == 1


@pytest.mark.hook("register_event_handlers")
def test_what_happened_meanwhile_is_told(
    api: Any, repository: Repository, ada: Any, grace: Any, make_user: Any, closed: Any, run_jobs: Any
) -> None:
    mary, path = make_user("mary@example.org"), f"/api/records/{closed.id}/access/request"
    request = api.as_(grace).post(path, json=ASK).json
    act = f"/api/requests/{request['id']}/actions/accept"
    parent = repository.records.parent_for(ada.actor, closed.id)
    repository.records.transfer(ada.actor, parent.id, giver=ada.subject, receiver=mary.subject)
    assert api.as_(ada).post(act).status_code == 403, "the record was given to somebody else"
    run_jobs()
    assert api.as_(ada).get(f"/api/requests/{request['id']}").status_code == 404
    repository.records.delete(mary.actor, closed.id)
    answer = api.as_(mary).post(act)
    assert (answer.status_code, answer.json["message"]) == (409, "The record was deleted meanwhile.")
    run_jobs()
    assert api.as_(mary).get(f"/api/requests/{request['id']}").json["status"] == "cancelled"


def test_a_record_that_was_opened_meanwhile(
    api: Any, repository: Repository, ada: Any, grace: Any, closed: Any
) -> None:
    from dataclasses import replace

    request = api.as_(grace).post(f"/api/records/{closed.id}/access/request", json=ASK).json
    repository.records.change_access(ada.actor, closed.id, lambda state: replace(state, files="public"))
    answer = api.as_(ada).post(f"/api/requests/{request['id']}/actions/accept")
    assert (answer.status_code, "Everybody can see" in answer.json["message"]) == (409, True)
    assert api.as_(ada).post(f"/api/requests/{request['id']}/actions/decline").status_code == 200


def test_of_two_who_decide_at_once_one_wins(
    api: Any, ada: Any, grace: Any, make_user: Any, closed: Any, requests: Any, repository: Any, monkeypatch: Any
) -> None:
    """Whoever manages a record decides as well as its owner."""
    mary = make_user("mary@example.org")
    repository.users.update_profile(mary.actor, mary.subject, {"visibility": "public"})
    grants = {"grants": [{"permission": "manage", "subject": {"type": "user", "id": str(mary.subject)}}]}
    assert api.as_(ada).post(f"/api/records/{closed.id}/access/grants", json=grants).status_code == 201
    made = api.as_(grace).post(f"/api/records/{closed.id}/access/request", json=ASK).json
    assert api.as_(mary).get(f"/api/requests/{made['id']}").json["links"]["actions"].keys() == {"accept", "decline"}
    seen = requests.get(ada.actor, made["id"])
    assert api.as_(mary).post(f"/api/requests/{made['id']}/actions/decline").status_code == 200
    monkeypatch.setattr(requests, "get", lambda _actor, _id: seen)
    with pytest.raises(Conflict, match="Somebody else has decided"):
        requests.act(ada.actor, made["id"], "accept")
    assert api.as_(grace).get(content(closed)).status_code == 403, "nothing was given"


@pytest.mark.hook("render_slot")
@pytest.mark.hook("sharing_sections")
def test_on_pages(
    panel_of: Any, client: Any, ada: Any, grace: Any, make_record: Any, sql_statements: list[str]
) -> None:
    record = make_record("Tides", files_access="restricted", files={"a.txt": b"a"})
    page, form = f"/records/{record.id}", f"/records/{record.id}/access-request"
    own, other = panel_of(ada), panel_of(grace)
    assert form not in client.get(page).text
    own.get(f"{page}/share")
    wrong = own.post(f"{page}/share/requests", status=422, allow_user_requests="1", secret_link_expiration="400")
    assert "A whole number of days from 0" in wrong
    saved = own.post(
        f"{page}/share/requests", allow_user_requests="1", accept_conditions_text="Cite <us>", secret_link_expiration=""
    )
    assert "Cite <us>" in saved
    assert "Your changes are saved." in saved[saved.index('<h2 id="requests">') :]
    visitors = client.get(page).text
    assert form in visitors, "the page of what is not open is not kept"
    assert form not in own.get(page)
    assert "you need an account" in client.get(form).text
    sql_statements.clear()
    assert form in other.get(page)
    assert sum("access_requests_options" in statement for statement in sql_statements) == 1
    assert "Cite <us>" in other.get(form)
    back = other.post(form, status=422, message="Please")
    assert "only who accept these conditions" in back
    assert "Please" in back
    asked = other.post(form, message="Please", accept_conditions="1")
    assert "You have asked for access" in other.get(page)
    other.get(form, status=302)
    assert "Has accepted" in asked
    inbox = own.get("/me/requests")
    assert "Tides" in inbox
    request = f"/me/requests/{inbox.split('/me/requests/')[1][:36]}"
    decide = own.get(request)
    assert "When you accept, the access" in decide
    done = own.post(request, do="accept", content="Gladly", secret_link_expiration="30")
    assert "for 30 days" in done
    assert other.get(page).count("a.txt") > 0
    assert "until" in own.get(f"{page}/share")


@pytest.mark.any_database
@pytest.mark.hook("register_record_parts")
@pytest.mark.hook("register_json_links")
def test_what_is_set_is_read_in_the_json_of_every_version(
    api: Any, ada: Any, make_record: Any, repository: Repository
) -> None:
    record = make_record("Beetles", files_access="restricted", files={"a.txt": b"a"})
    path = f"/api/records/{record.id}"
    second = repository.records.new_version(ada.actor, record.id).id
    before = api.get(path).json
    assert before["parent"]["access"]["settings"]["allow_user_requests"] is False
    assert before["links"]["access"].endswith(f"{path}/access")
    sent = {"allow_user_requests": True, "secret_link_expiration": 30, "accept_conditions_text": "Cite us."}
    answered = api.as_(ada).put(f"{path}/access", json=sent).json
    settings = {**sent, "allow_guest_requests": False}
    assert (answered["id"], answered["parent"]["access"]["settings"]) == (record.id, settings)
    for _ in range(2):  # as it is made again, and as it is stored then
        assert api.get(path).json["parent"]["access"]["settings"] == settings
    draft = api.as_(ada).get(f"/api/records/{second}/draft").json
    assert draft["parent"]["access"]["settings"] == settings
    [found] = [one for one in api.get("/api/records").json["hits"]["hits"] if one["id"] == record.id]
    assert found["parent"]["access"]["settings"] == settings
    assert api.as_(ada).put(f"/api/records/{second}/access", json={}).json["id"] == second
