"""Which fields of a record each format has a place for: what the reports of losses and the documentation say.

A test writes a record that has everything and looks for each value in what comes out.
"""

from __future__ import annotations

from typing import Final

#: All fields that describe a record, in the order of the documentation.
FIELDS: Final = (
    "metadata.resource_type", "metadata.title", "metadata.additional_titles", "metadata.creators",
    "metadata.contributors", "metadata.publisher", "metadata.publication_date", "metadata.dates",
    "metadata.description", "metadata.additional_descriptions", "metadata.subjects", "metadata.languages",
    "metadata.version", "metadata.rights", "metadata.copyright", "metadata.funding", "metadata.identifiers",
    "metadata.related_identifiers", "metadata.references", "metadata.sizes", "metadata.formats", "metadata.locations",
    "pids.doi", "custom_fields.journal:journal", "custom_fields.imprint:imprint", "custom_fields.thesis:thesis",
    "custom_fields.meeting:meeting", "custom_fields.code:codeRepository", "custom_fields.code:programmingLanguage",
    "custom_fields.code:developmentStatus",
)  # fmt: skip


def _all_but(*names: str) -> frozenset[str]:
    return frozenset(FIELDS) - _paths(*names)


def _only(*names: str) -> frozenset[str]:
    return _paths(*names)


def _paths(*names: str) -> frozenset[str]:
    """Full paths of fields by their last names."""
    by_name = {path.partition(".")[2]: path for path in FIELDS}
    return frozenset(by_name[name] for name in names)


_BOOKS = ("journal:journal", "imprint:imprint", "thesis:thesis", "meeting:meeting")
_CODE = ("code:codeRepository", "code:programmingLanguage", "code:developmentStatus")
_CITED = (
    "resource_type", "title", "creators", "contributors", "publisher", "publication_date", "description", "version",
    "subjects", "languages", "doi",
)  # fmt: skip
_SCHEMA_ORG = _all_but("imprint:imprint")

CARRIED: Final = {
    "bibtex": _only(*_CITED, *_BOOKS),
    "csl": _only(*_CITED, *_BOOKS, "additional_titles"),
    # A publisher and a journal have a place in what is neither software nor data, as its preferred citation.
    "cff": _only(
        "resource_type", "title", "creators", "publication_date", "description", "version", "subjects",
        "rights", "identifiers", "languages", "doi", "code:codeRepository",
    ),
    "dublincore": _all_but(*_BOOKS, *_CODE),
    "marcxml": _all_but(*_CODE),
    "dcat-ap": _all_but(*_BOOKS, *_CODE),
    "json-ld": _SCHEMA_ORG,
    "codemeta": _all_but("locations", "imprint:imprint", "thesis:thesis", "meeting:meeting"),
    "ro-crate": _SCHEMA_ORG,
    "datapackage": _all_but(
        "additional_titles", "publisher", "dates", "additional_descriptions", "copyright", "funding", "identifiers",
        "sizes", "formats", "locations", *_BOOKS, *_CODE,
    ),
    "geojson": _only("title", "creators", "publication_date", "locations", "doi"),
}  # fmt: skip
