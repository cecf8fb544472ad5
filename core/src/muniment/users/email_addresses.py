"""E-mail addresses: what we accept, and the form in which two of them are the same."""

from __future__ import annotations

import re
import unicodedata

from muniment.errors import Problem

MAX_LENGTH = 254  # RFC 5321, 4.5.3.1.3: a path of 256 octets includes the two angle brackets
_LOCAL_PART = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]{1,64}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def clean(address: str) -> str:
    """The address as it is stored and written to: trimmed, Unicode composed (NFC)."""
    return unicodedata.normalize("NFC", address.strip())


def normalize(address: str) -> str:
    """The form for comparing: two spellings of one mailbox give the same text.

    Case is folded in both parts. The standard lets a host tell `A@x` from `a@x`, but none does, and treating them
    as two accounts invites impersonation. Domains of other scripts compare in their ASCII form (IDNA).
    """
    local, _, domain = clean(address).rpartition("@")
    local = unicodedata.normalize("NFKC", local).casefold()
    return f"{local}@{_ascii_domain(domain)}"


def problem_with(value: object, field: str = "email") -> Problem | None:
    """What is wrong with an address that somebody typed, or None.

    Quoted local parts and address literals (RFC 5321) are refused: nobody uses them, attackers do.
    """
    if not isinstance(value, str) or not value.strip():
        return Problem(field, "Enter an e-mail address.", code="required")
    address = clean(value)
    if len(address.encode()) > MAX_LENGTH:
        return Problem(field, f"The e-mail address is longer than {MAX_LENGTH} characters.", code="too_long")
    local, at, domain = address.rpartition("@")
    if not at or not _valid_local(local) or not _valid_domain(domain):
        return Problem(field, "Not a valid email address.")
    return None


def comparable_domain(domain: str) -> str | None:
    """A domain, or one of the top level, in the form in which those of addresses are compared; None if it is none."""
    name = _ascii_domain(domain)
    labels = name.split(".")
    if len(name) > MAX_LENGTH - 1 or any(_LABEL.fullmatch(label) is None for label in labels) or labels[-1].isdigit():
        return None
    return name


def domain_of(address: str) -> str:
    return normalize(address).rpartition("@")[2]


def _valid_local(local: str) -> bool:
    if local.startswith(".") or local.endswith(".") or ".." in local:
        return False
    if any(unicodedata.category(character).startswith(("C", "Z")) for character in local):
        return False
    return _LOCAL_PART.fullmatch(local) is not None


def _valid_domain(domain: str) -> bool:
    labels = _ascii_domain(domain).split(".")
    if len(labels) < 2 and labels != ["localhost"]:
        return False
    if any(_LABEL.fullmatch(label) is None for label in labels):
        return False
    return not labels[-1].isdigit()


def _ascii_domain(domain: str) -> str:
    domain = unicodedata.normalize("NFKC", domain).casefold()
    if domain.isascii():
        return domain
    try:
        return domain.encode("idna").decode("ascii")
    except UnicodeError:
        return domain
