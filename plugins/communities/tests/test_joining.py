"""Invitations by number and by address, requests for membership, leaving."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import Conflict, Departure, InvalidRequest, NotFound, PermissionDenied, ValidationFailed
from muniment_communities.invitations import TITLE
from muniment_communities.privacy import categories
from muniment_requests.listing import Asked

pytestmark = pytest.mark.plugins("communities", "requests")


def invited(kind: str, id: object, role: str = "reader", **more: Any) -> dict[str, Any]:
    return {"members": [{"type": kind, "id": str(id)}], "role": role, **more}


@pytest.mark.hook("requests_types")
@pytest.mark.hook("requests_parties")
def test_an_invitation_is_answered_in_the_inbox(communities: Any, polar: Any, ada: Any, grace: Any) -> None:
    communities.invitations.invite(ada.actor, polar, invited("user", grace.subject, "curator", message="Welcome"))
    with pytest.raises(InvalidRequest, match="already"):
        communities.invitations.invite(ada.actor, polar, invited("user", grace.subject))
    (waiting,) = communities.requests.list(grace.actor, Asked(part="waiting")).requests
    assert waiting.title == "Invitation to join Polar research", "notifications quote the whole title"
    assert (waiting.title_text, waiting.title_values) == (TITLE, {"community": "Polar research"})
    communities.requests.act(grace.actor, waiting.id, "accept")
    assert communities.can(grace.actor, polar, "curate")
    assert communities.invitations.list(ada.actor, polar)[1] == 0
    with pytest.raises(PermissionDenied):
        communities.invitations.invite(grace.actor, polar, invited("user", ada.subject))


def test_what_was_taken_back_or_is_over_cannot_be_accepted(
    communities: Any, polar: Any, ada: Any, grace: Any, make_user: Any
) -> None:
    mary = make_user("mary@example.org")
    communities.invitations.invite(ada.actor, polar, invited("user", grace.subject))
    communities.invitations.invite(ada.actor, polar, invited("user", mary.subject))
    (found, _), (request, *_rest) = (
        communities.invitations.list(ada.actor, polar)[0],
        communities.requests.list(grace.actor, Asked(part="waiting")).requests,
    )
    own = next(one for one in communities.invitations.list(ada.actor, polar)[0] if one.subject == grace.subject)
    communities.invitations.withdraw(ada.actor, polar, own.id)
    with pytest.raises((InvalidRequest, Conflict)):
        communities.requests.act(grace.actor, request.id, "accept")
    with pytest.raises(NotFound):
        communities.invitations.withdraw(ada.actor, polar, own.id)
    assert not communities.can(grace.actor, polar, "view")
    assert found.state == "open"


def test_an_address_gets_a_letter_and_only_its_owner_answers(
    communities: Any, polar: Any, ada: Any, grace: Any, panel_of: Any, repository: Any, make_user: Any
) -> None:
    with pytest.raises(ValidationFailed):
        communities.invitations.invite(ada.actor, polar, invited("email", "nobody"))
    communities.invitations.invite(ada.actor, polar, invited("email", "GRACE@example.org", "manager", message="Hi"))
    repository.deliveries.run_until_idle()
    ((invitation,), total) = communities.invitations.list(ada.actor, polar)
    assert total == 1
    path = f"/communities/invitations/{invitation.id}"
    panel_of(make_user("mary@example.org")).get(path, 404)
    browser = panel_of(grace)
    assert "Your role would be: Manager" in browser.get(path)
    assert "Polar research" in browser.post(path, answer="accept")
    browser.get(path, 404)
    assert communities.can(grace.actor, polar, "manage")


def test_people_ask_and_managers_decide(
    communities: Any, found: Any, ada: Any, grace: Any, join: Any, make_user: Any, api: Any
) -> None:
    closed, open_one = found("closed", "Closed"), found("open", "Open", member_policy="open")
    curator = make_user("curator@example.org")
    join(open_one, curator, "curator")
    with pytest.raises(PermissionDenied):
        communities.joining.ask(grace.actor, closed)
    asked = api.as_(grace).post("/api/communities/open/membership-requests", json={"message": "Please"})
    assert (asked.status_code, asked.json["receiver"]) == (201, {"community": open_one.id})
    with pytest.raises(Conflict):
        communities.joining.ask(grace.actor, open_one)
    accept = f"/api/requests/{asked.json['id']}/actions/accept"
    assert api.as_(curator).post(accept).status_code == 404, "what only managers decide is nothing for curators"
    assert not communities.requests.list(curator.actor, Asked(part="waiting")).requests
    (type,) = [one for one in communities.requests.declared.types.values() if one.id == asked.json["type"]]
    assert type.deciders.people(communities.repository, open_one.id) == {ada.subject}
    members = [{"type": "user", "id": str(grace.subject)}]
    path = "/api/communities/open/membership-requests"
    for person, body, status in (
        (curator, {"members": members, "role": "reader"}, 403),
        (ada, {"members": members, "role": "king"}, 400),
        (ada, {"members": [{"type": "user", "id": str(curator.subject)}], "role": "curator"}, 404),
        (ada, {"members": members, "role": "curator"}, 204),
    ):
        assert api.as_(person).put(path, json=body).status_code == status
    assert api.as_(ada).post(accept).status_code == 200
    assert communities.roles.role(grace.actor, open_one.id) == "curator"
    with pytest.raises(InvalidRequest):
        communities.joining.ask(grace.actor, open_one)


@pytest.mark.hook("privacy_categories")
def test_no_community_is_left_without_an_owner(
    communities: Any, found: Any, ada: Any, grace: Any, join: Any, make_user: Any, repository: Any
) -> None:
    mary = make_user("mary@example.org")
    kept, alone, given = found("kept", "Kept"), found("alone", "Alone"), found("given", "Given")
    join(kept, mary, "reader")
    join(kept, grace, "curator")
    leave = next(one.leave for one in categories(communities) if one.id == "communities.memberships")
    leave(repository, Departure(subject=ada.subject))
    leave(repository, Departure(subject=ada.subject))
    assert communities.roles.role(grace.actor, kept.id) == "owner"
    owners = [one.name for one in communities.members.list(ada.actor, alone)[0] if one.role == "owner"]
    assert owners == [str(ada.subject), "administrator"]
    with repository.database.write() as unit:
        unit.session.execute(text("DELETE FROM communities_members WHERE group_name = 'administrator'"))
    leave(repository, Departure(subject=ada.subject, heir=mary.subject))
    assert communities.roles.role(mary.actor, given.id) == "owner"


def test_the_page_of_members_does_it_all(
    panel_of: Any, communities: Any, found: Any, ada: Any, grace: Any, join: Any, client: Any
) -> None:
    polar = found(member_policy="open")
    browser, other = panel_of(ada), panel_of(grace)
    path = "/communities/polar/members"
    other.get(path)
    assert "You have asked to become a member" in other.post(f"{path}/ask", message="Please")
    browser.get(path)
    assert 'href="#f-who"' in browser.post(f"{path}/invite", 422, who="nobody", role="reader")
    assert "The invitations are sent" in browser.post(f"{path}/invite", who="mary@example.org", role="reader")
    join(polar, grace, "reader")
    member = f"user:{grace.subject}"
    assert "The change is saved" in browser.post(f"{path}/change", member=member, role="manager")
    assert "at least one owner" in browser.post(f"{path}/remove", 422, member=f"user:{ada.subject}")
    assert "Grace Hopper" not in client.get(path).get_data(as_text=True)
    other.get(path)
    other.post(f"{path}/change", member=member, visible="1")
    assert "Grace Hopper" in client.get(path).get_data(as_text=True)
    other.get(path)
    other.post(f"{path}/remove", member=member)
    assert communities.roles.role(grace.actor, polar.id) == ""
