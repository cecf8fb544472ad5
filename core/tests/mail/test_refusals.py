"""A server that is away is asked again; what will not get better by waiting is an error at once."""

from __future__ import annotations

import smtplib
import ssl
from typing import Any
from unittest.mock import Mock

import pytest
from jinja2 import TemplateNotFound

from muniment.jobs.declarations import RetryLater

REFUSED = {"ada@example.org": (450, b"busy")}
PASSING = [
    ConnectionRefusedError(),
    TimeoutError(),
    smtplib.SMTPServerDisconnected("gone"),
    smtplib.SMTPConnectError(554, b"not now"),
    smtplib.SMTPDataError(451, b"later"),
    smtplib.SMTPRecipientsRefused(REFUSED),
]
LASTING = [
    TemplateNotFound("mail/letter.txt"),
    smtplib.SMTPDataError(554, b"no"),
    smtplib.SMTPRecipientsRefused({**REFUSED, "x@example.org": (550, b"unknown")}),
    smtplib.SMTPNotSupportedError("no AUTH"),
    ssl.SSLCertVerificationError("expired"),
]


@pytest.mark.any_database
@pytest.mark.parametrize("error", [*PASSING, *LASTING], ids=lambda error: type(error).__name__)
def test_what_passes_is_tried_again_and_nothing_else(repository: Any, error: OSError) -> None:
    repository.mail.transport = Mock()
    repository.mail.transport.send.side_effect = error
    with pytest.raises(RetryLater if error in PASSING else type(error)):
        repository.mail.hand_over("password-changed", to="ada@example.org", links={"forgot": "https://x.example"})


@pytest.mark.any_database
def test_a_letter_whose_template_is_missing_is_an_error(repository: Any) -> None:
    with pytest.raises(TemplateNotFound):
        repository.mail.hand_over("no-such-letter", to="ada@example.org")
