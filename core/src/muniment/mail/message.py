"""A message to one person as an e-mail: a plain text and the same text as simple HTML."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from markupsafe import Markup, escape

#: RFC 5322 allows 998 octets in a line; longer ones force an encoding that hides addresses from plain readers.
_LONGEST_LINE = 998


@dataclass(frozen=True)
class Letter:
    """A rendered message. `links` are the addresses in it that become links in its HTML, each on its own line;
    `headers` are further ones of the e-mail."""

    to: str
    subject: str
    text: str
    language: str
    links: tuple[str, ...] = ()
    reference: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


def compose(letter: Letter, *, sender: str, site_name: str, domain: str, date: datetime) -> EmailMessage:
    """The e-mail for `letter`.

    `sender` is `name <address>` or an address; `domain` is that of the site and names the message. Subject and
    addresses are cleaned of line breaks, which would otherwise add headers.
    """
    message = EmailMessage(policy=_policy(letter))
    name, address = parseaddr(sender)
    message["From"] = _address(address, _one_line(name or site_name))
    message["To"] = _address(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"] = format_datetime(date)
    message["Message-ID"] = f"<{secrets.token_hex(16)}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: keeps out-of-office replies away
    for name, value in letter.headers.items():
        message[name] = _one_line(value)
    html = as_html(letter, site_name)
    message.set_content(letter.text, cte=_encoding(letter.text))
    message.add_alternative(html, subtype="html", cte=_encoding(html))
    message["Content-Language"] = letter.language  # last: `add_alternative` moves content headers to the first part
    return message


def _address(text: str, name: str = "") -> Address:
    """By its parts: an address in one piece would be refused for a local part in another script (RFC 6532)."""
    local, _, domain = _one_line(ascii_domain(text)).rpartition("@")
    return Address(name, username=local, domain=domain)


class _WholeLine:
    """A header that stays as it is, since programs read it: a long address would be folded into encoded words."""

    parse = UnstructuredHeader.parse
    value_parser = staticmethod(UnstructuredHeader.value_parser)
    max_count = None

    def fold(self, *, policy: EmailPolicy) -> str:
        return f"{self.name}: {self}{policy.linesep}"  # type: ignore[attr-defined]


def _policy(letter: Letter) -> Any:
    registry = HeaderRegistry()
    for name, value in letter.headers.items():
        if value.isascii():
            registry.map_to_type(name, _WholeLine)  # type: ignore[arg-type]
    # An address in another script cannot be encoded: its message goes as it is, to servers that know SMTPUTF8.
    return SMTP.clone(header_factory=registry, utf8=not ascii_domain(letter.to).isascii())


def as_html(letter: Letter, site_name: str) -> str:
    """The text of a letter as HTML: paragraphs, and nothing in them is a link but the letter's own addresses."""
    paragraphs = [_paragraph(block, letter.links) for block in letter.text.strip().split("\n\n")]
    return Markup(
        '<!DOCTYPE html>\n<html lang="{language}">\n<head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>{subject}</title></head>\n'
        '<body style="font: 16px/1.5 sans-serif; max-width: 40em; margin: 2em auto; padding: 0 1em">\n'
        '<p style="font-weight: bold">{site}</p>\n{body}\n</body>\n</html>\n'
    ).format(language=letter.language, subject=letter.subject, site=site_name, body=Markup("\n").join(paragraphs))


def ascii_domain(address: str) -> str:
    """The address with its domain as the mail system spells it (IDNA)."""
    local, _, domain = address.rpartition("@")
    try:
        return f"{local}@{domain.encode('idna').decode('ascii')}" if domain else address
    except UnicodeError:
        return address


def _paragraph(block: str, links: tuple[str, ...]) -> Markup:
    lines = [
        Markup('<a href="{0}">{0}</a>').format(line) if line in links else escape(line) for line in block.split("\n")
    ]
    return Markup("<p>{}</p>").format(Markup("<br>\n").join(lines))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _encoding(text: str) -> str:
    """Plain where possible, so that links in stored messages can be read and copied."""
    if any(len(line) > _LONGEST_LINE for line in text.splitlines()):
        return "quoted-printable"
    return "7bit" if text.isascii() else "8bit"
