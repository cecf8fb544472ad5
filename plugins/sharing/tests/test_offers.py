"""Records that change hands, with the consent of both."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, Conflict, NotFound, PermissionDenied, SearchRequest, ValidationFailed

pytestmark = pytest.mark.plugins("sharing")


def test_nothing_changes_until_the_other_agrees(
    sharing: Any, repository: Any, api: Any, ada: Any, grace: Any, restricted: Any
) -> None:
    draft = repository.records.new_version(ada.actor, restricted.id)
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email, "keep": "view", "message": "Yours"})
    path = f"/api/records/{restricted.id}"
    assert api.as_(grace).get(path).status_code == 403
    sharing.offers.accept(grace.actor, offer.id)
    shown = api.as_(grace).get(path).json["parent"]["access"]
    assert shown["owned_by"] == {"user": str(grace.subject)}
    assert [grant["subject"]["id"] for grant in shown["grants"]] == [str(ada.subject)]
    assert api.as_(grace).get(f"/api/records/{draft.id}/draft").status_code == 200
    assert api.as_(ada).get(path).status_code == 200
    assert api.as_(ada).post(f"{path}/draft").status_code == 403
    found = repository.records.search(grace.actor, SearchRequest(q="zyzzyva"))
    assert [hit.id for hit in found.hits] == [restricted.id]
    assert repository.records.search(ada.actor, SearchRequest(q="zyzzyva")).total == 0
    assert repository.records.search(ANONYMOUS, SearchRequest(q="zyzzyva")).total == 0
    acts = {entry.action for entry in repository.audit.entries()}
    assert {"transfer.offered", "record.transferred"} <= acts


@pytest.mark.parametrize("end", ["withdrawn", "declined", "expired", "accepted", "replaced"])
def test_what_has_ended_cannot_be_accepted(
    sharing: Any, ada: Any, grace: Any, restricted: Any, later: Any, end: str
) -> None:
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email})
    if end == "withdrawn":
        sharing.offers.withdraw(ada.actor, restricted.id)
    elif end == "declined":
        sharing.offers.decline(grace.actor, offer.id)
    elif end == "expired":
        later(days=31)
    elif end == "accepted":
        sharing.offers.accept(grace.actor, offer.id)
    else:
        sharing.offers.offer(ada.actor, restricted.id, {"email": "mary@example.org"})
    for deed in (sharing.offers.accept, sharing.offers.decline, sharing.offers.read):
        with pytest.raises(NotFound):
            deed(grace.actor, offer.id)


def test_only_the_person_with_the_address_may_answer(
    sharing: Any, repository: Any, ada: Any, grace: Any, make_user: Any, administrator: Any, restricted: Any
) -> None:
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email})
    for actor in (ANONYMOUS, ada.actor, administrator.actor, make_user("mary@example.org").actor):
        with pytest.raises(NotFound):
            sharing.offers.accept(actor, offer.id)
    repository.users.block(grace.subject)
    with pytest.raises(NotFound):
        sharing.offers.accept(grace.actor, offer.id)
    with pytest.raises(NotFound):
        sharing.offers.read(ada.actor, "0" * 32)
    told = [entry for entry in repository.audit.entries() if entry.action == "transfer.refused"]
    assert [entry.details["reason"] for entry in told] == ["unknown", *["foreign_or_ended"] * 5]
    assert {entry.subject_id for entry in told} >= {None, ada.subject, grace.subject}
    assert repository.records.read(ada.actor, restricted.id).data["parent"]["access"]["owned_by"] == {
        "user": str(ada.subject)
    }


def test_the_core_refuses_who_cannot_own(repository: Any, ada: Any, grace: Any, restricted: Any) -> None:
    parent = repository.records.number_of(restricted.parent_id)
    repository.users.block(grace.subject)
    for giver, receiver in ((ada.subject, grace.subject), (ada.subject, 999), (999, ada.subject), (ada.subject,) * 2):
        with pytest.raises(Conflict):
            repository.records.transfer(ada.actor, parent, giver=giver, receiver=receiver)


def test_managers_give_nothing_away(sharing: Any, repository: Any, ada: Any, grace: Any, restricted: Any) -> None:
    from muniment.api import labels_given

    parent = repository.records.number_of(restricted.parent_id)
    manager = type(grace.actor)(grace.subject, grace.actor.labels | labels_given(parent, "manage"))
    with pytest.raises(PermissionDenied):
        sharing.offers.offer(manager, restricted.id, {"email": grace.email})
    sharing.offers.offer(ada.actor, restricted.id, {"email": "mary@example.org"})
    with pytest.raises(PermissionDenied):
        sharing.offers.withdraw(manager, restricted.id)


@pytest.mark.parametrize("sent", [{}, {"email": "nobody"}, {"email": "ada@example.org"}, {"email": 5}])
def test_bad_offers_are_refused(sharing: Any, ada: Any, restricted: Any, sent: Any) -> None:
    with pytest.raises(ValidationFailed):
        sharing.offers.offer(ada.actor, restricted.id, sent)


def test_an_offer_of_somebody_who_gave_the_record_away_is_over(
    sharing: Any, repository: Any, ada: Any, grace: Any, make_user: Any, restricted: Any
) -> None:
    mary = make_user("mary@example.org")
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email})
    parent = repository.records.number_of(restricted.parent_id)
    repository.records.transfer(ada.actor, parent, giver=ada.subject, receiver=mary.subject)
    with pytest.raises(NotFound):
        sharing.offers.accept(grace.actor, offer.id)


def test_a_record_changes_hands_by_the_api(api: Any, ada: Any, grace: Any, restricted: Any) -> None:
    path = f"/api/records/{restricted.id}/access/transfer"
    assert api.as_(ada).get(path).status_code == 404
    assert api.as_(grace).post(path, json={"email": grace.email}).status_code == 403
    refused = api.as_(ada).post(path, json={"email": "nobody", "keep": "all"})
    assert {error["field"] for error in refused.json["errors"]} == {"email", "keep"}
    made = api.as_(ada).post(path, json={"email": grace.email, "keep": "view", "giver": grace.subject})
    assert made.status_code == 201
    assert api.as_(ada).get(path).json == made.json
    offer = f"/api/sharing/offers/{made.json['id']}"
    assert api.as_(ada).get(offer).status_code == 404
    assert api.as_(grace).get(offer).json["record"] == restricted.id
    assert "email" not in api.as_(grace).get(offer).json
    assert api.as_(grace).post(f"{offer}/accept").status_code == 200
    assert api.as_(grace).post(f"{offer}/accept").status_code == 404
    again = api.as_(grace).post(path, json={"email": ada.email}).json
    assert api.as_(ada).post(f"/api/sharing/offers/{again['id']}/decline").status_code == 204
    assert api.as_(grace).delete(path).status_code == 404
    assert api.as_(grace).get(f"/api/records/{restricted.id}/access/grants").status_code == 200
