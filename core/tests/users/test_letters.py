"""Messages go out after the commit, and are tried again while the mail server is away."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from muniment.events.models import Delivery, EventRow
from muniment.repository import Repository
from muniment.testing.people import Person


class BrokenTransport:
    """Refuses every message in one way until it is mended."""

    def __init__(self, error: Exception) -> None:
        self.error: Exception | None = error
        self.sent: list[Any] = []

    def send(self, message: Any, **_: Any) -> None:
        if self.error is not None:
            raise self.error
        self.sent.append(message)


def states(repository: Repository) -> list[tuple[str, int]]:
    with repository.database.read() as session:
        return [(row.state, row.attempts) for row in session.execute(select(Delivery)).scalars()]


def test_the_event_log_holds_neither_address_nor_link(
    repository: Repository, ada: Person, run_jobs: Callable[[], int]
) -> None:
    repository.users.forgot_password(ada.email)
    run_jobs()
    with repository.database.read() as session:
        payloads = [str(row.payload) for row in session.execute(select(EventRow)).scalars()]
    assert payloads
    assert not [text for text in payloads if "@" in text or "http" in text]


def test_nothing_is_sent_before_the_commit(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    def fail() -> None:
        with repository.database.write() as unit:
            repository.users.request_letter(unit, ada.subject, "password-changed")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    run_jobs()
    assert not list(mailbox.glob("*"))


@pytest.mark.parametrize(
    "error",
    [
        ConnectionRefusedError(),
        TimeoutError(),
        OSError(113, "No route to host"),
        smtplib.SMTPServerDisconnected("gone"),
        smtplib.SMTPConnectError(421, "busy"),
        smtplib.SMTPDataError(451, "greylisted"),
    ],
)
def test_a_server_that_is_away_is_asked_again(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], error: Exception
) -> None:
    transport = BrokenTransport(error)
    repository.mail.transport = transport  # type: ignore[assignment]
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        repository.users.forgot_password(ada.email)
        run_jobs()
        assert states(repository) == [("failed", 0)]
        transport.error = None
        run_jobs()
        assert transport.sent == []
        clock.shift(301)
        run_jobs()
    assert len(transport.sent) == 1
    assert [state for state, _ in states(repository)] == ["done"]


@pytest.mark.parametrize(
    "error",
    [
        ssl.SSLCertVerificationError("self-signed"),
        smtplib.SMTPRecipientsRefused({}),
        smtplib.SMTPAuthenticationError(535, b"no"),
        smtplib.SMTPDataError(554, "spam"),
    ],
)
def test_a_refusal_counts_as_failed_and_is_kept_for_the_operator(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], error: Exception
) -> None:
    repository.mail.transport = BrokenTransport(error)  # type: ignore[assignment]
    repository.users.forgot_password(ada.email)
    run_jobs()
    assert states(repository) == [("failed", 1)]


def test_a_message_that_came_too_late_is_dropped(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    with time_machine.travel("2026-11-21T10:00:00Z", tick=False) as clock:
        repository.users.forgot_password(ada.email)
        clock.shift(3 * 24 * 3600 + 1)
        run_jobs()
    assert not list(mailbox.glob("*"))


def test_a_message_that_became_pointless_is_not_sent(
    repository: Repository, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.forgot_password(ada.email)
    repository.users.block(ada.subject)
    run_jobs()
    assert not list(mailbox.glob("*"))
