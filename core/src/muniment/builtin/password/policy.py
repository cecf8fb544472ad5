"""Which passwords are accepted: long enough, not among the ones attackers try first, no rules of composition.

NIST SP 800-63B and OWASP ASVS 5.0 (6.2): length counts, composition rules only make passwords predictable, and
known common passwords and the person's own details are refused.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from muniment.errors import Problem

MIN_LENGTH = 8
MAX_LENGTH = 128  # characters; also bounds what argon2 is fed


def normalize(password: str) -> str:
    """One text for one password, however a keyboard composed its accents (RFC 8265 uses NFC too)."""
    return unicodedata.normalize("NFC", password)


def problem_with(password: object, *, own: Iterable[str] = (), field: str = "password") -> Problem | None:
    """What is wrong with a new password, or None.

    `own` are texts that belong to the person or the site (e-mail address, names): the password may not be one of
    them. Nothing is trimmed: blanks are as good as other characters.
    """
    if not isinstance(password, str) or not password:
        return Problem(field, "Enter a password.", code="required")
    text = normalize(password)
    if len(text) < MIN_LENGTH:
        return Problem(field, f"The password needs at least {MIN_LENGTH} characters.", code="too_short")
    if len(text) > MAX_LENGTH:
        return Problem(field, f"The password may have at most {MAX_LENGTH} characters.", code="too_long")
    if any(unicodedata.category(character) in {"Cc", "Cs"} for character in text):
        return Problem(field, "The password may not contain control characters.")
    if is_common(text):
        return Problem(field, "This password is among the most common ones; choose another.", code="too_common")
    if _is_one_of(text, own):
        return Problem(
            field, "The password is your own name or address, or the site's; choose another.", code="too_common"
        )
    return None


def is_common(password: str) -> bool:
    folded = password.casefold()
    return folded in common_passwords() or len(set(folded)) == 1


def _is_one_of(password: str, own: Iterable[str]) -> bool:
    folded = password.casefold()
    for text in own:
        address = text.casefold()
        if folded in {address, address.partition("@")[0], address.replace(" ", "")}:
            return True
    return False


@cache
def common_passwords() -> frozenset[str]:
    lines = (files(__package__) / "common-passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
