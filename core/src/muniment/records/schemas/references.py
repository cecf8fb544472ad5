"""References from records to vocabularies: found at known paths, resolved in one batch, expanded for output."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from muniment.errors import Problem
from muniment.records.schemas.problems import join
from muniment.records.schemas.term_relations import (
    AwardRelation,
    LicenceRelation,
    OrganizationRelation,
    SubjectRelation,
    TermLike,
    TermRelation,
)

if TYPE_CHECKING:
    from muniment.records.schemas.fields import MetadataFields

#: A vocabulary's name and the id of a term.
Pair = tuple[str, str]
#: Finds the terms of many pairs at once; what does not exist is not in the answer.
Resolve = Callable[[Iterable[Pair]], Mapping[Pair, TermLike]]


@dataclass(frozen=True)
class Reference:
    """Where ids of a vocabulary stand.

    `path` leads from the record's document to the objects with an `id`; ``*`` stands for every entry of a list.
    """

    path: tuple[str, ...]
    vocabulary: str
    relation: TermRelation = field(default_factory=TermRelation)


def _metadata(path: str, vocabulary: str, relation: TermRelation | None = None) -> Reference:
    return Reference(("metadata", *path.split(".")), vocabulary, relation or TermRelation())


_AFFILIATION: Final = OrganizationRelation(identifiers=True)

METADATA_REFERENCES: Final = (
    _metadata("resource_type", "resourcetypes"),
    _metadata("creators.*.role", "creatorsroles"),
    _metadata("creators.*.affiliations.*", "affiliations", _AFFILIATION),
    _metadata("contributors.*.role", "contributorsroles"),
    _metadata("contributors.*.affiliations.*", "affiliations", _AFFILIATION),
    _metadata("additional_titles.*.type", "titletypes"),
    _metadata("additional_titles.*.lang", "languages"),
    _metadata("additional_descriptions.*.type", "descriptiontypes"),
    _metadata("additional_descriptions.*.lang", "languages"),
    _metadata("dates.*.type", "datetypes"),
    _metadata("languages.*", "languages"),
    _metadata("related_identifiers.*.relation_type", "relationtypes"),
    _metadata("related_identifiers.*.resource_type", "resourcetypes"),
    _metadata("rights.*", "licenses", LicenceRelation()),
    _metadata("subjects.*", "subjects", SubjectRelation()),
    _metadata("funding.*.funder", "funders", OrganizationRelation(identifiers=False)),
    _metadata("funding.*.award", "awards", AwardRelation()),
)


class Occurrence(NamedTuple):
    """A reference in a document: `holder[key]` is `value`, which has an `id`."""

    reference: Reference
    holder: Any
    key: Any
    value: dict[str, Any]
    place: tuple[str | int, ...]

    @property
    def path(self) -> str:
        """Where it stands, as messages name it."""
        return join("", *self.place)

    @property
    def pair(self) -> Pair:
        return self.reference.vocabulary, self.value["id"]


@dataclass
class Branch:
    """References whose paths begin alike: what stands here is one itself, or leads on to others by name."""

    reference: Reference | None = None
    below: dict[str, Branch] = field(default_factory=dict)


@lru_cache(maxsize=16)
def all_references(fields: MetadataFields | None) -> Branch:
    """The references of the metadata and of custom fields as one tree, so that a document is walked once."""
    root = Branch()
    for reference in (*METADATA_REFERENCES, *(fields.references if fields is not None else ())):
        branch = root
        for name in reference.path:
            branch = branch.below.setdefault(name, Branch())
        branch.reference = reference
    return root


def occurrences(document: Any, references: Branch) -> list[Occurrence]:
    """All references in a document, one place after the other."""
    found: list[Occurrence] = []
    _walk(document, references, (), found)
    return found


def _walk(node: Any, branch: Branch, place: tuple[str | int, ...], found: list[Occurrence]) -> None:
    for name, below in branch.below.items():
        if name == "*":
            if isinstance(node, list):
                for position, child in enumerate(node):
                    _visit(node, position, child, below, place, found)
        elif isinstance(node, dict) and (child := node.get(name)) is not None:
            _visit(node, name, child, below, place, found)


def _visit(
    holder: Any, key: Any, child: Any, branch: Branch, place: tuple[str | int, ...], found: list[Occurrence]
) -> None:
    if branch.reference is not None and isinstance(child, dict) and isinstance(child.get("id"), str):
        found.append(Occurrence(branch.reference, holder, key, child, (*place, key)))
    if branch.below:
        _walk(child, branch, (*place, key), found)


def resolve_references(document: dict[str, Any], references: Branch, resolve: Resolve) -> list[Problem]:
    """Check every id of a loaded document and put in its place what is to be stored.

    An id that differs in case only is taken as the one that exists. An unknown id is a problem; when words describe
    the same thing they stay, and the problem is a warning.
    """
    found = occurrences(document, references)
    if not found:
        return []
    wanted = {item.pair for item in found}
    wanted |= {(vocabulary, identifier.lower()) for vocabulary, identifier in wanted}
    terms = resolve(wanted)
    problems: list[Problem] = []
    for item in found:
        vocabulary, identifier = item.pair
        term = terms.get((vocabulary, identifier)) or terms.get((vocabulary, identifier.lower()))
        problem = _settle(item, term)
        if problem is not None:
            problems.append(problem)
    return problems


def _settle(item: Occurrence, term: TermLike | None) -> Problem | None:
    relation = item.reference.relation
    stored = relation.missing(item.value) if term is None else relation.found(term)
    if stored is None and isinstance(item.holder, dict):
        del item.holder[item.key]
    else:
        item.holder[item.key] = stored
    if term is not None or (stored is not None and "id" in stored):
        return None
    severity = "error" if stored is None else "warning"
    return Problem(join(item.path, "id"), f"Invalid value {item.value['id']}.", code="unknown_term", severity=severity)


def vocabulary_pairs(document: Mapping[str, Any], fields: MetadataFields | None = None) -> set[Pair]:
    """The vocabulary and id of every reference in a stored document."""
    return {item.pair for item in occurrences(document, all_references(fields))}


def expand_vocabularies(
    document: Mapping[str, Any], resolve: Resolve, fields: MetadataFields | None = None
) -> dict[str, Any]:
    """A copy of a stored document in which references carry what they refer to, as InvenioRDM sends them.

    Titles come in all languages; licences with description, icon and address; subjects, affiliations, funders and
    awards with their own fields. Custom fields of plugins that are not enabled are left out when `fields` tells
    which are. The document itself is not changed.
    """
    return expand_many([document], resolve, fields)[0]


def expand_many(
    documents: Iterable[Mapping[str, Any]], resolve: Resolve, fields: MetadataFields | None = None
) -> list[dict[str, Any]]:
    """`expand_vocabularies` for many documents, which asks for all their terms at once."""
    copies = [_copy_of(document, fields) for document in documents]
    references = all_references(fields)
    found = [item for copy in copies for item in occurrences(copy, references)]
    terms = resolve({item.pair for item in found}) if found else {}
    for item in found:
        item.holder[item.key] = item.reference.relation.shown(item.value, terms.get(item.pair))
    return copies


def _copy_of(document: Mapping[str, Any], fields: MetadataFields | None) -> dict[str, Any]:
    """A copy without the custom fields of plugins that are not enabled."""
    copy = {key: _copied(value) if key in ("metadata", "custom_fields") else value for key, value in document.items()}
    if fields is not None and copy.get("custom_fields"):
        copy["custom_fields"] = {k: v for k, v in copy["custom_fields"].items() if k in fields}
    return copy


def _copied(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _copied(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_copied(item) for item in value]
    return value
