"""The messages of sharing, handed to a real mail server, in the language of whoever gets them."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

pytestmark = [pytest.mark.plugins("sharing"), pytest.mark.any_database]


class Received(Message):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)


@pytest.fixture
def letters() -> Iterator[Received]:
    received = Received()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(received, hostname="127.0.0.1", port=port)
    server.start()
    received.port = port  # type: ignore[attr-defined]
    yield received
    server.stop()


def through(repository: Any, letters: Any) -> None:
    """Have letters go to that server."""
    from dataclasses import replace

    from muniment.mail.transport import SMTPTransport

    section = replace(repository.config.mail, host="127.0.0.1", port=letters.port, security="none")
    repository.mail.__dict__["transport"] = SMTPTransport(section, repository.instance.path)


def parts(message: Any) -> tuple[str, str]:
    plain, html = message.get_payload()
    assert (plain.get_content_type(), html.get_content_type()) == ("text/plain", "text/html")
    return tuple(part.get_payload(decode=True).decode() for part in (plain, html))  # type: ignore[return-value]


@pytest.mark.hook("register_event_handlers")
def test_an_invitation_is_plain_and_html(
    sharing: Any, repository: Any, run_jobs: Any, letters: Any, ada: Any, restricted: Any
) -> None:
    through(repository, letters)
    entry = {
        "permission": "view",
        "subject": {"type": "email", "id": "mary@example.org"},
        "message": "Look <b>here</b>",
    }
    (invited,) = sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    run_jobs()
    (message,) = letters.messages
    assert message["To"] == "mary@example.org"
    plain, html = parts(message)
    target = f"{repository.config.site.url}/sharing/invitations/{invited.id}"
    assert target in plain
    assert f'<a href="{target}">' in html
    assert "Ada Lovelace" in plain
    assert "Zyzzyva survey" in plain
    assert "Look <b>here</b>" in plain
    assert "<b>here" not in html


def test_a_grant_is_told_and_its_message_forgotten(
    sharing: Any, repository: Any, run_jobs: Any, letters: Any, ada: Any, grace: Any, restricted: Any
) -> None:
    from sqlalchemy import text

    through(repository, letters)
    repository.users.update_profile(grace.actor, grace.subject, {"visibility": "public"})
    entry = {
        "permission": "edit",
        "subject": {"type": "user", "id": str(grace.subject)},
        "notify": True,
        "message": "Please mend it.",
    }
    sharing.grants.create(ada.actor, restricted.id, {"grants": [entry]})
    run_jobs()
    (message,) = letters.messages
    assert message["To"] == grace.email
    assert "Please mend it." in parts(message)[0]
    with repository.database.read() as session:
        assert session.execute(text("SELECT message FROM sharing_grants")).scalar_one() is None
        events = session.execute(text("SELECT payload FROM events WHERE name = 'sharing.letter'")).all()
    assert "mend" not in repr(events)
    assert grace.email not in repr(events)


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_the_giver_hears_of_the_answer(
    sharing: Any, repository: Any, run_jobs: Any, letters: Any, ada: Any, grace: Any, restricted: Any, answer: str
) -> None:
    through(repository, letters)
    offer = sharing.offers.offer(ada.actor, restricted.id, {"email": grace.email})
    run_jobs()
    getattr(sharing.offers, answer)(grace.actor, offer.id)
    run_jobs()
    assert [message["To"] for message in letters.messages] == [grace.email, ada.email]
    asked, answered = (parts(message)[0] for message in letters.messages)
    assert f"/sharing/offers/{offer.id}" in asked
    assert "Grace Hopper" in answered


def test_nothing_is_sent_of_what_was_taken_back(
    sharing: Any, repository: Any, run_jobs: Any, letters: Any, ada: Any, restricted: Any
) -> None:
    through(repository, letters)
    sharing.offers.offer(ada.actor, restricted.id, {"email": "mary@example.org"})
    sharing.offers.withdraw(ada.actor, restricted.id)
    run_jobs()
    assert letters.messages == []
