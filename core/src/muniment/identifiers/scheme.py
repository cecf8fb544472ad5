"""What an identifier scheme is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

#: Where identifiers of a scheme may stand: in a record's own and alternate identifiers, in related works and
#: references, in creators and contributors (persons and organisations alike), in places, in awards.
Use = Literal["record", "related", "person", "organization", "location", "award"]

#: What a check written for well-formed input raises on malformed input, in idutils and its relatives.
MALFORMED = (ValueError, TypeError, AttributeError, IndexError, KeyError)


def _unchanged(value: str) -> str:
    return value


def _no_address(_value: str) -> str:
    return ""


@dataclass(frozen=True)
class IdentifierScheme:
    """One kind of identifier.

    `detect` tells whether a value is recognisable as this kind when nobody says so; `validate` whether it is valid
    when somebody does (by default the same question). `normalize` gives the form that is stored and is called with
    valid values only. `url` gives the address of a landing page for a normalised value, or an empty string.
    `datacite` is the name in DataCite's list of identifier types; `aliases` are other names that clients use.
    """

    name: str
    title: str
    detect: Callable[[str], bool]
    normalize: Callable[[str], str] = _unchanged
    url: Callable[[str], str] = _no_address
    uses: frozenset[Use] = frozenset({"record", "related"})
    validate: Callable[[str], bool] | None = None
    datacite: str = "Other"
    aliases: frozenset[str] = frozenset()

    def recognizes(self, value: str) -> bool:
        """Whether `value` can be told to be of this scheme; malformed values are answered with False."""
        try:
            return bool(self.detect(value))
        except MALFORMED:
            return False

    def is_valid(self, value: str) -> bool:
        """Whether `value` is an identifier of this scheme, check digits included."""
        if self.validate is None:
            return self.recognizes(value)
        try:
            return bool(self.validate(value))
        except MALFORMED:
            return False

    def normalized(self, value: str) -> str:
        """The stored form of `value`; what cannot be normalised is returned as it is."""
        try:
            return self.normalize(value) or value
        except MALFORMED:
            return value
