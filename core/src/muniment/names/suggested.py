"""A name that is suggested."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: InvenioRDM's words for a person and an organisation.
NameType = Literal["personal", "organizational"]


@dataclass(frozen=True)
class SuggestedName:
    """A person or an organisation as records name them.

    `name` is what is read in a list, for people "Family, Given". `identifiers` are pairs of scheme and identifier,
    `affiliations` pairs of the id in the vocabulary of affiliations ("" without one) and the name.
    """

    name: str
    type: NameType = "personal"
    given_name: str = ""
    family_name: str = ""
    identifiers: tuple[tuple[str, str], ...] = ()
    affiliations: tuple[tuple[str, str], ...] = ()
