"""The links of records and drafts, by name, relative to the site (`zenodo` and InvenioRDM clients follow these)."""

from __future__ import annotations


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
    return links
