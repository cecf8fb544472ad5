"""A plugin made up for the tests that tells people of things, and a mail server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any, ClassVar

import pytest
from aiosmtpd.controller import Controller

from muniment.api import Event, LogEntry, Notification, NotificationType, Repository


@dataclass(frozen=True)
class Happened(Event):
    """Something happened that `to` are told of; `title` fills the place of the sentence."""

    name: ClassVar[str] = "probe.happened"
    to: list[int]
    title: str = "A thing"
    path: str = "/help"
    cause: int | None = None
    types: list[str] = field(default_factory=lambda: ["probe.news"])
    words: dict[str, str] = field(default_factory=lambda: {"person": "Nobody"})


def tell(id: str) -> Callable[[Repository, LogEntry], list[Notification]]:
    def told(_repository: Repository, entry: LogEntry) -> list[Notification]:
        given = entry.payload
        if id not in given["types"]:
            return []
        if given["title"] == "broken":
            raise ZeroDivisionError
        text = "“%(title)s” was made by %(person)s"
        values, words = {"title": given["title"]}, given["words"]
        return [Notification(frozenset(given["to"]), text, given["path"], values, words, given["cause"])]

    return told


@pytest.fixture
def instance(instance: Any, fake_plugin: Any) -> Any:
    """An instance with a plugin ``probe`` that declares the types ``probe.news`` (mailed at once) and ``probe.gossip``
    (once a day)."""
    types = [
        NotificationType("probe.news", "Something is new", "Probe", (Happened.name,), tell("probe.news"), order=1),
        NotificationType("probe.gossip", "Somebody talks", "Probe", (Happened.name,), tell("probe.gossip"), "daily"),
    ]
    fake_plugin("probe", {}, register_notification_types=types)
    return instance


@pytest.fixture
def plugin(repository: Repository) -> Any:
    return next(one.plugin for one in repository.generation.plugins if one.name == "notifications")


@pytest.fixture
def happen(repository: Repository, run_jobs: Callable[[], int]) -> Callable[..., None]:
    """Has things happen, and the worker work: `happen(ada, title="A thing")`, or several at once by their `titles`."""

    def do(*people: Any, titles: tuple[str, ...] = (), title: str = "A thing", **values: Any) -> None:
        with repository.database.write() as unit:
            for one in titles or (title,):
                unit.emit(Happened([person.subject for person in people], title=one, **values))
        run_jobs()

    return do


class Received:
    """Takes messages, but none for addresses in `refused`, which it answers with their code."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.refused: dict[str, int] = {}

    async def handle_RCPT(self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any) -> str:
        if address in self.refused:
            return f"{self.refused[address]} no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        found = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(found, EmailMessage)
        self.messages.append(found)
        return "250 OK"


class _AnyPort(Controller):
    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # the free port that the system chose
        super()._trigger_server()


@pytest.fixture
def mail_server(repository: Repository) -> Iterator[Received]:
    """A mail server to which the repository hands its messages."""
    received = Received()
    controller = _AnyPort(received, hostname="127.0.0.1", port=0)
    controller.start()
    repository.mail.config = replace(
        repository.mail.config, host="127.0.0.1", port=controller.port, security="none", timeout=10
    )
    yield received
    controller.stop()
