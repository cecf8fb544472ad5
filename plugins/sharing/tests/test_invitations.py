"""Invitations by e-mail, which tell nobody who has an account, and become grants for confirmed addresses only."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from muniment.api import InvalidRequest, NotFound

pytestmark = pytest.mark.plugins("sharing")


def invite(sharing: Any, ada: Any, item: Any, email: str, permission: str = "view") -> Any:
    entry = {"permission": permission, "subject": {"type": "email", "id": email}, "message": "Have a look.\nAda"}
    return sharing.grants.create(ada.actor, item.id, {"grants": [entry]})[0]


def test_it_looks_alike_whether_there_is_an_account(sharing: Any, ada: Any, grace: Any, restricted: Any) -> None:
    shown = [invite(sharing, ada, restricted, email).document() for email in (grace.email, "nobody@example.org")]
    for document in shown:
        del document["subject"], document["invitation"]
    assert shown[0] == shown[1]
    assert len(sharing.invitations.list(ada.actor, restricted.id)) == 2
    assert sharing.grants.list(ada.actor, restricted.id) == []


def test_it_becomes_a_grant_when_the_confirmed_address_signs_in(
    sharing: Any, api: Any, panel_of: Any, ada: Any, grace: Any, restricted: Any
) -> None:
    invite(sharing, ada, restricted, "GRACE@example.org", "edit")
    browser = panel_of(grace)
    assert "Zyzzyva" in browser.get(f"/records/{restricted.id}")
    assert "Zyzzyva" in browser.get("/me/shared")
    (given,) = sharing.grants.list(ada.actor, restricted.id)
    assert (given.id, given.permission) == (str(grace.subject), "edit")
    assert given.origin.startswith("invitation:")
    assert sharing.invitations.list(ada.actor, restricted.id) == []
    assert api.as_(grace).get("/api/user/records?shared_with_me=true").json["hits"]["total"] == 1


def test_an_unconfirmed_address_gets_nothing(sharing: Any, repository: Any, ada: Any, restricted: Any) -> None:
    invite(sharing, ada, restricted, "mary@example.org")
    user = repository.users.create("mary@example.org", password="a long enough password 1867", confirmed=False)
    actor = repository.users.actor_for_user(user)
    assert sharing.invitations.accept(actor) == 0
    repository.users.confirm_address(user.subject_id)
    assert sharing.invitations.accept(actor) == 1
    assert sharing.invitations.accept(actor) == 0


def test_the_letter_leads_through_signing_in_to_the_record(
    sharing: Any, client: Any, panel_of: Any, ada: Any, grace: Any, make_user: Any, restricted: Any
) -> None:
    invitation = invite(sharing, ada, restricted, grace.email)
    path = f"/sharing/invitations/{invitation.id}"
    assert client.get(path).headers["Location"].startswith("/login?next=/sharing/invitations/")
    stranger = panel_of(make_user("stranger@example.org"))
    stranger.get(path, 404)
    landed = panel_of(grace).client.get(path)
    assert landed.headers["Location"] == f"/records/{restricted.id}"


def test_what_was_withdrawn_or_is_over_gives_nothing(
    sharing: Any, ada: Any, grace: Any, restricted: Any, later: Any, repository: Any
) -> None:
    first = invite(sharing, ada, restricted, grace.email)
    sharing.invitations.withdraw(ada.actor, restricted.id, first.id)
    assert sharing.invitations.accept(grace.actor) == 0
    with pytest.raises(NotFound):
        sharing.invitations.parent_of(grace.actor, first.id)
    told = repository.audit.entries()[0]
    assert (told.action, told.subject_id) == ("grant.invitation_refused", grace.subject)
    with pytest.raises(NotFound):
        sharing.invitations.withdraw(ada.actor, restricted.id, first.id)
    invite(sharing, ada, restricted, grace.email)
    later(days=31)
    assert sharing.invitations.list(ada.actor, restricted.id) == []
    assert sharing.invitations.accept(grace.actor) == 0


def test_it_never_makes_less_of_what_somebody_has(sharing: Any, ada: Any, grace: Any, restricted: Any) -> None:
    for permission in ("manage", "view"):
        invite(sharing, ada, restricted, grace.email, permission)
        sharing.invitations.accept(grace.actor)
    assert [given.permission for given in sharing.grants.list(ada.actor, restricted.id)] == ["manage"]


def test_inviting_oneself_gives_nothing(sharing: Any, ada: Any, restricted: Any) -> None:
    invite(sharing, ada, restricted, ada.email)
    sharing.invitations.accept(ada.actor)
    assert sharing.grants.list(ada.actor, restricted.id) == []


@pytest.mark.configuration("plugin", sharing={"letters_a_day": 2})
def test_nobody_sends_letters_without_end(sharing: Any, ada: Any, restricted: Any, later: Any) -> None:
    for name in ("a", "b"):
        invite(sharing, ada, restricted, f"{name}@example.org")
    with pytest.raises(InvalidRequest):
        invite(sharing, ada, restricted, "c@example.org")
    with pytest.raises(InvalidRequest):
        sharing.offers.offer(ada.actor, restricted.id, {"email": "c@example.org"})
    later(days=2)
    invite(sharing, ada, restricted, "c@example.org")


def test_what_has_ended_goes_after_a_month(
    sharing: Any, repository: Any, ada: Any, grace: Any, restricted: Any, later: Any
) -> None:
    invite(sharing, ada, restricted, grace.email)
    sharing.invitations.accept(grace.actor)
    link = sharing.links.create(ada.actor, restricted.id, {"permission": "view"})
    sharing.links.revoke(ada.actor, restricted.id, link.id)
    assert repository.privacy.sweep()["sharing.invitations"] == 0
    later(days=32)
    swept = repository.privacy.sweep()
    assert (swept["sharing.invitations"], swept["sharing.given"]) == (1, 1)
    assert len(sharing.grants.list(ada.actor, restricted.id)) == 1


def test_an_account_that_ends_takes_its_access_along(
    sharing: Any, repository: Any, ada: Any, grace: Any, restricted: Any, make_record: Any
) -> None:
    invite(sharing, ada, restricted, grace.email)
    sharing.invitations.accept(grace.actor)
    invite(sharing, ada, make_record("Another"), grace.email)
    repository.erasure.erase(grace.subject)
    assert sharing.grants.list(ada.actor, restricted.id) == []
    with repository.database.read() as session:
        assert session.execute(text("SELECT count(*) FROM sharing_invitations")).scalar_one() == 0
