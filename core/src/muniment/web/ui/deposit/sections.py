"""What belongs together in the form: the fields that are always open, and sections that open when wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask_babel import gettext
from flask_babel import lazy_gettext as _

from muniment.records.schemas.fields import MetadataFields

#: The fewest fields first: what a record cannot do without, or hardly.
BASICS: Final = (
    "metadata.resource_type",
    "metadata.title",
    "metadata.creators",
    "metadata.publication_date",
    "metadata.description",
    "metadata.rights",
)


#: What a new form fills in by itself.
_PROPOSED: Final = frozenset({"metadata.publisher"})


@dataclass(frozen=True)
class Section:
    """A section of fields, by their paths. `lead` says in a line what it is for."""

    id: str
    title: Any
    lead: Any
    paths: tuple[str, ...]


def _metadata(*names: str) -> tuple[str, ...]:
    return tuple(f"metadata.{name}" for name in names)


SECTIONS: Final = (
    Section("contributors", _("Contributors"), _("Others who had a part in it"), _metadata("contributors")),
    Section(
        "subjects",
        _("Keywords and languages"),
        _("So that others find it"),
        _metadata("subjects", "languages"),
    ),
    Section(
        "version",
        _("Version, publisher and dates"),
        _("Which edition this is, and further dates"),
        _metadata("version", "publisher", "dates"),
    ),
    Section("funding", _("Funding"), _("Who paid for the work"), _metadata("funding")),
    Section(
        "related",
        _("Related works"),
        _("What it belongs to, and what belongs to it"),
        _metadata("related_identifiers"),
    ),
    Section("references", _("References"), _("What it cites"), _metadata("references")),
    Section(
        "identifiers",
        _("Alternate identifiers"),
        _("Other names of this very work"),
        _metadata("identifiers"),
    ),
    Section(
        "texts",
        _("Additional titles and descriptions"),
        _("Translated titles, methods, notes"),
        _metadata("additional_titles", "additional_descriptions"),
    ),
    Section("places", _("Places"), _("Where it was made, or what it is about"), _metadata("locations")),
    Section(
        "extent",
        _("Extent, formats and copyright"),
        _("How much there is, and whose"),
        _metadata("sizes", "formats", "copyright"),
    ),
)


def domain_sections(fields: MetadataFields) -> tuple[Section, ...]:
    """A section for each heading under which plugins put custom fields."""
    return tuple(
        Section(
            f"fields-{place}",
            gettext(title),
            next((gettext(item.display.description) for item in items if item.display.description), ""),
            tuple(f"custom_fields.{item.name}" for item in items),
        )
        for place, (title, items) in enumerate(fields.sections(), 1)
    )


def holds_something(section: Section, document: Mapping[str, Any]) -> bool:
    """Whether a section has a value in a document, other than what the form proposes."""
    return any(_at(document, path) not in (None, "", [], {}) for path in section.paths if path not in _PROPOSED)


def _at(document: Any, path: str) -> Any:
    for part in path.split("."):
        document = document.get(part) if isinstance(document, Mapping) else None
    return document
