"""An owner asks, a moderator decides, and the record is gone or stays."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import Gone, RecordItem, Repository

pytestmark = pytest.mark.plugins("requests", "deletion-requests")

REASON = {"reason": "retracted", "comment": "A measurement in it was wrong from the start."}


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("requests_types")
@pytest.mark.hook("register_json_links")
def test_by_the_api(
    api: Any, repository: Repository, old_record: RecordItem, ada: Any, grace: Any, moderator: Any
) -> None:
    path = f"/api/records/{old_record.id}/request-deletion"
    assert api.get(f"/api/records/{old_record.id}").json["links"]["request_deletion"].endswith(path)
    assert api.post(path, json=REASON).status_code == 403
    assert api.as_(grace).post(path, json=REASON).status_code == 403
    made = api.as_(ada).post(path, json=REASON)
    assert made.status_code == 201
    assert made.json["title"] == "Deletion of Tides of the North Sea"
    assert (made.json["type"], made.json["topic"]) == ("record-deletion", {"record": old_record.id})
    assert (made.json["receiver"], made.json["payload"]) == ({"group": "moderator"}, {"reason": "retracted"})
    assert api.as_(ada).post(path, json=REASON).status_code == 409
    act = f"/api/requests/{made.json['id']}/actions/accept"
    assert api.as_(ada).post(act).status_code == 403
    assert api.as_(moderator).post(act).json["status"] == "accepted"
    with pytest.raises(Gone) as gone:
        repository.records.read(ada.actor, old_record.id)
    assert gone.value.tombstone["removal_reason"]["id"] == "retracted"
    last = repository.records.parent_number_of(old_record.id)
    with repository.database.read() as session:
        logged = session.execute(text("SELECT payload FROM events WHERE name = 'record.deleted'")).scalar_one()
    payload = json.loads(logged) if isinstance(logged, str) else logged
    assert (payload["parent_id"], payload["asked_by"]) == (last, ada.subject), "so that nobody tells Ada twice"


def test_what_is_fresh_is_deleted_at_once(api: Any, make_record: Any, ada: Any) -> None:
    record = make_record()
    assert api.as_(ada).post(f"/api/records/{record.id}/request-deletion", json=REASON).status_code == 200
    assert api.get(f"/api/records/{record.id}").status_code == 410


def test_a_declined_request_changes_nothing_and_can_be_made_again(
    api: Any, old_record: RecordItem, ada: Any, moderator: Any
) -> None:
    path = f"/api/records/{old_record.id}/request-deletion"
    first = api.as_(ada).post(path, json=REASON).json
    assert api.as_(moderator).post(f"/api/requests/{first['id']}/actions/decline").status_code == 200
    assert api.get(f"/api/records/{old_record.id}").status_code == 200
    assert api.as_(ada).post(path, json=REASON).status_code == 201


def test_a_record_that_went_meanwhile(
    api: Any, repository: Repository, old_record: RecordItem, ada: Any, moderator: Any, administrator: Any
) -> None:
    made = api.as_(ada).post(f"/api/records/{old_record.id}/request-deletion", json=REASON).json
    repository.records.delete(administrator.actor, old_record.id)
    answer = api.as_(moderator).post(f"/api/requests/{made['id']}/actions/accept")
    assert (answer.status_code, answer.json["message"]) == (409, "The record was deleted meanwhile.")
    assert api.as_(ada).post(f"/api/records/{old_record.id}/request-deletion", json=REASON).status_code == 410


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"reason": "because"}, "reason"),
        ({"reason": None}, "reason"),
        ({"reason": {"id": "retracted"}}, "reason"),
        ({"comment": "Wrong."}, "comment"),
        ({"comment": 7}, "comment"),
    ],
)
def test_what_is_missing_is_named(api: Any, old_record: RecordItem, ada: Any, changes: Any, field: str) -> None:
    answer = api.as_(ada).post(f"/api/records/{old_record.id}/request-deletion", json={**REASON, **changes})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json["errors"]] == [field]


@pytest.mark.hook("render_slot")
def test_on_the_record_page(panel_of: Any, old_record: RecordItem, ada: Any, moderator: Any, client: Any) -> None:
    own = panel_of(ada)
    page, form = f"/records/{old_record.id}", f"/deletion-requests/{old_record.id}"
    assert f'href="{form}"' in own.get(page)
    assert "Ask for the deletion" in own.get(form)
    back = own.post(form, status=422, reason="retracted", comment="Too short.")
    assert "at least 25 characters" in back
    assert "Too short." in back
    asked = own.post(form, **REASON)
    assert "Tides of the North Sea" in asked
    assert "A measurement in it was wrong" in asked
    assert "You have asked for the deletion" in own.get(page)
    own.get(form, status=302)
    assert "deletion-requests" not in client.application.test_client().get(page).text
    decider = panel_of(moderator)
    assert "Tides of the North Sea" in decider.get("/me/requests")


def test_strangers_get_no_form(panel_of: Any, old_record: RecordItem, grace: Any) -> None:
    panel = panel_of(grace)
    assert "deletion-requests" not in panel.get(f"/records/{old_record.id}")
    panel.get(f"/deletion-requests/{old_record.id}", status=404)
    panel.post(f"/deletion-requests/{old_record.id}", status=403, **REASON)


def test_a_draft_is_discarded_and_nobody_asked(
    panel_of: Any, repository: Repository, old_record: RecordItem, ada: Any
) -> None:
    repository.records.edit(ada.actor, old_record.id)
    assert "/deletion-requests/" not in panel_of(ada).get(f"/records/{old_record.id}?preview=1")
