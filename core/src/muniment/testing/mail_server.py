"""A real mail server on this machine, for tests of what is mailed: `mail_server.messages`, `mail_server.parts(…)`."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import replace
from email.message import Message
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from muniment.repository import Repository


class MailServer:
    """What arrived, in its order."""

    def __init__(self) -> None:
        self.messages: list[Message] = []

    @staticmethod
    def parts(message: Message) -> tuple[str, str]:
        """The plain and the HTML text of a message, which must have both and nothing else."""
        found = {
            part.get_content_type(): part.get_payload(decode=True) for part in message.walk() if not part.is_multipart()
        }
        assert sorted(found) == ["text/html", "text/plain"], sorted(found)
        plain, html = found["text/plain"], found["text/html"]
        assert isinstance(plain, bytes)
        assert isinstance(html, bytes)
        return plain.decode(), html.decode()


@pytest.fixture
def mail_server(repository: Repository) -> Iterator[MailServer]:
    """The messages of `repository` go to it over SMTP while the test runs."""
    from aiosmtpd.controller import Controller
    from aiosmtpd.handlers import Message as Handler

    from muniment.mail.transport import SMTPTransport

    received = MailServer()

    class Keeps(Handler):
        def handle_message(self, message: Message) -> None:
            received.messages.append(message)

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Controller(Keeps(), hostname="127.0.0.1", port=port)
    server.start()
    section = replace(repository.config.mail, host="127.0.0.1", port=port, security="none")
    repository.mail.__dict__["transport"] = SMTPTransport(section, repository.instance.path)
    yield received
    server.stop()
