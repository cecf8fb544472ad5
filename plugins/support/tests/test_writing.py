"""Guests and people with an account write to those who run the repository, and what they wrote is mailed."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from muniment_support import service
from muniment_support.models import Message

pytestmark = [pytest.mark.plugins("support"), pytest.mark.configuration("site", contact="desk@example.org")]

WRITTEN = {
    "category": "Something else",
    "name": "Grace Hopper",
    "email": "grace@elsewhere.example",
    "title": "A question\r\nBcc: all@example.org",
    "text": "Hello,\n\nhow long are files kept?\n<b>{{ 7*7 }}</b>",
}


@pytest.fixture
def guest(app: Any) -> Any:
    """The browser of somebody without an account."""
    from muniment.testing.panel import Panel

    return Panel(app.test_client(), None)


def mails(mailbox: Path) -> list[EmailMessage]:
    return [message_from_bytes(file.read_bytes(), policy=default) for file in sorted(mailbox.glob("*.eml"))]  # type: ignore[misc]


def waiting(repository: Any) -> int:
    with repository.database.read() as session:
        return int(session.scalar(select(func.count()).select_from(Message)))


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_event_handlers")
def test_a_guest_writes_and_can_be_answered(guest: Any, repository: Any, run_jobs: Any, mailbox: Path) -> None:
    assert "/records/1" in guest.get("/support?page=/records/1")
    assert "on its way" in guest.post("/support", page="/records/1", **WRITTEN)
    assert waiting(repository) == 1
    run_jobs()
    (mail,) = mails(mailbox)
    assert (mail["To"], mail["Reply-To"]) == ("desk@example.org", "grace@elsewhere.example")
    assert mail["Subject"] == "[Something else] A question Bcc: all@example.org"
    assert mail["Bcc"] is None
    text = mail.get_body(("plain",)).get_content()
    assert "who is not signed in" in text
    assert "how long are files kept?\n<b>{{ 7*7 }}</b>" in text
    assert "http://localhost:5000/records/1" in text
    assert "<b>" not in mail.get_body(("html",)).get_content()
    assert waiting(repository) == 0


def test_who_is_signed_in_writes_as_themselves(panel_of: Any, ada: Any, run_jobs: Any, mailbox: Path) -> None:
    own = panel_of(ada)
    page = own.get("/support")
    assert ada.email in page
    assert 'name="email"' not in page
    own.post("/support", **WRITTEN)
    run_jobs()
    (mail,) = mails(mailbox)
    assert mail["Reply-To"] == ada.email
    assert "Grace Hopper" not in mail.get_body(("plain",)).get_content()


def test_who_has_no_name_writes_by_address(panel_of: Any, make_user: Any, run_jobs: Any, mailbox: Path) -> None:
    nameless = make_user("nameless@example.org", full_name="")
    own = panel_of(nameless)
    assert "The answer goes to nameless@example.org." in own.get("/support")
    own.post("/support", **WRITTEN)
    run_jobs()
    text = mails(mailbox)[0].get_body(("plain",)).get_content()
    assert "nameless@example.org (nameless@example.org) writes:" in text


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"category": "Else"}, "Choose what it is about."),
        ({"name": " "}, "Say who you are."),
        ({"email": "grace"}, 'href="#f-email"'),
        ({"title": ""}, "Say in a few words what it is about."),
        ({"text": ""}, "Write your message."),
        ({"text": "x" * 10_001}, "10000"),
        ({"name": "\x07"}, "character"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_written_stays(
    guest: Any, repository: Any, changes: Any, said: str
) -> None:
    guest.get("/support")
    page = guest.post("/support", status=422, **{**WRITTEN, **changes})
    assert said in page
    assert changes.get("text", "how long are files kept?") in page
    assert waiting(repository) == 0


def test_addresses_of_other_sites_are_no_page_of_this_one(guest: Any, run_jobs: Any, mailbox: Path) -> None:
    assert 'name="page"' not in guest.get("/support?page=//evil.example/x")
    guest.post("/support", page="https://evil.example/", **WRITTEN)
    run_jobs()
    assert "evil" not in mails(mailbox)[0].get_body(("plain",)).get_content()


def test_nobody_floods_the_desk(guest: Any, repository: Any) -> None:
    guest.get("/support")
    for _ in range(service.BY_WRITER[0].count):
        guest.post("/support", **WRITTEN)
    page = guest.post("/support", status=429, **WRITTEN)
    assert "how long are files kept?" in page
    for number in range(service.BY_NETWORK[0].count - service.BY_WRITER[0].count):
        guest.post("/support", **{**WRITTEN, "email": f"g{number}@elsewhere.example"})
    guest.post("/support", status=429, **{**WRITTEN, "email": "other@elsewhere.example"})
    assert waiting(repository) == service.BY_NETWORK[0].count


def test_a_mail_server_that_is_away_loses_nothing(
    guest: Any, repository: Any, run_jobs: Any, mailbox: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any, **__: Any) -> None:
        raise ConnectionRefusedError

    guest.get("/support")
    guest.post("/support", **WRITTEN)
    with monkeypatch.context() as broken:
        broken.setattr(type(repository.mail.transport), "send", away)
        run_jobs()
    assert waiting(repository) == 1
    assert repository.deliveries.outstanding(("failed",), handler="support.mail").deliveries


@pytest.mark.configuration("site", contact="https://help.example.org/")
def test_without_a_reader_there_is_no_form(guest: Any) -> None:
    assert "Nobody has been named yet" in guest.get("/support")
    guest.post("/support", status=422, **WRITTEN)


def test_the_domain_of_an_answer_is_spelt_as_mail_wants_it(guest: Any, run_jobs: Any, mailbox: Path) -> None:
    guest.get("/support")
    guest.post("/support", **{**WRITTEN, "email": "grace@exämple.org"})
    run_jobs()
    assert mails(mailbox)[0]["Reply-To"] == "grace@xn--exmple-cua.org"


@pytest.mark.hook("register_nav")
def test_it_is_in_the_foot_of_every_page(client: Any) -> None:
    assert 'href="/support"' in client.get("/").text
