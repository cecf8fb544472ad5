"""Users and roles in the control panel."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest


def test_people_are_found_by_name_state_and_role(repository: Any, panel: Any, ada: Any, grace: Any) -> None:
    repository.users.block(grace.subject)
    assert "Grace Hopper" not in panel.get("/control/users?q=lovelace")
    assert "Ada Lovelace" in panel.get("/control/users?q=lovelace")
    blocked = panel.get("/control/users?state=blocked")
    assert ("Grace Hopper" in blocked, "Ada Lovelace" in blocked) == (True, False)
    assert "ada@example.org" not in panel.get("/control/users?role=administrator")
    assert "No account matches" in panel.get("/control/users?q=nobodyatall")
    panel.get("/control/users?page=9999", 422)


def test_an_account_is_blocked_after_a_question_and_let_in_again(repository: Any, panel: Any, ada: Any) -> None:
    assert "Block Ada Lovelace?" in panel.get(f"/control/users/{ada.subject}/block")
    assert "The account is blocked." in panel.post(f"/control/users/{ada.subject}/block")
    assert repository.users.get(ada.subject).blocked_at is not None
    assert repository.audit.entries(f"user:{ada.subject}")[0].action == "user.block"
    panel.post(f"/control/users/{ada.subject}/unblock")
    assert repository.users.get(ada.subject).blocked_at is None


def test_links_are_mailed(repository: Any, panel: Any, ada: Any, run_jobs: Any, mailbox: Any) -> None:
    page = panel.post(f"/control/users/{ada.subject}/send-reset")
    assert "on its way" in page
    run_jobs()
    (message,) = mailbox.iterdir()
    assert b"/reset-password?token=" in message.read_bytes().replace(b"=\n", b"").replace(b"=3D", b"=")
    assert "/reset-password" not in page


def test_an_address_is_confirmed_by_hand(repository: Any, panel: Any) -> None:
    new = repository.users.create("new@example.org")
    assert "Address not confirmed" in panel.get(f"/control/users/{new.subject_id}")
    panel.post(f"/control/users/{new.subject_id}/confirm")
    assert repository.users.get(new.subject_id).confirmed_at is not None


def test_somebody_is_signed_out_everywhere(repository: Any, panel: Any, ada: Any) -> None:
    repository.sessions.start(ada.subject)
    panel.post(f"/control/users/{ada.subject}/sign-out")
    assert repository.sessions.devices(ada.subject) == []


def test_an_invitation(repository: Any, panel: Any) -> None:
    assert "Enter an e-mail address." in panel.post("/control/users/invite", 422, email="")
    panel.post("/control/users/invite", email="marie@example.org", full_name="Marie Curie", roles="moderator")
    made = repository.users.find("marie@example.org")
    assert [role.name for role in made.roles] == ["moderator"]
    assert "already" in panel.post("/control/users/invite", 422, email="marie@example.org")


def test_one_cannot_lock_oneself_out(panel: Any, administrator: Any) -> None:
    page = panel.get(f"/control/users/{administrator.subject}")
    assert "Block …" not in page
    assert "your own account" in panel.post(f"/control/users/{administrator.subject}/block", 422)
    only = panel.post(f"/control/users/{administrator.subject}/roles/administrator/revoke", 422)
    assert "only administrator" in only


def test_a_moderator_cannot_touch_an_administrator(
    panel_of: Callable[[Any], Any], moderator: Any, administrator: Any
) -> None:
    browser = panel_of(moderator)
    assert "Only an administrator" in browser.get(f"/control/users/{administrator.subject}")
    browser.post(f"/control/users/{administrator.subject}/block", 403)
    page = browser.get("/control/users/invite")
    assert 'name="roles"' not in page
    browser.post("/control/users/invite", 403, email="x@example.org", roles="administrator")


@pytest.mark.parametrize("path", ["/control/users/999999", "/control/users/1/explode"])
def test_what_is_not_there(panel: Any, path: str) -> None:
    panel.get(path, 404)


def test_a_role_is_made_given_changed_and_deleted(repository: Any, panel: Any, ada: Any) -> None:
    assert "starts with a letter" in panel.post("/control/roles", 422, name="Data Curator")
    panel.post("/control/roles", name="curator", title="Curator", permissions=["moderation"])
    panel.post(f"/control/users/{ada.subject}/roles", role="curator")
    assert "Ada Lovelace" in panel.get("/control/roles/curator")
    repository.sessions.start(ada.subject)
    panel.post("/control/roles/curator", title="Curators", permissions=[])
    assert len(repository.sessions.devices(ada.subject)) == 1, "what allows less signs nobody out"
    panel.post("/control/roles/curator", title="Curators", permissions=["moderation", "administration"])
    assert repository.sessions.devices(ada.subject) == []
    assert "Everybody who has it" in panel.get("/control/roles/curator/delete")
    panel.post("/control/roles/curator/delete")
    assert repository.users.get(ada.subject).roles == []


def test_a_built_in_role_stays(panel: Any) -> None:
    assert "built in" in panel.get("/control/roles/administrator")
    panel.post("/control/roles/administrator/delete", 422)
    panel.post("/control/roles/moderator", 422, title="x", permissions=["administration"])
