"""Terms of DataCite's controlled lists (kernel 4.6) for the ids of the repository's vocabularies."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from muniment_datacite import kernel


@cache
def listed(name: str) -> Mapping[str, str]:
    """The values of one of the kernel's lists, for instance `relationType`, by their lower-case form, which is how the
    vocabularies write their ids."""
    found = {value.lower(): value for value in kernel.values(name)}
    return found | {"ads": "bibcode"} if name == "relatedIdentifierType" else found


TITLE_TYPES: Final = {
    "alternative-title": "AlternativeTitle",
    "subtitle": "Subtitle",
    "translated-title": "TranslatedTitle",
    "other": "Other",
}
DESCRIPTION_TYPES: Final = {
    "abstract": "Abstract",
    "methods": "Methods",
    "series-information": "SeriesInformation",
    "table-of-contents": "TableOfContents",
    "technical-info": "TechnicalInfo",
}
#: Schemes of names: as DataCite writes them, and the address in front of the identifier.
NAME_SCHEMES: Final = {
    "orcid": ("ORCID", "https://orcid.org/"),
    "isni": ("ISNI", "https://isni.org/isni/"),
    "gnd": ("GND", "https://d-nb.info/gnd/"),
    "ror": ("ROR", "https://ror.org/"),
}
FUNDER_SCHEMES: Final = {"ror": "ROR", "isni": "ISNI", "grid": "GRID", "crossreffunderid": "Crossref Funder ID"}
#: What OpenAIRE reads from the rights, by the record's access status.
ACCESS_RIGHTS: Final = {
    "open": ("Open Access", "info:eu-repo/semantics/openAccess"),
    "embargoed": ("Embargoed Access", "info:eu-repo/semantics/embargoedAccess"),
    "restricted": ("Restricted Access", "info:eu-repo/semantics/restrictedAccess"),
    "metadata-only": ("Closed Access", "info:eu-repo/semantics/closedAccess"),
}


def general_type(value: str) -> str:
    """A general resource type of the kernel; what later kernels add becomes Other."""
    return value if value in kernel.values("resourceTypeGeneral") else "Other"
