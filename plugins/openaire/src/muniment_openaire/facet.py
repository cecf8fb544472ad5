"""Funders as a facet of searches."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _

from muniment.api import Repository

#: English, as facets want it; named here so that catalogues have it.
FUNDER: Final = "Funder"
_TRANSLATED: Final = _("Funder")


def funders_of(repository: Repository, record: Mapping[str, Any]) -> list[str]:
    """The funders of a record by their ids; those that the vocabulary does not know by their names."""
    entries = (record.get("metadata") or {}).get("funding") or []
    funders = [entry.get("funder") or {} for entry in entries]
    known = repository.vocabularies.resolve(("funders", str(each["id"])) for each in funders if each.get("id"))
    found = [
        str(each["id"]) if ("funders", str(each.get("id"))) in known else str(each.get("name") or each.get("id") or "")
        for each in funders
    ]
    return [value for value in found if value]
