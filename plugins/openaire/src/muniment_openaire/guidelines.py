"""OpenAIRE's guidelines as rules that can be carried out: what is asked of a record, and whether it is there.

Publications are held to the guidelines for literature (4, whose mandatory fields are those of 3 and more), everything
else to those for data. Levels are the guidelines' own: mandatory, mandatory if applicable, recommended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from muniment_openaire import coar
from muniment_openaire.literature import files_of

Record = Mapping[str, Any]
#: True and False tell whether it is there, None that it does not apply.
Holds = Callable[[Record], bool | None]


class Level(Enum):
    """How much a guideline asks for something."""

    MANDATORY = "M"
    APPLICABLE = "MA"
    RECOMMENDED = "R"


@dataclass(frozen=True)
class Rule:
    """`name` is stored and stands in addresses; `title` is English and translated where it is shown."""

    name: str
    title: str
    level: Level
    holds: Holds

    @property
    def is_required(self) -> bool:
        return self.level is not Level.RECOMMENDED


LITERATURE: Final = "literature"
DATA: Final = "data"


def guideline_of(record: Record) -> str:
    """Which of the two guidelines a record is held to."""
    kind = str((_metadata(record).get("resource_type") or {}).get("id") or "")
    return LITERATURE if coar.openaire_type(kind) == "publication" else DATA


def gaps(record: Record) -> Iterator[Rule]:
    """The rules that a record as everybody sees it does not keep."""
    return (rule for rule in RULES[guideline_of(record)] if rule.holds(record) is False)


def _metadata(record: Record) -> Mapping[str, Any]:
    found: Mapping[str, Any] = record.get("metadata") or {}
    return found


def _has(name: str) -> Holds:
    return lambda record: bool(_metadata(record).get(name))


def _has_doi(record: Record) -> bool:
    return bool(((record.get("pids") or {}).get("doi") or {}).get("identifier"))


def _is_identified(record: Record) -> bool:
    return _has_doi(record) or bool((record.get("links") or {}).get("self_html"))


def _is_dated(record: Record) -> bool:
    return bool(re.match(r"\d{4}", str(_metadata(record).get("publication_date") or "")))


def _has_access_right(record: Record) -> bool:
    return (record.get("access") or {}).get("status") in coar.ACCESS_RIGHTS


def _embargo_ends(record: Record) -> bool | None:
    access: Mapping[str, Any] = record.get("access") or {}
    return bool((access.get("embargo") or {}).get("until")) if access.get("status") == "embargoed" else None


def _has_file(record: Record) -> bool | None:
    is_open = (record.get("access") or {}).get("status") == "open"
    return bool(files_of(record)) if is_open else None


def _names_funders(record: Record) -> bool | None:
    funding = _metadata(record).get("funding") or ()
    return all((entry.get("funder") or {}).get("id") for entry in funding) if funding else None


def _numbers_grants(record: Record) -> bool | None:
    funding = _metadata(record).get("funding") or ()
    return all((entry.get("award") or {}).get("number") for entry in funding) if funding else None


def _licence_has_address(record: Record) -> bool:
    rights = _metadata(record).get("rights") or ()
    return any(entry.get("link") or (entry.get("props") or {}).get("url") for entry in rights)


def _identifies_creators(record: Record) -> bool:
    people = [entry.get("person_or_org") or {} for entry in _metadata(record).get("creators") or ()]
    return any(
        entry.get("scheme") in ("orcid", "ror", "isni") for who in people for entry in who.get("identifiers") or ()
    )


_COMMON: Final = (
    Rule("title", "Title", Level.MANDATORY, _has("title")),
    Rule("creator", "Creator", Level.MANDATORY, _has("creators")),
    Rule("date", "Publication date", Level.MANDATORY, _is_dated),
    Rule("type", "Resource type", Level.MANDATORY, _has("resource_type")),
)
_LATER: Final = (
    Rule("embargo", "End of the embargo", Level.APPLICABLE, _embargo_ends),
    Rule("funder", "Identifier of each funder", Level.APPLICABLE, _names_funders),
    Rule("award", "Number of each grant", Level.APPLICABLE, _numbers_grants),
    Rule("licence", "Licence with its address", Level.RECOMMENDED, _licence_has_address),
    Rule("orcid", "Identifier of a creator", Level.RECOMMENDED, _identifies_creators),
)

RULES: Final[Mapping[str, tuple[Rule, ...]]] = {
    LITERATURE: (
        *_COMMON,
        Rule("identifier", "Identifier", Level.MANDATORY, _is_identified),
        Rule("access", "Access right", Level.MANDATORY, _has_access_right),
        Rule("description", "Description", Level.APPLICABLE, _has("description")),
        Rule("language", "Language", Level.APPLICABLE, _has("languages")),
        Rule("publisher", "Publisher", Level.APPLICABLE, _has("publisher")),
        Rule("subject", "Subject", Level.APPLICABLE, _has("subjects")),
        Rule("file", "File", Level.APPLICABLE, _has_file),
        *_LATER,
    ),
    DATA: (
        *_COMMON,
        Rule("identifier", "Identifier", Level.MANDATORY, _has_doi),
        Rule("publisher", "Publisher", Level.MANDATORY, _has("publisher")),
        Rule("access", "Access right", Level.APPLICABLE, _has_access_right),
        *_LATER,
        Rule("description", "Description", Level.RECOMMENDED, _has("description")),
        Rule("subject", "Subject", Level.RECOMMENDED, _has("subjects")),
        Rule("language", "Language", Level.RECOMMENDED, _has("languages")),
        Rule("related", "Related work", Level.RECOMMENDED, _has("related_identifiers")),
    ),
}
