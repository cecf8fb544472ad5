"""Frozen copies of drafts and records, as hooks and checks see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muniment.files.snapshots import FilesSnapshot


@dataclass(frozen=True)
class DraftSnapshot:
    """A draft at one revision. `data` is its document (metadata, access, files, custom_fields); do not change it.

    `published` tells whether a published version of the same number exists (the draft is an edit).
    """

    record_id: int
    number: str
    parent_id: int
    version_index: int
    revision: int
    published: bool
    data: Mapping[str, Any]
    pids: Mapping[str, Any]
    parts: Mapping[str, Any]
    files: FilesSnapshot
    owner: int | None = None
    parent_pids: Mapping[str, Any] = field(default_factory=dict)

    @property
    def metadata(self) -> Mapping[str, Any]:
        value = self.data.get("metadata", {})
        return value if isinstance(value, Mapping) else {}


@dataclass(frozen=True)
class RecordHandle:
    """What other services need to know of a record or draft that an actor may use."""

    id: int
    number: str
    parent_id: int
    kind: str
    access_record: str
    access_files: str
    files_enabled: bool
    published: bool
    is_deleted: bool
    revision: int
    default_preview: str | None = None
    order: tuple[str, ...] = ()
    media_files_enabled: bool = False
    #: The reader is not to learn who made the record.
    blind: bool = False
    #: Of a draft of a published record: until when changes of its files have to be published; None when its files are
    #: locked, as they are unless somebody opened them.
    files_open_until: datetime | None = None


@dataclass(frozen=True)
class ParentHandle:
    """What other services need to know of a parent: whose it is, and how one of its versions or drafts shows itself.

    `number` is that one's public id; `published` tells whether there is any published version.
    """

    id: int
    owner: int | None
    number: str
    title: str
    is_draft: bool
    published: bool
    access_record: str
    access_files: str


@dataclass(frozen=True)
class OwnIdentifier:
    """An identifier that a provider of this repository gave; `level` is ``record`` or ``parent``.

    `record_id` is the version it stands for, at parent level the latest one.
    """

    scheme: str
    value: str
    level: str
    record_id: int
    parent_id: int
