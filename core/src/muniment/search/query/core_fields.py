"""The fields of records that queries may name, under InvenioRDM's paths and under the short names of Zenodo."""

from __future__ import annotations

import re
from typing import Final

from muniment.search.folding import fold_exact
from muniment.search.query.field import FieldMap, Kind, SearchField
from muniment.search.query.identifiers import as_doi, normalise_identifier


def _normalise_doi(value: str) -> str:
    return as_doi(value) or fold_exact(value)


def _normalise_file_type(value: str) -> str:
    return fold_exact(value).lstrip(".")


def _normalise_resource_type(value: str) -> str:
    """``publication::publication-article`` and ``publication+inner:publication-article`` name the inner type."""
    return re.split(r"::|\+inner:|:", fold_exact(value))[-1]


def _text(name: str, *aliases: str) -> SearchField:
    return SearchField(name, Kind.TEXT, aliases)


def _keyword(name: str, *aliases: str) -> SearchField:
    return SearchField(name, Kind.KEYWORD, aliases)


def _identifier(name: str, *aliases: str) -> SearchField:
    return SearchField(name, Kind.KEYWORD, aliases, normalise=normalise_identifier)


TITLE: Final = _text("title", "metadata.title")
CREATORS: Final = _text(
    "creators",
    "creator",
    "author",
    "authors",
    "creators.name",
    "creators.person_or_org.name",
    "creators.person_or_org.family_name",
    "creators.person_or_org.given_name",
    "metadata.creators",
    "metadata.creators.name",
    "metadata.creators.person_or_org.name",
    "metadata.creators.person_or_org.family_name",
    "metadata.creators.person_or_org.given_name",
)
DESCRIPTION: Final = _text(
    "description",
    "abstract",
    "notes",
    "metadata.description",
    "additional_descriptions",
    "additional_descriptions.description",
    "metadata.additional_descriptions",
    "metadata.additional_descriptions.description",
)
SUBJECTS: Final = _text(
    "subjects",
    "subject",
    "keywords",
    "keyword",
    "subjects.subject",
    "metadata.subjects",
    "metadata.subjects.subject",
)

TEXT_FIELDS: Final = (
    TITLE,
    CREATORS,
    DESCRIPTION,
    SUBJECTS,
    _text(
        "additional_titles",
        "additional_titles.title",
        "metadata.additional_titles",
        "metadata.additional_titles.title",
    ),
    _text(
        "contributors",
        "contributor",
        "contributors.name",
        "contributors.person_or_org.name",
        "metadata.contributors",
        "metadata.contributors.name",
        "metadata.contributors.person_or_org.name",
        "metadata.contributors.person_or_org.family_name",
        "metadata.contributors.person_or_org.given_name",
    ),
    _text(
        "affiliations",
        "affiliation",
        "creators.affiliation",
        "creators.affiliations",
        "creators.affiliations.name",
        "contributors.affiliation",
        "contributors.affiliations.name",
        "metadata.creators.affiliations",
        "metadata.creators.affiliations.name",
        "metadata.contributors.affiliations.name",
    ),
    _text("publisher", "metadata.publisher"),
    _text(
        "funder",
        "funders",
        "funding",
        "funding.funder",
        "funding.funder.name",
        "grants.funder.name",
        "metadata.funding",
        "metadata.funding.funder.name",
    ),
    _text(
        "award",
        "awards",
        "grants",
        "grants.title",
        "grants.acronym",
        "grants.program",
        "funding.award.title",
        "funding.award.acronym",
        "metadata.funding.award.title",
        "metadata.funding.award.acronym",
        "metadata.funding.award.program",
    ),
    _text("references", "references.reference", "metadata.references", "metadata.references.reference"),
    _text("files", "filename", "file", "files.entries.key", "files.key"),
    _text("version", "metadata.version"),
    _text("locations", "location", "metadata.locations", "metadata.locations.features.place"),
)

