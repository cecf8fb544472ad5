"""Search fields and facets for the custom fields that plugins add to the metadata."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from muniment.search.facets import Facet
from muniment.search.query.field import FieldMap, Kind, SearchField

if TYPE_CHECKING:
    from muniment.records.schemas.fields import MetadataField, MetadataFields

ANY_ENTRY = "*"


def extension_fields(fields: MetadataFields, known: FieldMap) -> list[SearchField]:
    """One search field for each path that a custom field offers to search.

    ``journal:journal`` with the path ``title`` is searched as ``custom_fields.journal:journal.title``, as
    ``journal:journal.title`` and, as on Zenodo, as ``journal.title``. A short name that is taken is left out.
    """
    found: dict[str, SearchField] = {}
    taken = {alias.casefold() for entry in known.fields.values() for alias in (entry.name, *entry.aliases)}
    for field in fields:
        for path, kind in _paths(field):
            steps = _steps(path)
            name = ".".join(("custom_fields", field.name, *steps))
            if name in found:
                continue
            aliases = tuple(alias for alias in _short_names(field, steps) if alias.casefold() not in taken)
            taken.update(alias.casefold() for alias in aliases)
            found[name] = SearchField(name, kind, aliases, path=("custom_fields", field.name, *steps))
    return list(found.values())


def extension_facets(fields: MetadataFields) -> list[Facet]:
    """The facets that custom fields ask for."""
    found = []
    for field in fields:
        hint = field.index.facet
        if hint is not None:
            column = ".".join(("custom_fields", field.name, *_steps(hint.path)))
            found.append(Facet(hint.name, hint.label, column, vocabulary=hint.vocabulary, extension=column))
    return found


def _paths(field: MetadataField) -> Iterator[tuple[str, Kind]]:
    if field.index.facet is not None:
        yield field.index.facet.path, Kind.KEYWORD
    for path in field.index.exact:
        yield path, Kind.KEYWORD
    for path in field.index.text:
        yield path, Kind.TEXT


def _steps(path: str) -> list[str]:
    """The parts of a path; entries of lists need none, every one is looked at."""
    return [step for step in path.split(".") if step and step != ANY_ENTRY]


def _short_names(field: MetadataField, steps: list[str]) -> list[str]:
    local = field.name.partition(":")[2]
    names = [".".join((field.name, *steps))]
    if local == field.namespace:
        names.append(".".join((local, *steps)))
    else:
        names.append(".".join((field.namespace, local, *steps)))
    return names
