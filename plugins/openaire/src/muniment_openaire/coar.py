"""COAR's vocabularies for the types, access rights and versions of works, and OpenAIRE's four kinds of results.

The terms are facts of <http://vocabularies.coar-repositories.org> (CC BY 4.0), in the versions of the guidelines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class Concept(NamedTuple):
    """A term of COAR: its address and its English label."""

    uri: str
    label: str


_TYPE: Final = "http://purl.org/coar/resource_type/"
_ACCESS: Final = "http://purl.org/coar/access_right/"

#: By `access.status`.
ACCESS_RIGHTS: Final = {
    "open": Concept(f"{_ACCESS}c_abf2", "open access"),
    "embargoed": Concept(f"{_ACCESS}c_f1cf", "embargoed access"),
    "restricted": Concept(f"{_ACCESS}c_16ec", "restricted access"),
    "metadata-only": Concept(f"{_ACCESS}c_14cb", "metadata only access"),
}

#: By the ids of the vocabulary of resource types; `_FALLBACKS` has the rest by the part before the hyphen. Version 4.0
#: of the guidelines does not know all of COAR's concepts: plans for data are reports in it, and lessons have none.
_TYPES: Final = {
    "publication-annotationcollection": ("c_1162", "annotation"),
    "publication-article": ("c_6501", "journal article"),
    "publication-book": ("c_2f33", "book"),
    "publication-section": ("c_3248", "book part"),
    "publication-conferencepaper": ("c_5794", "conference paper"),
    "publication-conferenceproceeding": ("c_f744", "conference proceedings"),
    "publication-datamanagementplan": ("c_93fc", "report"),
    "publication-datapaper": ("c_beb9", "data paper"),
    "publication-deliverable": ("c_18op", "project deliverable"),
    "publication-dissertation": ("c_46ec", "thesis"),
    "publication-journal": ("c_0640", "journal"),
    "publication-milestone": ("c_93fc", "report"),
    "publication-patent": ("c_15cd", "patent"),
    "publication-peerreview": ("c_efa0", "review"),
    "publication-preprint": ("c_816b", "preprint"),
    "publication-proposal": ("c_baaf", "research proposal"),
    "publication-report": ("c_93fc", "report"),
    "publication-softwaredocumentation": ("c_71bd", "technical documentation"),
    "publication-technicalnote": ("c_18gh", "technical report"),
    "publication-workingpaper": ("c_8042", "working paper"),
    "poster": ("c_6670", "conference poster"),
    "presentation": ("c_8544", "lecture"),
    "workflow": ("c_393c", "workflow"),
}
_FALLBACKS: Final = {
    "publication": ("c_18cf", "text"),
    "dataset": ("c_ddb1", "dataset"),
    "image": ("c_ecc8", "still image"),
    "video": ("c_12ce", "video"),
    "audio": ("c_18cc", "sound"),
    "software": ("c_5ce6", "software"),
}
_OTHER: Final = ("c_1843", "other")

#: What `openaire_type` of a resource type is called in the guidelines for literature 4, and which file belongs to it.
_GENERAL: Final = {
    "publication": ("literature", "fulltext"),
    "dataset": ("dataset", "dataset"),
    "software": ("software", "software"),
}


def resource_type(identifier: str) -> Concept:
    """The COAR concept for a resource type, the nearest one where COAR has none of its own."""
    found = _TYPES.get(identifier) or _FALLBACKS.get(identifier.partition("-")[0], _OTHER)
    return Concept(_TYPE + found[0], found[1])


def general_type(identifier: str) -> tuple[str, str]:
    """`resourceTypeGeneral` of the guidelines and `objectType` of its files, for a resource type."""
    return _GENERAL.get(openaire_type(identifier), ("other research product", "other"))


def openaire_type(identifier: str) -> str:
    """publication, dataset, software or other: which of OpenAIRE's results a resource type is."""
    head = identifier.partition("-")[0]
    if head in ("publication", "poster", "presentation", "event"):
        return "publication"
    if head in ("dataset", "image", "model", "video", "audio"):
        return "dataset"
    return "software" if head == "software" else "other"


def access_right(record: Mapping[str, Any]) -> Concept:
    """The concept for who may read the files of a record."""
    status = str((record.get("access") or {}).get("status") or "")
    return ACCESS_RIGHTS.get(status, ACCESS_RIGHTS["metadata-only"])
