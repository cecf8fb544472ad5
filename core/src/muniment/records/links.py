"""The links of records and drafts, by name, relative to the site (`zenodo` and InvenioRDM clients follow these)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

_PLACE: Final = "{id}"


@dataclass(frozen=True)
class RecordLink:
    """A link that a plugin adds to the JSON of records and drafts: `register_json_links`.

    `name` is its key below ``links``, like ``access_request``. `path` is relative to the site, and ``{id}`` in it
    stands for the public id: ``/api/records/{id}/access/request``. `of` says whose JSON has it: ``all``, ``published``
    (records and the drafts of their edits) or ``drafts``.
    """

    name: str
    path: str
    of: Literal["all", "published", "drafts"] = "all"

    def __post_init__(self) -> None:
        if not self.path.startswith("/") or _PLACE not in self.path:
            raise ValueError(f"The link '{self.name}' needs a path from the root of the site with '{_PLACE}' in it.")

    def holds(self, *, is_draft: bool, published: bool) -> bool:
        return self.of == "all" or (self.of == "published" and published) or (self.of == "drafts" and is_draft)


class AddedLinks:
    """The links of plugins, ready to be written for many records."""

    def __init__(self, links: Iterable[RecordLink]) -> None:
        self.declared = tuple(links)
        self._by_state = {
            (is_draft, published): [
                (link.name, link.path) for link in self.declared if link.holds(is_draft=is_draft, published=published)
            ]
            for is_draft in (True, False)
            for published in (True, False)
        }

    def of(self, number: str, *, is_draft: bool, published: bool) -> dict[str, str]:
        """By name, relative to the site."""
        return {name: path.replace(_PLACE, number) for name, path in self._by_state[is_draft, published]}


def record_links(number: str, parent: str) -> dict[str, str]:
    """Links of a published record."""
    api = f"/api/records/{number}"
    return {
        "self": api,
        "self_html": f"/records/{number}",
        "preview_html": f"/records/{number}?preview=1",
        "reserve_doi": f"{api}/draft/pids/doi",
        "parent": f"/api/records/{parent}",
        "parent_html": f"/records/{parent}",
        "files": f"{api}/files",
        "media_files": f"{api}/media-files",
        "archive": f"{api}/files-archive",
        "archive_media": f"{api}/media-files-archive",
        "latest": f"{api}/versions/latest",
        "latest_html": f"/records/{number}/latest",
        "versions": f"{api}/versions",
        "draft": f"{api}/draft",
        "file_modification": f"{api}/file-modification",
    }


def draft_links(number: str, published: bool) -> dict[str, str]:
    """Links of a draft; those that lead to the published record are there once it exists."""
    api = f"/api/records/{number}"
    links = {
        "self": f"{api}/draft",
        "self_html": f"/uploads/{number}",
        "preview_html": f"/records/{number}?preview=1",
        "reserve_doi": f"{api}/draft/pids/doi",
        "files": f"{api}/draft/files",
        "media_files": f"{api}/draft/media-files",
        "archive": f"{api}/draft/files-archive",
        "archive_media": f"{api}/draft/media-files-archive",
        "versions": f"{api}/versions",
        "publish": f"{api}/draft/actions/publish",
        "record": api,
        "record_html": f"/records/{number}",
    }
    if published:
        links |= {"latest": f"{api}/versions/latest", "latest_html": f"/records/{number}/latest"}
        links["file_modification"] = f"{api}/file-modification"
    return links


#: What the core itself names, so that no plugin takes it; those of identifiers are there once there is one.
OWN_NAMES: Final = frozenset(
    (*record_links("", ""), *draft_links("", True), "doi", "self_doi", "self_doi_html", "parent_doi", "parent_doi_html")
)
