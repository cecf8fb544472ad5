"""Finds our resource type for the types of DataCite and for types of other InvenioRDM sites."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from muniment.api import KnownTerms
from muniment_importers.values import Losses, first_text

#: resourceTypeGeneral of all DataCite kernels (2 to 4.6), in lower case.
_GENERAL = {
    "audiovisual": "video",
    "book": "publication-book",
    "bookchapter": "publication-section",
    "computationalnotebook": "software-computationalnotebook",
    "conferencepaper": "publication-conferencepaper",
    "conferenceproceeding": "publication-conferenceproceeding",
    "datapaper": "publication-datapaper",
    "dataset": "dataset",
    "dissertation": "publication-dissertation",
    "event": "event",
    "film": "video",
    "image": "image",
    "instrument": "instrument",
    "journal": "publication-journal",
    "journalarticle": "publication-article",
    "model": "model",
    "outputmanagementplan": "publication-datamanagementplan",
    "peerreview": "publication-peerreview",
    "physicalobject": "physicalobject",
    "poster": "poster",
    "preprint": "publication-preprint",
    "presentation": "presentation",
    "project": "project",
    "report": "publication-report",
    "software": "software",
    "sound": "audio",
    "standard": "publication-standard",
    "studyregistration": "publication-studyregistration",
    "text": "publication",
    "workflow": "workflow",
}
#: What depositors write as free resourceType, squeezed to letters, where it is narrower than the general type.
_NARROWER = {
    "publication": {
        "annotationcollection": "publication-annotationcollection",
        "article": "publication-article",
        "journalarticle": "publication-article",
        "journalcontribution": "publication-article",
        "researcharticle": "publication-article",
        "zeitschriftenartikel": "publication-article",
        "book": "publication-book",
        "monograph": "publication-book",
        "monographiemonograph": "publication-book",
        "textbook": "publication-book",
        "bookchapter": "publication-section",
        "bookpart": "publication-section",
        "booksection": "publication-section",
        "conferencepaper": "publication-conferencepaper",
        "conferenceproceeding": "publication-conferenceproceeding",
        "conferenceproceedings": "publication-conferenceproceeding",
        "datamanagementplan": "publication-datamanagementplan",
        "datapaper": "publication-datapaper",
        "deliverable": "publication-deliverable",
        "projectdeliverable": "publication-deliverable",
        "academicthesis": "publication-dissertation",
        "dissertation": "publication-dissertation",
        "doctoralthesis": "publication-dissertation",
        "masterthesis": "publication-dissertation",
        "mastersthesis": "publication-dissertation",
        "phdthesis": "publication-dissertation",
        "thesis": "publication-dissertation",
        "thesisphd": "publication-dissertation",
        "journal": "publication-journal",
        "lesson": "lesson",
        "milestone": "publication-milestone",
        "projectmilestone": "publication-milestone",
        "patent": "publication-patent",
        "peerreview": "publication-peerreview",
        "poster": "poster",
        "preprint": "publication-preprint",
        "presentation": "presentation",
        "slides": "presentation",
        "proposal": "publication-proposal",
        "report": "publication-report",
        "technicalreport": "publication-report",
        "softwaredocumentation": "publication-softwaredocumentation",
        "standard": "publication-standard",
        "taxonomictreatment": "publication-taxonomictreatment",
        "technicalnote": "publication-technicalnote",
        "workingpaper": "publication-workingpaper",
    },
    "image": {
        "figure": "image-figure",
        "plot": "image-plot",
        "drawing": "image-drawing",
        "diagram": "image-diagram",
        "photo": "image-photo",
        "photograph": "image-photo",
    },
    "software": {"computationalnotebook": "software-computationalnotebook"},
}
_FALLBACK = "other"


def from_datacite(types: Mapping[str, Any], losses: Losses) -> str:
    """The id for `types.resourceTypeGeneral` and `types.resourceType`; `other` for what has no place here."""
    general = first_text(types, "resourceTypeGeneral", "resourcetypegeneral")
    specific = first_text(types, "resourceType", "resourcetype")
    broad = _GENERAL.get(_squeezed(general))
    if broad is None and (not general or _squeezed(general) in ("other", "collection")):
        broad = _without_general(specific)
    if broad is None:
        losses.add("types.resourceTypeGeneral", _reason(general))
        broad = _FALLBACK
    narrow = _NARROWER.get(broad, {}).get(_squeezed(specific), broad)
    if specific and narrow == broad and _squeezed(specific) not in _names_of(broad, general):
        losses.add("types.resourceType", "the free text of the resource type is not kept")
    return narrow


def from_zenodo(kind: str, subtype: str) -> str:
    """The id for Zenodo's `type` and `subtype`; Zenodo renamed `thesis` to `dissertation` in 2026."""
    if kind == "publication" and subtype == "thesis":
        return "publication-dissertation"
    return f"{kind}-{subtype}" if subtype and subtype != kind else kind


def known_type(found: str, field: str, known: KnownTerms, losses: Losses) -> str | None:
    """The id itself if this repository has it, else its broader kind (`publication-blogpost`: `publication-other`)."""
    kind = found.partition("-")[0]
    for candidate in (found, f"{kind}-other", kind, _FALLBACK):
        if known.has("resourcetypes", candidate):
            if candidate != found:
                losses.add(field, f"the resource type '{found}' does not exist here; kept as '{candidate}'")
            return candidate
    return None


def _without_general(specific: str) -> str | None:
    """For records of kernel 2 and 3, where the general type may be missing: the free text, if it names a type."""
    name = _squeezed(specific)
    for kind, names in _NARROWER.items():
        if name in names:
            return kind
    return _GENERAL.get(name)


def _reason(general: str) -> str:
    if not general:
        return f"no general resource type is given; kept as '{_FALLBACK}'"
    return f"the general resource type '{general}' has no counterpart here; kept as '{_FALLBACK}'"


def _names_of(broad: str, general: str) -> set[str]:
    """What says no more than the id itself already does."""
    kind, _, subtype = broad.partition("-")
    return {kind, subtype, _squeezed(general), "other", "", "unav"}


def _squeezed(value: str) -> str:
    return re.sub(r"[^a-z]", "", value.lower())
