"""The two ways out for a message: an SMTP server with a verified certificate, or the mailbox folder."""

from __future__ import annotations

import ipaddress
import os
import secrets
import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

from muniment.errors import ConfigurationError
from muniment.settings.config import Mail


class Transport(Protocol):
    """Takes a message and returns when it is safe with somebody else; raises OSError or SMTPException if not."""

    def send(self, message: EmailMessage, *, name: str, date: datetime) -> None:
        """`name` tells the kind of message (for file names and logs); `date` is now, in UTC."""


class SMTPTransport:
    """Hands messages to the configured server. Certificates and host names are always checked (CVE-2026-41132)."""

    def __init__(self, config: Mail, folder: Path) -> None:
        self.config = config
        self.folder = folder
        if config.security == "none" and config.username and not _is_loopback(config.host):
            raise ConfigurationError(
                "mail.security is 'none' but mail.username is set: the password would cross the network unencrypted. "
                "Use 'starttls' or 'tls'."
            )

    def send(self, message: EmailMessage, *, name: str, date: datetime) -> None:  # noqa: ARG002
        with self._connect() as server:
            if self.config.username:
                server.login(self.config.username, self._password())
            server.send_message(message)

    def _connect(self) -> smtplib.SMTP:
        host, port, timeout = self.config.host, self.config.port, self.config.timeout
        if self.config.security == "none":
            return smtplib.SMTP(host, port, timeout=timeout)
        context = self._context()
        if self.config.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=timeout, context=context)
        server = smtplib.SMTP(host, port, timeout=timeout)
        try:
            server.starttls(context=context)
        except OSError:  # smtplib's exceptions are OSErrors too
            server.close()
            raise
        return server

    def _context(self) -> ssl.SSLContext:
        authorities = self.folder / self.config.ca_file if self.config.ca_file else None
        try:
            return ssl.create_default_context(cafile=authorities)
        except (OSError, ssl.SSLError) as error:
            raise ConfigurationError(f"mail.ca_file: {authorities} cannot be read as certificates: {error}.") from error

    def _password(self) -> str:
        if not self.config.password_file:
            return self.config.password
        file = self.folder / self.config.password_file
        try:
            return file.read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ConfigurationError(f"mail.password_file: {file} cannot be read: {error.strerror}.") from error


class MailboxTransport:
    """Lays messages down as `.eml` files, readable by their owner only, for sites without a mail server."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def send(self, message: EmailMessage, *, name: str, date: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = self.folder / f"{date:%Y%m%dT%H%M%S.%f}Z-{name}-{secrets.token_hex(4)}.eml"
        partial = file.with_suffix(".part")
        try:
            with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                # Lines end as in other text files here, so that a link can be cut out with common tools.
                handle.write(message.as_bytes(policy=message.policy.clone(linesep="\n")))
                handle.flush()
                os.fsync(handle.fileno())
            partial.rename(file)
        except OSError:  # a full disk: the letter is sent again, under another name
            partial.unlink(missing_ok=True)
            raise


def sweep_mailbox(folder: Path, before: datetime) -> int:
    """Remove stored messages from before a moment, since they hold addresses and links; returns how many."""
    removed = 0
    for file in folder.glob("*.eml"):
        if file.stat().st_mtime < before.timestamp():
            file.unlink(missing_ok=True)
            removed += 1
    return removed


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
