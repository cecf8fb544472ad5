"""Check digits that idutils does not compute (ROR, GND), and those of people, which idutils does.

ORCID and ISNI are looked at for every page with a creator: the first of them in a process would wait until idutils is
imported, which takes a third of a second.
"""

from __future__ import annotations

import re

_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(r"(?:(?:https?://)?ror\.org/)?(0[0-9a-hj-km-np-tv-z]{6}[0-9]{2})/?", re.IGNORECASE | re.ASCII)
_GND = re.compile(
    r"(?:gnd:\s*|(?:https?://)?d-nb\.info/gnd/)?"
    r"(1[0-9]{7,9}[0-9X]|3[0-9]{7}[0-9X]|[1-9][0-9]{0,7}-[0-9X])",
    re.IGNORECASE | re.ASCII,
)
_ORCID = re.compile(
    r"(?:(?:https?://)?(?:www\.)?orcid\.org/|orcid:\s*)?([0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{3}[0-9X])/?",
    re.IGNORECASE | re.ASCII,
)
_ISNI = re.compile(
    r"(?:(?:https?://)?(?:www\.)?isni\.org/(?:isni/)?|isni:?\s*)?"
    r"([0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{3}[0-9X])/?",
    re.IGNORECASE | re.ASCII,
)
#: https://support.orcid.org/hc/en-us/articles/360006897674-Structure-of-the-ORCID-Identifier
_ORCID_BLOCKS = ((15_000_000, 35_000_000), (900_000_000_000, 900_100_000_000))


def bare_ror(value: str) -> str | None:
    """The nine characters of a ROR id with a correct checksum (ISO/IEC 7064 mod 97-10 over Crockford base 32)."""
    match = _ROR.fullmatch(value.strip())
    if match is None:
        return None
    code = match[1].lower()
    number = 0
    for character in code[1:7]:
        number = number * 32 + _CROCKFORD.index(character)
    return code if int(code[7:]) == 98 - (number * 100) % 97 else None


def bare_gnd(value: str) -> str | None:
    """A GND number with a correct check digit (modulo 11, weights 2, 3, ... from the right).

    Numbers with a hyphen come from two older files with different rules (the remainder itself, or what is missing
    to 11); either is accepted.
    """
    match = _GND.fullmatch(value.strip())
    if match is None:
        return None
    code = match[1].upper()
    digits, check = code[:-1].removesuffix("-"), code[-1]
    remainder = sum(int(digit) * weight for weight, digit in enumerate(reversed(digits), start=2)) % 11
    allowed = {(11 - remainder) % 11}
    if "-" in code:
        allowed.add(remainder)
    return code if (10 if check == "X" else int(check)) in allowed else None


def bare_isni(value: str) -> str | None:
    """The sixteen characters of an ISNI with a correct check character (ISO 27729), without spaces."""
    code = _sixteen(_ISNI.fullmatch(value.strip()))
    return code if code is not None and _has_check_character(code) else None


def bare_orcid(value: str) -> str | None:
    """An ORCID iD as 0000-0000-0000-0000: a correct check character, inside the blocks reserved for ORCID."""
    code = _sixteen(_ORCID.fullmatch(value.strip()))
    if code is None or not _has_check_character(code) or not _is_reserved_for_orcid(int(code[:-1])):
        return None
    return "-".join(code[start : start + 4] for start in (0, 4, 8, 12))


def _sixteen(match: re.Match[str] | None) -> str | None:
    if match is None:
        return None
    return match[1].replace("-", "").replace(" ", "").upper()


def _has_check_character(code: str) -> bool:
    """Whether the last of the characters checks the digits before it (ISO/IEC 7064 mod 11-2)."""
    total = 0
    for digit in code[:-1]:
        total = (total + int(digit)) * 2 % 11
    return code[-1] == "0123456789X"[(12 - total) % 11]


def _is_reserved_for_orcid(number: int) -> bool:
    """Whether an ISNI without its check character lies in one of the blocks that are given to people by ORCID."""
    return any(first <= number <= last for first, last in _ORCID_BLOCKS)
