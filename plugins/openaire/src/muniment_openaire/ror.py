"""Funders out of ROR's data dump, in both forms of its schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from muniment_openaire.dumps import Entry
from muniment_openaire.entries import MAX_NAME, FunderEntry
from muniment_openaire.storing import LoadReport

_ROR: Final = "https://ror.org/"
#: ROR's kinds of identifiers and their schemes here; ids of Crossref's funder registry are DOIs.
_SCHEMES: Final = {"fundref": "doi", "grid": "grid", "isni": "isni", "wikidata": "wikidata"}
_MOST_NAMES: Final = 50


def funders(entries: Iterable[Entry], report: LoadReport, *, every: bool = False) -> Iterator[FunderEntry]:
    """The organisations that pay for research: ROR calls them funders, or Crossref's registry knows them; `every` takes
    all organisations. What is no organisation is counted in `report` and left out."""
    for place, value in entries:
        found = _funder(value) if value is not None else None
        if found is None:
            report.refuse(f"{place}: no organisation with a ROR id and a name")
        elif value is not None and _is_wanted(value, found, every):
            yield found


def _is_wanted(value: Mapping[str, Any], found: FunderEntry, every: bool) -> bool:
    if value.get("status") == "withdrawn":
        return False
    return every or "funder" in _types(value) or _is_fundref(found)


def _is_fundref(entry: FunderEntry) -> bool:
    return any(scheme == "doi" for scheme, _ in entry.identifiers)


def _types(value: Mapping[str, Any]) -> set[str]:
    return {str(kind).lower() for kind in value.get("types") or ()}


def _funder(value: Mapping[str, Any]) -> FunderEntry | None:
    identifier = str(value.get("id") or "")
    if not identifier.startswith(_ROR):
        return None
    try:
        name, names, acronyms = _names(value)
        country, identifiers = _country(value), tuple(_identifiers(value))
    except (AttributeError, TypeError, ValueError):
        return None
    if not name:
        return None
    return FunderEntry(
        id=identifier.removeprefix(_ROR).lower(),
        name=name,
        names=names,
        acronyms=acronyms,
        country=country,
        identifiers=identifiers,
    )


def _names(value: Mapping[str, Any]) -> tuple[str, dict[str, str], tuple[str, ...]]:
    """The name that is shown, names by language, and what else it is called."""
    if "names" not in value:  # schema 1
        labels = {str(label["iso639"]): str(label["label"]) for label in value.get("labels") or ()}
        called = [*(value.get("acronyms") or ()), *(value.get("aliases") or ())]
        return str(value.get("name") or ""), labels, _texts(called)
    shown, labels, called = "", {}, []
    for entry in value["names"][:_MOST_NAMES]:
        kinds, text = entry.get("types") or (), str(entry["value"])
        if "ror_display" in kinds:
            shown = text
        if "label" in kinds and entry.get("lang"):
            labels[str(entry["lang"])] = text
        if "acronym" in kinds or "alias" in kinds:
            called.append(text)
    # The name that is shown may be in any language; in forms it stands for English.
    english = labels.pop("en", "")
    return english or shown, labels, _texts([*called, shown] if english != shown else called)


def _texts(values: Iterable[Any]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(str(value)[:MAX_NAME] for value in values if value))[:_MOST_NAMES]


def _country(value: Mapping[str, Any]) -> str:
    if "locations" in value:
        places = value["locations"] or ()
        return str(next((place["geonames_details"]["country_code"] for place in places), ""))
    return str((value.get("country") or {}).get("country_code") or "")


def _identifiers(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    external = value.get("external_ids") or ()
    if isinstance(external, Mapping):  # schema 1
        external = [{"type": kind, **ids} for kind, ids in external.items()]
    for entry in external:
        scheme = _SCHEMES.get(str(entry["type"]).lower())
        if scheme is None:
            continue
        everything = entry["all"] if isinstance(entry["all"], list) else [entry["all"]]
        preferred = entry.get("preferred")
        for identifier in dict.fromkeys([preferred, *everything] if preferred else everything):
            text = str(identifier)
            yield scheme, f"10.13039/{text}" if scheme == "doi" and "/" not in text else text
