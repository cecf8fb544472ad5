"""Funders and grants as the dumps describe them, and the rows of the tables that follow from them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from muniment.api import compared

#: As much as the columns hold, and more than real names and numbers have.
MAX_ID: Final = 191
MAX_NAME: Final = 150
MAX_TEXT: Final = 10_000
MAX_WORD: Final = 40
#: In place of a digest: administrators have changed the entry, and dumps leave it as it is.
EDITED: Final = "edited"
#: Words of one grant that are looked up.
MAX_WORDS: Final = 60

#: Words that stand in nearly every title; in a search they only cost.
_EMPTY_WORDS: Final = frozenset(
    ("a", "an", "and", "at", "by", "de", "des", "die", "du", "el", "et", "for", "from", "in", "la", "le", "les", "of",
     "on", "or", "the", "to", "und", "with")
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class FunderEntry:
    """One funder. `names` map languages to names, `identifiers` are pairs of scheme and value."""

    id: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    acronyms: tuple[str, ...] = ()
    country: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()

    @property
    def other_names(self) -> list[str]:
        """The identifiers by which dumps and other systems name it: ids of Crossref's funder registry, GRID."""
        return [value.lower() for scheme, value in self.identifiers if scheme in ("doi", "grid")]

    @property
    def digest(self) -> str:
        """Tells whether two entries say the same."""
        return _digest(self)

    def columns(self) -> dict[str, Any]:
        spoken = [self.id, *self.acronyms, self.name, *self.names.values()]
        known = dict.fromkeys(found for text in spoken if (found := compared(text)))
        return {
            "id": self.id,
            "name": self.name,
            "titles": {"en": self.name, **self.names},
            "country": self.country[:2].upper(),
            "identifiers": [{"scheme": scheme, "identifier": value} for scheme, value in self.identifiers],
            "name_sort": compared(self.name),
            "search_text": "|" + "".join(f" {name}|" for name in known),
            "digest": self.digest,
        }


@dataclass(frozen=True, kw_only=True)
class AwardEntry:
    """One grant. `details` hold what else InvenioRDM's JSON has: identifiers, subjects, organizations, dates, text."""

    funder: str
    number: str
    title: str = ""
    acronym: str = ""
    program: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return f"{self.funder}::{self.number}"

    @property
    def digest(self) -> str:
        """Tells whether two entries say the same."""
        return _digest(self)

    def columns(self) -> dict[str, Any]:
        return {
            "id": self.id,
            "number": self.number,
            "number_key": compared(self.number),
            "acronym": self.acronym,
            "acronym_key": compared(self.acronym),
            "titles": {"en": self.title or self.acronym or self.number},
            "title_sort": compared(self.title)[:200],
            "program": self.program,
            "funder_id": self.funder,
            "details": dict(self.details),
            "words": " ".join(self.words()),
            "digest": self.digest,
        }

    def words(self) -> list[str]:
        """The words by which it is found, each once."""
        text = " ".join((self.number, self.acronym, self.title, self.program))
        return words_of(text)[:MAX_WORDS]


def words_of(text: str) -> list[str]:
    """The words of a text that are looked up: folded, without those that stand everywhere."""
    return [word for word in dict.fromkeys(w[:MAX_WORD] for w in compared(text).split()) if word not in _EMPTY_WORDS]


def _digest(value: FunderEntry | AwardEntry) -> str:
    return hashlib.blake2b(orjson.dumps(value, option=orjson.OPT_SORT_KEYS), digest_size=16).hexdigest()
