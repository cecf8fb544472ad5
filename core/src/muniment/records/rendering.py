"""Renders records and drafts as InvenioRDM's JSON.

Links are written relative to the site with a marker in front, which cannot occur in user text since control characters
are refused there; the site's address is spliced in when the bytes are sent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Literal

import orjson

from muniment.files.snapshots import FilesSnapshot
from muniment.records.blinding import hide_people
from muniment.records.links import draft_links, record_links
from muniment.records.parts import AUDIENCES, Audience

#: Changes whenever the same row would be rendered differently by the core.
RENDERING = "3"
MARKER = "\x01"
#: A marked link starts its text. In what people wrote a backslash is doubled, so this cannot come from them.
_MARKER_IN_JSON = b'"\\u0001'

_NO_MEDIA_FILES: dict[str, Any] = {"enabled": False, "order": [], "count": 0, "total_bytes": 0, "entries": {}}


@dataclass(frozen=True)
class ShownPart:
    """What a plugin shows of one record at a dotted path of its JSON, or of its parent's, and to whom."""

    path: str
    value: Any
    level: Literal["record", "parent"] = "record"
    shown_to: Audience = "everybody"


@dataclass(frozen=True)
class Source:
    """Everything that a rendering needs of one record or draft, gathered beforehand for a whole page of them."""

    number: str
    parent_number: str
    is_draft: bool
    published: bool
    status: str
    version_index: int
    is_latest: bool
    revision: int
    created: datetime
    updated: datetime
    document: Mapping[str, Any]
    pids: Mapping[str, Any]
    parent_pids: Mapping[str, Any]
    owner: int | None
    access_settings: Mapping[str, Any]
    files: FilesSnapshot
    expires: datetime | None = None
    deletion_status: str = "P"
    tombstone: Mapping[str, Any] | None = None
    parts: tuple[ShownPart, ...] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    is_latest_draft: bool = True


@dataclass(frozen=True)
class Rights:
    """What the reader may do beyond viewing; decides which fields are shown."""

    read_files: bool = False
    edit: bool = False
    manage: bool = False
    #: The reader is not to learn who made the record.
    blind: bool = False
    moderate: bool = False

    @property
    def audiences(self) -> frozenset[Audience]:
        """Those who are shown parts of plugins, as far as the reader is one of them."""
        return _AUDIENCES[self.manage, self.moderate]


_AUDIENCES: Final[Mapping[tuple[bool, bool], frozenset[Audience]]] = {
    (False, False): frozenset({"everybody"}),
    (True, False): frozenset({"everybody", "managers"}),
    (False, True): frozenset({"everybody", "moderators"}),
    (True, True): frozenset(AUDIENCES),
}


@dataclass(frozen=True)
class Rendered:
    """A stored rendering to be, and the states of the record and its parent that it shows."""

    record_id: int
    revision: int
    parent_updated: datetime
    body: bytes


def render(source: Source, rights: Rights) -> dict[str, Any]:
    """The JSON of a record or draft, with marked relative links. `document` holds expanded vocabulary terms."""
    document = source.document
    access = document.get("access", {})
    files = document.get("files", {})
    body: dict[str, Any] = {
        "id": source.number,
        "created": timestamp(source.created),
        "updated": timestamp(source.updated),
        "revision_id": source.revision,
        "is_published": source.published,
        "is_draft": source.is_draft,
        "status": source.status,
        "pids": dict(source.pids),
        "parent": _parent(source, rights),
        "versions": _versions(source, rights),
        "access": {
            "record": access.get("record", "public"),
            "files": access.get("files", "public"),
            "embargo": {"active": False, "reason": None},
            "status": access_status(access, files),
        },
        "files": _files(source, rights),
        "media_files": _media_files(source, rights),
        "metadata": document.get("metadata", {}),
        "custom_fields": document.get("custom_fields", {}),
        "deletion_status": {"is_deleted": source.deletion_status != "P", "status": source.deletion_status},
        "links": _links(source),
    }
    if source.is_draft and source.expires is not None:
        body["expires_at"] = timestamp(source.expires)
    if source.tombstone is not None:
        body["tombstone"] = dict(source.tombstone)
    audiences = rights.audiences
    for part in source.parts:
        if part.shown_to in audiences:
            place(body if part.level == "record" else body["parent"], part.path, part.value)
    if rights.blind:
        hide_people(body)
    return body


