"""The mail service of an instance."""

from __future__ import annotations

from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from muniment.mail.transport import MailboxTransport, SMTPTransport
from muniment.repository import Repository

LINKS = {"sign_in": "http://localhost:5000/login", "forgot": "http://localhost:5000/lost-password"}


def test_without_a_server_messages_lie_in_the_mailbox(repository: Repository, mailbox: Path) -> None:
    assert not repository.mail.is_configured
    assert isinstance(repository.mail.transport, MailboxTransport)
    repository.mail.send("account-exists", to="ada@example.org", links=LINKS)
    (file,) = mailbox.iterdir()
    message = message_from_bytes(file.read_bytes(), policy=default)
    assert message["To"] == "ada@example.org"
    assert message["From"] == "Test Repository <noreply@localhost>"
    assert "Test Repository" in message["Subject"]


@pytest.mark.configuration("mail", host="mail.example.org", sender="Archive <archive@example.org>")
@pytest.mark.configuration("site", url="https://repo.example.org")
def test_with_a_server_messages_go_there(repository: Repository) -> None:
    assert repository.mail.is_configured
    assert isinstance(repository.mail.transport, SMTPTransport)


def test_the_language_is_that_of_the_reader_else_the_first_of_the_site(repository: Repository, mailbox: Path) -> None:
    for language in ("", "de"):
        repository.mail.send("account-exists", to="ada@example.org", language=language, links=LINKS)
    found = {message_from_bytes(file.read_bytes(), policy=default)["Content-Language"] for file in mailbox.iterdir()}
    assert found == {"en", "de"}


def test_the_log_names_the_kind_of_message_and_nobody(
    repository: Repository, mailbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repository.mail.send("account-exists", to="ada@example.org", links=LINKS)
    captured = capsys.readouterr()
    assert "ada@example.org" not in captured.out + captured.err
