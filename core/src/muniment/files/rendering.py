"""The JSON of files in the REST API, as InvenioRDM writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, UUID, uuid5

from muniment.files.models import Upload
from muniment.files.names import normalise
from muniment.files.rows import FILES
from muniment.files.snapshots import FileEntry, FilesSnapshot, key_in_url

if TYPE_CHECKING:
    from muniment.records.snapshots import RecordHandle

_PATHS = {FILES: "files", "media_files": "media-files"}


@dataclass(frozen=True)
class FileListing:
    """The files of one draft or record for one reader, with what their links need.

    `uploads` are the unfinished uploads in pieces, by file.
    """

    handle: RecordHandle
    bucket: str
    draft: bool
    enabled: bool
    site_url: str
    snapshot: FilesSnapshot
    uploads: Mapping[UUID, Upload] = field(default_factory=dict, hash=False)

    @property
    def address(self) -> str:
        """The absolute address of the list."""
        middle = "/draft" if self.draft else ""
        return f"{self.site_url}/api/records/{self.handle.number}{middle}/{_PATHS[self.bucket]}"

    def address_of(self, key: str) -> str:
        """The absolute address of one file."""
        return f"{self.address}/{key_in_url(normalise(key))}"

    def to_dict(self) -> dict[str, Any]:
        """The list as an answer; without `entries` when files are switched off."""
        found: dict[str, Any] = {
            "enabled": self.enabled,
            "links": {"self": self.address, "archive": f"{self.address}-archive"},
        }
        if self.enabled:
            found["entries"] = [self.file(entry) for entry in self.snapshot.entries]
            found["default_preview"] = self.handle.default_preview if self.bucket == FILES else None
            found["order"] = list(self.handle.order) if self.bucket == FILES else []
        return found

    def file(self, entry: FileEntry) -> dict[str, Any]:
        """One file object. Size and checksum of a pending file are those that were announced or received so far."""
        owner = "draft" if self.draft else "record"
        shown: dict[str, Any] = {
            "created": entry.created.isoformat(),
            "updated": entry.updated.isoformat(),
            "mimetype": entry.mimetype,
            "version_id": str(entry.id),
            "file_id": str(entry.object_id) if entry.object_id else None,
            "bucket_id": str(uuid5(NAMESPACE_URL, f"{self.site_url}/{owner}/{self.handle.id}/{self.bucket}")),
            "metadata": {} if self.handle.blind else dict(entry.description or {}),
            "access": {"hidden": entry.hidden},
            "links": self._links(entry),
            "key": entry.key,
            "storage_class": "L",
            "checksum": entry.checksum or entry.declared_checksum,
            "size": entry.size if entry.size is not None else entry.declared_size,
            "transfer": dict(entry.transfer) or {"type": "L"},
            "status": entry.status,
        }
        return {name: value for name, value in shown.items() if value is not None}

    def _links(self, entry: FileEntry) -> dict[str, Any]:
        address = self.address_of(entry.key)
        links: dict[str, Any] = {"self": address, "content": f"{address}/content"}
        links |= entry.more_links(address)
        if self.draft:
            links["commit"] = f"{address}/commit"
        upload = None if entry.completed else self.uploads.get(entry.id)
        if upload is not None and upload.kind == "multipart":
            del links["content"]
            links["parts"] = list(_parts(address, upload))
        elif upload is not None:
            links["upload"] = f"{self.site_url}/api/records/{self.handle.number}/draft/uploads/{upload.id}"
        return links


def _parts(address: str, upload: Upload) -> Iterable[dict[str, Any]]:
    expiration = upload.expires.isoformat()
    for part in range(1, (upload.parts or 0) + 1):
        yield {"part": part, "url": f"{address}/content/{part}", "expiration": expiration}
