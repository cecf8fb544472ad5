"""Records that are published already, on their way into more communities."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from muniment.api import Conflict, InvalidRequest, PermissionDenied, Repository
from muniment_communities.api import Community, CommunityService
from muniment_curation.inclusion import Inclusion

pytestmark = pytest.mark.plugins("requests", "communities", "curation")


def test_asked_and_accepted(
    inclusion: Inclusion,
    communities: CommunityService,
    founded: Callable[..., Community],
    make_record: Any,
    api: Any,
    ada: Any,
    grace: Any,
) -> None:
    record, polar, harbour = make_record(), founded(), founded("harbour")
    first = inclusion.ask(ada.actor, record.id, polar.slug, "It is about ice.")
    second = inclusion.ask(ada.actor, record.id, harbour.id)
    with pytest.raises(Conflict, match="asked for this already"):
        inclusion.ask(ada.actor, record.id, polar.id)
    with pytest.raises(PermissionDenied):
        inclusion.ask(grace.actor, record.id, polar.id)
    assert api.as_(ada).post(f"/api/requests/{first.id}/actions/accept").status_code == 403
    assert api.as_(grace).post(f"/api/requests/{first.id}/actions/accept").json["status"] == "accepted"
    assert api.as_(grace).post(f"/api/requests/{second.id}/actions/decline").json["status"] == "declined"
    shown = api.get(f"/api/records/{record.id}").json
    assert [one["slug"] for one in shown["parent"]["communities"]["entries"]] == ["polar"]
    with pytest.raises(InvalidRequest, match="already"):
        inclusion.ask(ada.actor, record.id, polar.id)
    listed = api.as_(ada).get(f"/api/records/{record.id}/requests").json["hits"]
    assert api.as_(ada).get(f"/api/records/{record.id}/requests?is_open=true").json["hits"]["total"] == 0
    assert (listed["total"], {one["status"] for one in listed["hits"]}) == (2, {"accepted", "declined"})


def test_those_who_need_no_review(
    inclusion: Inclusion, communities: CommunityService, founded: Callable[..., Community], make_record: Any, ada: Any
) -> None:
    record = make_record()
    community = founded("harbour", review_policy="members", members=[ada])
    assert inclusion.ask(ada.actor, record.id, community.id, review=True).is_open
    other = make_record("Another")
    assert inclusion.ask(ada.actor, other.id, community.id).status == "accepted"


def test_a_record_that_went_meanwhile(
    inclusion: Inclusion,
    repository: Repository,
    polar: Community,
    make_record: Any,
    api: Any,
    ada: Any,
    grace: Any,
    administrator: Any,
) -> None:
    record = make_record()
    request = inclusion.ask(ada.actor, record.id, polar.id)
    repository.records.delete(administrator.actor, record.id)
    answer = api.as_(grace).post(f"/api/requests/{request.id}/actions/accept")
    assert (answer.status_code, answer.json["message"]) == (409, "The record was deleted meanwhile.")


@pytest.mark.hook("render_slot")
def test_on_pages(panel_of: Any, polar: Community, make_record: Any, make_draft: Any, ada: Any, grace: Any) -> None:
    record, own = make_record(), panel_of(ada)
    assert f'href="/curation/{record.id}"' in own.get(f"/records/{record.id}")
    assert "Its curators review" in own.get(f"/curation/{record.id}")
    assert 'role="search" aria-label="Search communities"' in own.get(f"/curation/{record.id}?q=nowhere")
    assert "No community matches" in own.get(f"/curation/{record.id}?q=nothing")
    assert "Ada asks Polar" in own.post(f"/curation/{record.id}", community=polar.id, comment="It is about ice.")
    again = own.post(f"/curation/{record.id}", status=409, community=polar.id)
    assert "asked for this already" in again
    draft = make_draft("A draft")
    assert "Choose a community" in own.get(f"/uploads/{draft.id}")
    own.get(f"/curation/{draft.id}")
    assert "Submit for review to Polar" in own.post(f"/curation/{draft.id}", community=polar.id)
    own.get(f"/curation/{draft.id}")
    assert "Submit for review" not in own.post(f"/curation/{draft.id}", do="drop")
    other = panel_of(grace)
    other.get(f"/curation/{draft.id}", status=403)
    other.get(f"/curation/{record.id}", status=403)
    assert "/curation/" not in other.get(f"/records/{record.id}")


def test_by_the_api(api: Any, polar: Community, make_draft: Any, ada: Any, grace: Any) -> None:
    draft = make_draft()
    path = f"/api/records/{draft.id}/draft"
    assert api.as_(ada).get(f"{path}/review").status_code == 404
    for wrong in ({}, {"receiver": {"user": "1"}}, {"receiver": {"community": polar.id}, "type": "other"}):
        assert api.as_(ada).put(f"{path}/review", json=wrong).status_code == 400
    chosen = {"receiver": {"community": polar.id}, "type": "community-submission"}
    assert api.as_(grace).put(f"{path}/review", json=chosen).status_code in (403, 404)
    made = api.as_(ada).put(f"{path}/review", json=chosen)
    assert (made.status_code, made.json["status"], made.json["receiver"]) == (200, "created", {"community": polar.id})
    assert api.as_(grace).get(f"/api/requests/{made.json['id']}").status_code == 404, "not before it is submitted"
    assert api.as_(ada).delete(f"{path}/review").status_code == 204
    api.as_(ada).put(f"{path}/review", json=chosen)
    sent = api.as_(ada).post(
        f"{path}/actions/submit-review", json={"payload": {"content": "Please.", "format": "html"}}
    )
    assert (sent.status_code, sent.json["is_open"]) == (202, True)
    assert api.as_(ada).get(f"{path}/review").json["id"] == sent.json["id"]
    assert api.as_(ada).post(f"{path}/actions/submit-review").status_code == 400
    assert api.as_(grace).post(f"/api/requests/{sent.json['id']}/actions/accept").json["status"] == "accepted"
    assert api.get(f"/api/records/{draft.id}").status_code == 200


def test_offered_by_the_api(
    api: Any,
    panel_of: Any,
    founded: Callable[..., Community],
    make_record: Any,
    ada: Any,
    grace: Any,
    polar: Community,
) -> None:
    record, harbour = make_record(), founded("harbour", review_policy="members", members=[ada])
    path = f"/api/records/{record.id}/communities"
    sent = {"communities": [{"id": "polar"}, {"id": harbour.id}, {"id": "nowhere"}]}
    assert api.as_(grace).post(path, json=sent).status_code == 403
    answer = api.as_(ada).post(path, json=sent)
    assert answer.status_code == 200
    assert [one["request"]["status"] for one in answer.json["processed"]] == ["submitted", "accepted"]
    assert [one["community_id"] for one in answer.json["errors"]] == ["nowhere"]
    assert api.as_(ada).post(path, json={"communities": [{"id": harbour.id}]}).status_code == 400
    for wrong in ({}, {"communities": []}, {"communities": [{}]}, {"communities": ["polar"]}):
        assert api.as_(ada).post(path, json=wrong).status_code == 400
    page = panel_of(ada).get(f"/curation/{record.id}")
    assert polar.id in page
    assert harbour.id not in page, "it is there already"
