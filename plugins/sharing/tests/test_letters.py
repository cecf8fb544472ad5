"""The messages of sharing, handed to a real mail server, in the language of whoever gets them."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.plugins("sharing"), pytest.mark.any_database]


@pytest.mark.hook("register_event_handlers")
def test_an_invitation_is_plain_and_html(
    sharing: Any, repository: Any, run_jobs: Any, mail_server: Any, ada: Any, restricted: Any
) -> None:
    entry = {
        "permission": "view",
        "subject": {"type": "email", "id": "mary@example.org"},
        "message": "Look <b>here</b>",
    }
    (invited,) = sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    run_jobs()
    (message,) = mail_server.messages
    assert message["To"] == "mary@example.org"
    plain, html = mail_server.parts(message)
    target = f"{repository.config.site.url}/sharing/invitations/{invited.id}"
    assert target in plain
    assert f'<a href="{target}">' in html
    assert "Ada Lovelace" in plain
    assert "Zyzzyva survey" in plain
    assert "Look <b>here</b>" in plain
    assert "<b>here" not in html


def test_a_grant_is_told_and_its_message_forgotten(
    sharing: Any, repository: Any, run_jobs: Any, mail_server: Any, ada: Any, grace: Any, restricted: Any
) -> None:
    from sqlalchemy import text

    repository.users.update_profile(grace.actor, grace.subject, {"visibility": "public"})
    entry = {
        "permission": "edit",
        "subject": {"type": "user", "id": str(grace.subject)},
        "notify": True,
        "message": "Please mend it.",
    }
    sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    run_jobs()
    (message,) = mail_server.messages
    assert message["To"] == grace.email
    assert "Please mend it." in mail_server.parts(message)[0]
    with repository.database.read() as session:
        assert session.execute(text("SELECT message FROM sharing_grants")).scalar_one() is None
        events = session.execute(text("SELECT payload FROM events WHERE name = 'sharing.letter'")).all()
    assert "mend" not in repr(events)
    assert grace.email not in repr(events)


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_the_giver_hears_of_the_answer(
    sharing: Any, repository: Any, run_jobs: Any, mail_server: Any, ada: Any, grace: Any, restricted: Any, answer: str
) -> None:
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email})
    run_jobs()
    getattr(sharing.offers, answer)(grace.actor, offer.id)
    run_jobs()
    assert [message["To"] for message in mail_server.messages] == [grace.email, ada.email]
    asked, answered = (mail_server.parts(message)[0] for message in mail_server.messages)
    assert f"/sharing/offers/{offer.id}" in asked
    assert "Grace Hopper" in answered


def test_nothing_is_sent_of_what_was_taken_back(
    sharing: Any, repository: Any, run_jobs: Any, mail_server: Any, ada: Any, restricted: Any
) -> None:
    sharing.offers.offer(ada.actor, restricted.id, {"email": "mary@example.org"})
    sharing.offers.withdraw(ada.actor, restricted.id)
    run_jobs()
    assert mail_server.messages == []
