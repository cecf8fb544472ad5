"""A small set of vocabularies, and a loader of drafts that uses it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from muniment.builtin.domain_fields.plugin import FIELDS
from muniment.identifiers import IdentifierSchemes
from muniment.records.schemas import DraftSchema, LoadResult, MetadataFields

_IDS = {
    "resourcetypes": ["dataset", "software", "publication-article", "image-photo"],
    "creatorsroles": ["editor", "other"],
    "contributorsroles": ["editor", "other"],
    "languages": ["eng", "deu"],
    "titletypes": ["subtitle", "translated-title"],
    "descriptiontypes": ["abstract", "methods"],
    "datetypes": ["collected", "other"],
    "relationtypes": ["cites", "iscitedby"],
    "subjects": ["https://id.nlm.nih.gov/mesh/D000001"],
    "affiliations": ["01ggx4157"],
    "funders": ["00k4n6c32"],
    "awards": ["00k4n6c32::246686"],
    "code:programmingLanguages": ["python", "c++"],
    "code:developmentStatus": ["active"],
}


@dataclass(frozen=True)
class KnownTerm:
    id: str
    title: Mapping[str, str]
    description: Mapping[str, str] = field(default_factory=dict)
    icon: str = ""
    props: Mapping[str, str] = field(default_factory=dict)


def _terms() -> dict[tuple[str, str], KnownTerm]:
    terms = {(name, key): KnownTerm(key, {"en": f"Title of {key}"}) for name, keys in _IDS.items() for key in keys}
    terms["licenses", "cc-by-4.0"] = KnownTerm(
        "cc-by-4.0",
        {"en": "Creative Commons Attribution"},
        {"en": "Use it and name its author."},
        "cc-by-icon",
        {"url": "https://creativecommons.org/licenses/by/4.0/", "scheme": "spdx", "osi_approved": "n"},
    )
    return terms


class Terms:
    """A stand-in for the vocabularies that counts how often it is asked."""

    def __init__(self) -> None:
        self.known = _terms()
        self.calls: list[set[tuple[str, str]]] = []

    def resolve(self, pairs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], KnownTerm]:
        wanted = set(pairs)
        self.calls.append(wanted)
        return {pair: self.known[pair] for pair in wanted if pair in self.known}


Load = Callable[[Any], LoadResult]
SCHEMES = IdentifierSchemes()
ALL_FIELDS = MetadataFields(FIELDS)


@pytest.fixture(scope="session")
def schemes() -> IdentifierSchemes:
    return SCHEMES


@pytest.fixture(scope="session")
def custom_fields() -> MetadataFields:
    return ALL_FIELDS


@pytest.fixture
def terms() -> Terms:
    return Terms()


@pytest.fixture
def load(terms: Terms, schemes: IdentifierSchemes, custom_fields: MetadataFields) -> Load:
    """Loads a whole draft."""

    def load_draft(data: Any) -> LoadResult:
        return DraftSchema().load(data, resolve=terms.resolve, identifiers=schemes, fields=custom_fields)

    return load_draft


@pytest.fixture
def minimal() -> dict[str, Any]:
    """The least that can be published."""
    return {
        "metadata": {
            "resource_type": {"id": "dataset"},
            "creators": [{"person_or_org": {"type": "personal", "family_name": "Curie", "given_name": "Marie"}}],
            "title": "Radioactive substances",
            "publication_date": "1903",
        }
    }


@pytest.fixture
def outcome(load: Load, minimal: dict[str, Any]) -> Callable[..., tuple[dict[str, Any], dict[str, list[str]]]]:
    """Loads the minimal record with other metadata on top: the metadata that is stored, and messages by field."""

    def load_metadata(**metadata: Any) -> tuple[dict[str, Any], dict[str, list[str]]]:
        result = load({"metadata": {**minimal["metadata"], **metadata}})
        messages: dict[str, list[str]] = {}
        for problem in result.problems:
            messages.setdefault(problem.field.removeprefix("metadata."), []).append(problem.message)
        return result.data["metadata"], messages

    return load_metadata
