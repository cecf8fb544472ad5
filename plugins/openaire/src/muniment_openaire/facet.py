"""Funders as a facet of searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _
from sqlalchemy import select

from muniment.api import Repository, compared
from muniment_openaire.models import Funder

#: English, as facets want it; named here so that catalogues have it.
FUNDER: Final = "Funder"
_TRANSLATED: Final = _("Funder")


def funders_of(repository: Repository, record: Mapping[str, Any]) -> list[str]:
    """The funders of a record by their ids; those that the vocabulary does not know, by id or very name, by their
    names."""
    entries = (record.get("metadata") or {}).get("funding") or []
    funders = [entry.get("funder") or {} for entry in entries]
    known = repository.vocabularies.resolve(("funders", str(each["id"])) for each in funders if each.get("id"))
    named = {str(each.get("name") or "") for each in funders if ("funders", str(each.get("id"))) not in known}
    ids = _ids_of(repository, named - {""})
    found = []
    for each in funders:
        identifier, name = str(each.get("id") or ""), str(each.get("name") or "")
        found.append(identifier if ("funders", identifier) in known else ids.get(name) or name or identifier)
    return [value for value in dict.fromkeys(found) if value]


def _ids_of(repository: Repository, names: set[str]) -> dict[str, str]:
    """The ids of the funders that have exactly these names; a name that several have is nobody's."""
    folded = {name: compared(name) for name in names}
    if not folded:
        return {}
    statement = select(Funder.name_sort, Funder.id).where(Funder.name_sort.in_(set(folded.values())))
    with repository.database.read() as session:
        rows = session.execute(statement).all()
    ids: dict[str, list[str]] = {}
    for name, identifier in rows:
        ids.setdefault(name, []).append(identifier)
    return {name: ids[key][0] for name, key in folded.items() if len(ids.get(key, ())) == 1}