def encode(body: Mapping[str, Any]) -> bytes:
    """JSON bytes with marked links, as they are stored."""
    return orjson.dumps(body)


def tag(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()[:16]


def splice(body: bytes, site_url: str) -> bytes:
    """Put the site's address before each marked link."""
    return (b'"' + site_url.encode()).join(body.split(_MARKER_IN_JSON))  # a third quicker than to replace


def timestamp(moment: datetime) -> str:
    """ISO 8601 in UTC with microseconds and offset, as InvenioRDM writes it."""
    return moment.isoformat(timespec="microseconds")


def access_status(access: Mapping[str, Any], files: Mapping[str, Any]) -> str:
    """`open`, `restricted` or `metadata-only`, as InvenioRDM derives it."""
    if access.get("record") == "restricted" or access.get("files") == "restricted":
        return "restricted"
    return "open" if files.get("enabled", True) else "metadata-only"


def place(body: dict[str, Any], path: str, value: Any) -> None:
    """Put `value` at a dotted path, making objects on the way."""
    *parents, last = path.split(".")
    target = body
    for name in parents:
        target = target.setdefault(name, {})
    target[last] = value


def _parent(source: Source, rights: Rights) -> dict[str, Any]:
    settings = {
        "allow_user_requests": False,
        "allow_guest_requests": False,
        "accept_conditions_text": None,
        "secret_link_expiration": 0,
        **source.access_settings,
    }
    access: dict[str, Any] = {
        "owned_by": {"user": str(source.owner)} if source.owner is not None else None,
        "settings": settings,
    }
    if rights.manage:
        access |= {"grants": [], "links": []}
    return {
        "id": source.parent_number,
        "pids": dict(source.parent_pids),
        "access": access,
        "communities": {},
    }


def _versions(source: Source, rights: Rights) -> dict[str, Any]:
    versions: dict[str, Any] = {"index": source.version_index, "is_latest": source.is_latest}
    if source.is_draft or rights.edit:
        versions["is_latest_draft"] = source.is_latest_draft
    return versions


def _files(source: Source, rights: Rights) -> dict[str, Any]:
    settings = source.document.get("files", {})
    enabled = bool(settings.get("enabled", True))
    shown: dict[str, Any] = {"enabled": enabled, "order": list(settings.get("order") or [])}
    if not rights.read_files:
        return shown
    if settings.get("default_preview"):
        shown["default_preview"] = settings["default_preview"]
    return {**shown, **_contents(source.files, _files_base(source, "files"))}


def _media_files(source: Source, rights: Rights) -> dict[str, Any]:
    if not source.document.get("media_files"):
        return _NO_MEDIA_FILES
    shown: dict[str, Any] = {"enabled": True, "order": []}
    if not rights.read_files:
        return shown
    return {**shown, **_contents(FilesSnapshot(source.files.media), _files_base(source, "media-files"))}


def _contents(files: FilesSnapshot, base: str) -> dict[str, Any]:
    return {"count": files.count, "total_bytes": files.total_bytes, "entries": files.to_dict(base)}


def _files_base(source: Source, kind: str) -> str:
    return f"{MARKER}/api/records/{source.number}" + (f"/draft/{kind}" if source.is_draft else f"/{kind}")


def _links(source: Source) -> dict[str, Any]:
    if source.is_draft:
        own = draft_links(source.number, source.published)
    else:
        own = record_links(source.number, source.parent_number)
    links: dict[str, Any] = {name: MARKER + path for name, path in own.items()}
    links.update(_identifier_links(source.pids, source.parent_pids))
    links.update({name: MARKER + path for name, path in source.links.items()})
    return links


def _identifier_links(pids: Mapping[str, Any], parent_pids: Mapping[str, Any]) -> dict[str, str]:
    links = {}
    for prefix, identifiers in (("", pids), ("parent_", parent_pids)):
        doi = identifiers.get("doi", {}).get("identifier")
        if doi:
            own = "self_doi" if not prefix else "parent_doi"
            if not prefix:
                links["doi"] = f"https://doi.org/{doi}"
            links[own] = f"https://doi.org/{doi}"
            links[f"{own}_html"] = f"{MARKER}/doi/{doi}"
    return links
