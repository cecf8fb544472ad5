"""What the index of every backend has for the core: columns to count and order by, and lists with their readers."""

from __future__ import annotations

from enum import Enum
from typing import Final

from muniment.search.port import IndexDocument, Scope, Visibility
from muniment.search.query.core_fields import NUMBER_FIELDS

FACET_COLUMNS: Final = (
    "resource_type",
    "resource_type_group",
    "access_status",
    "subject",
    "language",
    "file_type",
    "is_published",
)
NUMBER_COLUMNS: Final = (
    *(column for entry in NUMBER_FIELDS for column in entry.columns),
    "year",
    "publication_order",
    "version_order",
)


class Listing(Enum):
    """The lists in which a document can appear, each with the labels that see it there."""

    RECORDS = "r"
    ALL_VERSIONS = "a"
    WITH_DELETED = "d"
    UPLOADS = "u"
    UPLOADS_ALL_VERSIONS = "v"


def list_of(visibility: Visibility) -> Listing:
    """Which list of the index is searched."""
    if visibility.scope is Scope.USER:
        return Listing.UPLOADS_ALL_VERSIONS if visibility.all_versions else Listing.UPLOADS
    if visibility.include_deleted or visibility.only_deleted:
        return Listing.WITH_DELETED
    return Listing.ALL_VERSIONS if visibility.all_versions else Listing.RECORDS


def lists_of(document: IndexDocument) -> tuple[Listing, ...]:
    """In which lists a document appears, for those whose labels see it."""
    found = []
    if document.kind == "record":
        found.append(Listing.WITH_DELETED)
        if not document.deleted:
            found.append(Listing.ALL_VERSIONS)
            if document.is_latest:
                found.append(Listing.RECORDS)
    if not document.deleted and not document.has_draft:
        found.append(Listing.UPLOADS_ALL_VERSIONS)
        if document.is_latest_draft:
            found.append(Listing.UPLOADS)
    return tuple(found)
