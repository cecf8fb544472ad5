"""Handing messages to a server, whose certificate is checked, or to the mailbox folder."""

from __future__ import annotations

import os
import smtplib
import ssl
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP as Server
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from muniment.errors import ConfigurationError
from muniment.mail.message import Letter, compose
from muniment.mail.transport import MailboxTransport, SMTPTransport, sweep_mailbox
from muniment.settings.config import Mail

NOW = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)


class Received(MessageHandler):
    """Keeps what arrives."""

    def __init__(self) -> None:
        super().__init__()
        self.messages: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.messages.append(message)


@dataclass
class MailServer:
    port: int
    received: Received
    certificate: Path


def make_certificate(folder: Path, name: str) -> tuple[Path, Path]:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate_file, key_file = folder / "certificate.pem", folder / "key.pem"
    certificate_file.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate_file, key_file


def check_credentials(*arguments: Any) -> AuthResult:
    data = arguments[4]
    return AuthResult(handled=False, success=isinstance(data, LoginPassword) and data.password == b"right password")


class StartTLS(Controller):
    """A server that takes mail and passwords after STARTTLS only."""

    context: ssl.SSLContext | None = None

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]  # the free port that the system chose
        super()._trigger_server()

    def factory(self) -> Server:
        return Server(
            self.handler,
            hostname="localhost",
            tls_context=self.context,
            require_starttls=self.context is not None,
            enable_SMTPUTF8=self.SMTP_kwargs["enable_SMTPUTF8"],
            authenticator=check_credentials,
            auth_required=self.context is not None,
        )


@pytest.fixture(params=["localhost"])
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[MailServer]:
    certificate, key = make_certificate(tmp_path, request.param)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    received = Received()
    controller = StartTLS(received, hostname="127.0.0.1", port=0)
    controller.context = context
    controller.start()
    yield MailServer(controller.port, received, certificate)
    controller.stop()


def message() -> EmailMessage:
    made = EmailMessage(policy=SMTP)
    made["From"], made["To"], made["Subject"] = "noreply@repo.example.org", "ada@example.org", "Zürich"
    made.set_content("Grüße\n")
    return made


def configured(server: MailServer, **changes: Any) -> Mail:
    base = Mail(
        host="localhost",
        port=server.port,
        username="repo",
        password="right password",
        ca_file=str(server.certificate),
        timeout=5,
    )
    return replace(base, **changes)


def test_a_message_goes_to_a_server_with_a_good_certificate(server: MailServer, tmp_path: Path) -> None:
    SMTPTransport(configured(server), tmp_path).send(message(), name="test", date=NOW)
    assert [received["To"] for received in server.received.messages] == ["ada@example.org"]


@pytest.mark.parametrize("knows", [True, False])
def test_an_address_in_another_script_goes_to_servers_that_know_how(knows: bool, tmp_path: Path) -> None:
    received = Received()
    controller = StartTLS(received, hostname="127.0.0.1", port=0, enable_SMTPUTF8=knows)
    controller.start()
    letter = Letter(to="müller@example.org", subject="Grüße", text="Text\n", language="en")
    made = compose(letter, sender="noreply@repo.example.org", site_name="Repo", domain="repo.example.org", date=NOW)
    transport = SMTPTransport(Mail(host="127.0.0.1", port=controller.port, security="none", timeout=5), tmp_path)
    try:
        if knows:
            transport.send(made, name="test", date=NOW)
            assert len(received.messages) == 1
        else:
            with pytest.raises(smtplib.SMTPNotSupportedError, match="SMTPUTF8"):
                transport.send(made, name="test", date=NOW)
    finally:
        controller.stop()


def test_a_server_whose_certificate_nobody_vouches_for_is_refused_cve_2026_41132(
    server: MailServer, tmp_path: Path
) -> None:
    transport = SMTPTransport(configured(server, ca_file=""), tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError):
        transport.send(message(), name="test", date=NOW)
    assert server.received.messages == []


@pytest.mark.parametrize("server", ["another.example.org"], indirect=True)
def test_a_certificate_for_another_name_is_refused_cve_2026_41132(server: MailServer, tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError):
        SMTPTransport(configured(server), tmp_path).send(message(), name="test", date=NOW)
    assert server.received.messages == []


def test_a_server_without_starttls_gets_neither_password_nor_message(tmp_path: Path) -> None:
    received = Received()
    controller = StartTLS(received, hostname="127.0.0.1", port=0)
    controller.start()
    try:
        config = Mail(host="localhost", port=controller.port, username="repo", password="right password", timeout=5)
        with pytest.raises(smtplib.SMTPNotSupportedError):
            SMTPTransport(config, tmp_path).send(message(), name="test", date=NOW)
    finally:
        controller.stop()
    assert received.messages == []


def test_a_wrong_password_is_an_error(server: MailServer, tmp_path: Path) -> None:
    transport = SMTPTransport(configured(server, password="wrong"), tmp_path)
    with pytest.raises(smtplib.SMTPAuthenticationError):
        transport.send(message(), name="test", date=NOW)


def test_the_password_may_stand_in_a_file(server: MailServer, tmp_path: Path) -> None:
    (tmp_path / "mail-password").write_text("right password\n")
    config = configured(server, password="", password_file="mail-password")
    SMTPTransport(config, tmp_path).send(message(), name="test", date=NOW)
    assert len(server.received.messages) == 1


@pytest.mark.parametrize(
    ("changes", "named"),
    [({"password_file": "missing"}, "mail.password_file"), ({"ca_file": "missing.pem"}, "mail.ca_file")],
)
def test_a_missing_file_is_named_with_its_key(
    server: MailServer, tmp_path: Path, changes: dict[str, str], named: str
) -> None:
    with pytest.raises(ConfigurationError, match=named):
        SMTPTransport(configured(server, **changes), tmp_path).send(message(), name="test", date=NOW)


def test_a_password_never_crosses_the_network_unencrypted(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"mail\.security"):
        SMTPTransport(Mail(host="mail.example.org", security="none", username="repo"), tmp_path)


def test_without_a_server_messages_lie_in_the_folder_for_their_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    MailboxTransport(folder).send(message(), name="confirm-email", date=NOW)
    (file,) = folder.iterdir()
    assert file.suffix == ".eml"
    assert "confirm-email" in file.name
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "Grüße" in file.read_bytes().decode()


def test_stored_messages_are_swept_by_age(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / f"{name}.eml").write_text("x")
    month_ago = time.time() - 31 * 24 * 3600
    os.utime(tmp_path / "old.eml", (month_ago, month_ago))
    assert sweep_mailbox(tmp_path, datetime.now(UTC) - timedelta(days=30)) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["new.eml"]
