"""Compares what DataCite has with what it should have, DOI by DOI, and brings it up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from muniment_datacite.registration import Registrar
from muniment_datacite.wanted import Wanted
from muniment_datacite.works import untold


@dataclass(frozen=True)
class Compared:
    """One DOI. `differences` are in words, empty when DataCite has what it should; `untold` are related works that its
    form has no place for."""

    doi: str
    differences: tuple[str, ...]
    untold: tuple[str, ...] = ()


def every_wanted(registrar: Registrar) -> Iterator[Wanted]:
    """What DataCite should have of every DOI of published records, deleted ones too."""
    for found in registrar.repository.records.identifiers_of("datacite"):
        if found.scheme == "doi":
            wanted = registrar.present(found.level, found.record_id, found.parent_id)
            if wanted is not None:
                yield wanted


def verify(registrar: Registrar, wanted: Iterable[Wanted]) -> Iterator[Compared]:
    """Ask DataCite about each DOI. Raises `RetryLater` when it is away."""
    for entry in wanted:
        answer = registrar.datacite.get(entry.doi)
        if answer.status != 200 or answer.resource is None:
            yield Compared(entry.doi, (f"DataCite answers {answer.words}",))
            continue
        record = registrar.wanting.record(entry.record_id) if entry.level == "record" else None
        left = untold(registrar.repository, record.get("metadata") or {}) if record else []
        yield Compared(entry.doi, tuple(_differences(entry, answer.resource)), tuple(left))


def _differences(wanted: Wanted, resource: Any) -> Iterator[str]:
    state = str(resource.get("state") or "")
    if state != wanted.state:
        yield f"the state is {state or 'unknown'}, should be {wanted.state}"
    for name in ("url", "publicationYear", "version", "language"):
        here, there = str(wanted.attributes.get(name) or ""), str(resource.get(name) or "")
        if name in wanted.attributes and here != there:
            yield f"{name} is '{there}', should be '{here}'"
    for name, key in (("titles", "title"), ("creators", "name"), ("relatedIdentifiers", "relatedIdentifier")):
        if name in wanted.attributes and _texts(wanted.attributes[name], key) != _texts(resource.get(name), key):
            yield f"{name} differ"


def _texts(entries: Any, key: str) -> list[str]:
    """What tells entries apart; DataCite orders and spells the rest in its own way."""
    if not isinstance(entries, list):
        return []
    return sorted(" ".join(str(entry.get(key) or "").split()).lower() for entry in entries if isinstance(entry, dict))
