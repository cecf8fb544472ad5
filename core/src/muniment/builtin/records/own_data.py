"""What somebody's drafts and records are in an export of their data, and what becomes of them when they leave."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from muniment.access.actor import SYSTEM
from muniment.privacy.registry import Departure
from muniment.records.plain_text import record_title

if TYPE_CHECKING:
    from muniment.repository import Repository


def export_uploads(repository: Repository, subject: int) -> Iterator[tuple[str, Any]]:
    """One file with the metadata of each draft and record, then lists of all uploads and of all their files.

    The bytes of files are not enclosed; the list says where each can be downloaded.
    """
    actor = repository.users.actor_for_user(repository.users.get(subject))
    uploads: list[dict[str, Any]] = []
    files: list[dict[str, Any]] = []
    for item in repository.records.every_upload(actor):
        kind = "draft" if item.is_draft else "record"
        yield f"{kind}s/{item.id}.json", item.data
        uploads.append(
            {
                "id": item.id,
                "kind": kind,
                "title": record_title(item.data),
                "created": item.data.get("created"),
                "updated": item.data.get("updated"),
                "link": (item.data.get("links") or {}).get("self_html"),
            }
        )
        files += _files(item.id, kind, item.data)
    yield "uploads.json", uploads
    yield "files.json", files


def _files(number: str, kind: str, data: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in ((data.get("files") or {}).get("entries") or {}).values():
        yield {
            kind: number,
            "name": entry.get("key"),
            "size": entry.get("size"),
            "checksum": entry.get("checksum"),
            "link": (entry.get("links") or {}).get("content"),
        }


def leave_uploads(repository: Repository, departure: Departure) -> None:
    """Drafts go; published records stay and belong to the heir or to nobody."""
    repository.records.leave(SYSTEM, departure.subject, departure.heir)
