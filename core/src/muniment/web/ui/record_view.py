"""A record page computed from the public JSON: typed, pure, and knowing nothing of requests or databases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from muniment.records.plain_text import excerpt, record_title
from muniment.web.ui import description_view as description
from muniment.web.ui.citation import citation
from muniment.web.ui.clean_html import block_html, inline_html
from muniment.web.ui.custom_fields_view import FieldGroup, custom_field_groups
from muniment.web.ui.files_view import FilesView, files_view
from muniment.web.ui.identifier_links import IdentifierView, identifier_view
from muniment.web.ui.people_view import PeopleView, by_role, people_view, proved_identifiers
from muniment.web.ui.places_map import MapView, places_map
from muniment.web.ui.wording import display_date, plain_version, term_title

_KIND_ICONS = {
    "publication": "book-open", "poster": "presentation", "presentation": "presentation", "event": "calendar",
    "dataset": "database", "image": "image", "model": "box", "video": "video", "audio": "music", "software": "code",
    "lesson": "graduation-cap", "physicalobject": "box", "workflow": "workflow", "project": "flask-conical",
    "instrument": "microscope",
}  # fmt: skip


@dataclass(frozen=True)
class KindView:
    """The resource type."""

    id: str
    title: str
    icon: str


@dataclass(frozen=True)
class AccessView:
    """`status` is ``open``, ``embargoed``, ``restricted`` or ``metadata-only``."""

    status: str
    record: str
    files: str
    until: str = ""
    reason: str = ""


@dataclass(frozen=True)
class VersionView:
    """A version of the same work, for the list beside it."""

    id: str
    href: str
    label: str
    date: str
    current: bool
    doi: str


@dataclass(frozen=True)
class RecordView:
    """Everything that a record page shows."""

    id: str
    parent_id: str
    href: str
    api_href: str
    title: str
    kind: KindView
    access: AccessView
    version: str
    date: str
    created: str
    updated: str
    revision: int
    is_draft: bool
    is_published: bool
    is_latest: bool
    version_index: int
    creators: PeopleView
    contributors: PeopleView
    abstract: Markup
    summary: str
    language: str
    files: FilesView
    citation: Markup
    doi: str
    doi_href: str
    concept_doi: str
    concept_doi_href: str
    publisher: str
    licences: tuple[description.LicenceView, ...]
    copyright: Markup
    further_titles: tuple[description.TextView, ...]
    further_descriptions: tuple[description.TextView, ...]
    subjects: tuple[description.SubjectView, ...]
    languages: tuple[str, ...]
    dates: tuple[description.DateView, ...]
    funding: tuple[description.FundingView, ...]
    identifiers: tuple[IdentifierView, ...]
    related: tuple[tuple[str, tuple[description.WorkView, ...]], ...]
    references: tuple[description.ReferenceView, ...]
    places: tuple[description.PlaceView, ...]
    places_map: MapView | None
    sizes: tuple[str, ...]
    formats: tuple[str, ...]
    field_groups: tuple[FieldGroup, ...]
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @property
    def contributors_by_role(self) -> tuple[tuple[str, tuple[Any, ...]], ...]:
        return by_role(self.contributors)


def record_view(data: Mapping[str, Any], locale: str, *, publisher: str = "", preview: bool = False) -> RecordView:
    """The page of a published record or, with `preview`, of a draft. `publisher` stands in where there is none."""
    metadata: Mapping[str, Any] = _mapping(data.get("metadata"))
    versions = _mapping(data.get("versions"))
    identifier = str(data.get("id") or "")
    page = f"/records/{identifier}"
    doi, concept = _doi(data), _doi(_mapping(data.get("parent")))
    languages = description.mappings(metadata.get("languages"))
    proved = proved_identifiers(data)
    return RecordView(
        id=identifier,
        parent_id=str(_mapping(data.get("parent")).get("id") or ""),
        href=page,
        api_href=f"/api{page}/draft" if preview else f"/api{page}",
        title=record_title(data),
        kind=kind_view(metadata, locale),
        access=access_view(data, locale),
        version=plain_version(metadata.get("version")),
        date=display_date(metadata.get("publication_date"), locale),
        created=display_date(data.get("created"), locale),
        updated=display_date(data.get("updated"), locale),
        revision=int(data.get("revision_id") or 0),
        is_draft=bool(data.get("is_draft")),
        is_published=bool(data.get("is_published")),
        is_latest=bool(versions.get("is_latest", True)),
        version_index=int(versions.get("index") or 1),
        creators=people_view(metadata.get("creators"), locale, proved),
        contributors=people_view(metadata.get("contributors"), locale, proved),
        abstract=block_html(metadata.get("description")),
        summary=excerpt(str(metadata.get("description") or ""), 240),
        language=description.language_code(str(languages[0].get("id") or "")) if len(languages) == 1 else "",
        files=files_view(data, page, locale, preview),
        citation=citation(data, locale, publisher),
        doi=doi,
        doi_href=identifier_view(doi, "doi").href,
        concept_doi=concept,
        concept_doi_href=identifier_view(concept, "doi").href,
        publisher=str(metadata.get("publisher") or ""),
        licences=description.licences(metadata, locale),
        copyright=inline_html(metadata.get("copyright")),
        further_titles=description.further_titles(metadata, locale),
        further_descriptions=description.further_descriptions(metadata, locale),
        subjects=description.subjects(metadata, locale),
        languages=description.languages(metadata, locale),
        dates=description.dates(metadata, locale),
        funding=description.funding(metadata, locale),
        identifiers=description.alternate_identifiers(metadata),
        related=description.related_works(metadata, locale),
        references=description.references(metadata),
        places=description.places(metadata, locale),
        places_map=places_map(description.located(metadata)),
        sizes=_texts(metadata.get("sizes")),
        formats=_texts(metadata.get("formats")),
        field_groups=custom_field_groups(_mapping(data.get("custom_fields")), locale),
        data=data,
    )


def kind_view(metadata: Mapping[str, Any], locale: str) -> KindView:
    term = _mapping(metadata.get("resource_type"))
    identifier = str(term.get("id") or "")
    return KindView(identifier, term_title(term, locale), kind_icon(identifier))


def kind_icon(identifier: str) -> str:
    """The icon for a resource type or its main type."""
    return _KIND_ICONS.get(identifier.partition("-")[0], "file-text")


def access_view(data: Mapping[str, Any], locale: str) -> AccessView:
    access = _mapping(data.get("access"))
    embargo = _mapping(access.get("embargo"))
    record, files = str(access.get("record") or "public"), str(access.get("files") or "public")
    status = str(access.get("status") or ("open" if (record, files) == ("public", "public") else "restricted"))
    active = bool(embargo.get("active"))
    return AccessView(
        status=status,
        record=record,
        files=files,
        until=display_date(embargo.get("until"), locale) if active else "",
        reason=str(embargo.get("reason") or "") if active else "",
    )


def version_views(hits: Sequence[Mapping[str, Any]], current: str, locale: str) -> tuple[VersionView, ...]:
    """The versions of a work as records of the public JSON, in the order given."""
    views = []
    for data in hits:
        metadata, identifier = _mapping(data.get("metadata")), str(data.get("id") or "")
        label = str(metadata.get("version") or "") or f"v{_mapping(data.get('versions')).get('index') or 1}"
        date = display_date(metadata.get("publication_date"), locale, "medium")
        views.append(VersionView(identifier, f"/records/{identifier}", label, date, identifier == current, _doi(data)))
    return tuple(views)


def _doi(data: Mapping[str, Any]) -> str:
    return str(_mapping(_mapping(data.get("pids")).get("doi")).get("identifier") or "")


def _texts(entries: object) -> tuple[str, ...]:
    return tuple(str(entry) for entry in entries if entry) if isinstance(entries, (list, tuple)) else ()


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
