"""Terms of DataCite's controlled lists (kernel 4.5) for the ids of the repository's vocabularies."""

from __future__ import annotations

from datacite import schema45

_DEFINITIONS = schema45.validator.schema["definitions"]


def _by_lower_case(name: str) -> dict[str, str]:
    """The values of a list by their lower-case form, which is how the vocabularies write their ids."""
    return {value.lower(): value for value in _DEFINITIONS[name]["enum"]}


CONTRIBUTOR_TYPES = _by_lower_case("contributorType")
DATE_TYPES = _by_lower_case("dateType")
RELATION_TYPES = _by_lower_case("relationType")
IDENTIFIER_TYPES = _by_lower_case("relatedIdentifierType") | {"ads": "bibcode"}
TITLE_TYPES = {
    "alternative-title": "AlternativeTitle",
    "subtitle": "Subtitle",
    "translated-title": "TranslatedTitle",
    "other": "Other",
}
DESCRIPTION_TYPES = {
    "abstract": "Abstract",
    "methods": "Methods",
    "series-information": "SeriesInformation",
    "table-of-contents": "TableOfContents",
    "technical-info": "TechnicalInfo",
}
NAME_SCHEMES = {"orcid": "ORCID", "isni": "ISNI", "gnd": "GND", "ror": "ROR"}
_GENERAL_TYPES = frozenset(_DEFINITIONS["resourceTypeGeneral"]["enum"])


def general_type(value: str) -> str:
    """A general resource type of kernel 4.5; what later kernels added becomes Other."""
    return value if value in _GENERAL_TYPES else "Other"
