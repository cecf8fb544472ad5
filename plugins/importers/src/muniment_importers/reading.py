"""One document on its way into a draft: the source, what the repository knows, and what is lost."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from muniment.api import ImportedRecord, KnownTerms
from muniment_importers import identifiers
from muniment_importers.values import Losses

Entry = dict[str, Any]


@dataclass(frozen=True)
class Reading:
    """What all parts of a reader share."""

    source: Mapping[str, Any]
    known: KnownTerms
    losses: Losses = field(default_factory=Losses)


def imported(reading: Reading, data: Entry, doi: str, origin: str, identity: str) -> ImportedRecord:
    """The finished record, known by its DOI, else by `identity` at its origin, else by its own content.

    A DOI from elsewhere is kept as an external one; it stays registered where it is.
    """
    losses = reading.losses
    if plain := identifiers.doi(doi):
        data["pids"] = {"doi": {"identifier": plain, "provider": "external"}}
        return ImportedRecord(plain.lower(), data, losses.result(), source="doi")
    if doi:
        losses.add("doi", f"'{doi}' is not a valid DOI")
    return ImportedRecord(identity or _digest(reading.source), data, losses.result(), source=origin)


def without_empty(entry: Mapping[str, Any]) -> Entry:
    """The keys that hold something; numbers and `False` count as something."""
    return {key: value for key, value in entry.items() if value not in (None, "", [], {})}


def unique(entries: list[Entry]) -> list[Entry]:
    """The entries in their order, each once."""
    found: list[Entry] = []
    seen: set[str] = set()
    for entry in entries:
        mark = json.dumps(entry, sort_keys=True)
        if mark not in seen:
            seen.add(mark)
            found.append(entry)
    return found


def _digest(source: Mapping[str, Any]) -> str:
    content = json.dumps(source, sort_keys=True, default=str).encode("utf-8", "surrogatepass")
    return f"sha256:{hashlib.sha256(content).hexdigest()}"