KEYWORD_FIELDS: Final = (
    _keyword("id", "recid"),
    _keyword("parent.id", "conceptrecid", "parent_id"),
    SearchField("doi", Kind.KEYWORD, ("pids.doi.identifier", "pids.doi", "metadata.doi"), normalise=_normalise_doi),
    SearchField("parent.doi", Kind.KEYWORD, ("conceptdoi", "parent.pids.doi.identifier"), normalise=_normalise_doi),
    _identifier("identifiers", "alternate.identifier", "identifiers.identifier", "metadata.identifiers.identifier"),
    _identifier(
        "related_identifiers",
        "related.identifier",
        "related_identifiers.identifier",
        "metadata.related_identifiers.identifier",
    ),
    _keyword(
        "related_identifiers.relation_type",
        "related.relation",
        "metadata.related_identifiers.relation_type.id",
    ),
    _identifier(
        "orcid",
        "creators.orcid",
        "creators.gnd",
        "contributors.orcid",
        "creators.identifiers",
        "creators.person_or_org.identifiers.identifier",
        "metadata.creators.person_or_org.identifiers.identifier",
        "metadata.contributors.person_or_org.identifiers.identifier",
    ),
    _identifier(
        "ror",
        "affiliations.id",
        "creators.affiliations.id",
        "metadata.creators.affiliations.id",
        "metadata.contributors.affiliations.id",
    ),
    _keyword("contributors.role", "contributors.type", "contributors.role.id", "metadata.contributors.role.id"),
    SearchField(
        "resource_type",
        Kind.KEYWORD,
        ("resource_type.id", "resource_type.subtype", "subtype", "metadata.resource_type.id"),
        normalise=_normalise_resource_type,
    ),
    _keyword("resource_type.type", "type", "metadata.resource_type.props.type"),
    _keyword("rights", "rights.id", "license", "licence", "license.id", "license.identifier", "metadata.rights.id"),
    _keyword("languages", "language", "languages.id", "metadata.languages.id"),
    _keyword("subjects.id", "metadata.subjects.id"),
    _keyword("subjects.scheme", "metadata.subjects.scheme"),
    _keyword("access.record", "access_record"),
    _keyword("access.files", "access_files"),
    _keyword("access_status", "access.status", "access_right"),
    SearchField(
        "file_type",
        Kind.KEYWORD,
        ("filetype", "files.types", "file_types", "files.entries.ext"),
        normalise=_normalise_file_type,
    ),
    _keyword("checksum", "files.checksum", "files.entries.checksum", "_files.checksum"),
    _identifier(
        "funder.id",
        "funding.funder.id",
        "grants.funder.doi",
        "metadata.funding.funder.id",
    ),
    _keyword(
        "award.number",
        "grants.code",
        "funding.award.number",
        "funding.award.id",
        "metadata.funding.award.number",
        "metadata.funding.award.id",
    ),
    _keyword("communities", "community", "parent.communities.ids", "parent.communities.entries.slug"),
    _keyword("owner", "owners", "user", "parent.access.owned_by.user"),
    _keyword("status"),
    _keyword("is_published"),
)

NUMBER_FIELDS: Final = (
    SearchField(
        "publication_date",
        Kind.DAY,
        ("publicationdate", "metadata.publication_date", "metadata.publication_date_range"),
        columns=("published_from", "published_to"),
    ),
    SearchField("created", Kind.MOMENT, columns=("created",)),
    SearchField("updated", Kind.MOMENT, ("modified",), columns=("updated",)),
    SearchField("versions.index", Kind.INTEGER, ("version_index",), columns=("version_index",)),
    SearchField("files.count", Kind.INTEGER, ("filecount", "file_count"), columns=("file_count",)),
    SearchField(
        "files.total_bytes",
        Kind.INTEGER,
        ("size", "filesize", "files.totalbytes", "files.size"),
        columns=("file_bytes",),
    ),
)

CORE_FIELDS: Final = FieldMap((*TEXT_FIELDS, *KEYWORD_FIELDS, *NUMBER_FIELDS))
"""Every field of the core. Plugins add theirs with `FieldMap.extended`."""
