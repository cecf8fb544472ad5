"""Replacing the files of a published record under its identifiers: soon after publishing, or by administrators."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from muniment.access.actor import Actor
from muniment.errors import Gone, NotFound, PermissionDenied, Problem
from muniment.files.rows import FILES, LATE, MEDIA_FILES
from muniment.files.snapshots import FileEntry, FilesSnapshot
from muniment.records.drafts import DraftOperations
from muniment.records.items import RecordItem
from muniment.records.models import Draft, Record
from muniment.records.rendering import timestamp

_NEVER = (
    "The files of a published record cannot be changed here by its owner. Make a new version to add, replace or remove "
    "files, or ask the administrators."
)
_TOO_LATE = (
    "The files of this record could be changed for {days} days after it was published. Make a new version to add, "
    "replace or remove files, or ask the administrators."
)


@dataclass(frozen=True)
class FilesChanged:
    """By name, what became of the files of a record; those of the media bucket as ``media_files/NAME``."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    replaced: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.replaced)

    @property
    def counts(self) -> dict[str, int]:
        """For the audit trail, which holds nothing that was typed; the names are with the edition that was replaced."""
        return {"added": len(self.added), "removed": len(self.removed), "replaced": len(self.replaced)}


class FileModificationOperations(DraftOperations):
    """The files of an edit are locked until they are opened, and then open for a while only."""

    def modify_files(self, actor: Actor, number: str) -> RecordItem:
        """The draft of a published record with its files open for changes; made unless there is one already.

        Administrators always may; whoever manages the record within `records.file_modification_days` after it was
        published. The changes have to be published within `records.file_modification_publish_days` more. Raises
        `PermissionDenied`, `NotFound` and `Gone`.
        """
        with self.database.read() as session:
            record, parent = self._record(session, number, actor, "manage")
        with self.database.write() as unit:
            # Before the record, as a publish does it: the two must not wait for each other.
            draft = unit.session.get(Draft, record.id, with_for_update=True)
            until = self._opens_until(actor, record, unit.now)
            present = draft.files_open_until if draft is not None else None
            if until is None and (present is None or present <= unit.now):
                raise PermissionDenied(self._refusal)
            row = self._edit_in(unit, record.id, actor)
            if until is not None and (present is None or present < until):
                row.files_open_until = until
                unit.audit("record.files_opened", f"record:{row.id}", actor, until=timestamp(until))
        return self.draft_item(actor, row, parent, self._draft_files(row))

    def may_modify_files_until(self, actor: Actor, number: str) -> datetime | None:
        """Until when changed files of a published record would have to be published, if `actor` began to change them
        now; None when that would be refused."""
        if not (actor.is_administrator or self.repository.config.records.file_modification_days):
            return None
        with self.database.read() as session:
            try:
                record, _parent = self._record(session, number, actor, "manage")
            except (Gone, NotFound, PermissionDenied):
                return None
            return self._opens_until(actor, record, self.repository.now())

    def _opens_until(self, actor: Actor, record: Record, now: datetime) -> datetime | None:
        """The same for an actor who may manage the record."""
        policy = self.repository.config.records
        begun_by = record.created + timedelta(days=policy.file_modification_days)
        more = timedelta(days=policy.file_modification_publish_days)
        if actor.is_administrator:
            return max(begun_by, now) + more
        return begun_by + more if now < begun_by else None

    @property
    def _refusal(self) -> str:
        days = self.repository.config.records.file_modification_days
        return _TOO_LATE.format(days=days) if days else _NEVER

    def _late_files(self, draft: Draft, files: FilesSnapshot) -> list[Problem]:
        """Files that were changed in time are not published later; without changes an edit is published as any."""
        until = draft.files_open_until
        if draft.based_on is None or until is None or until > self.repository.now():
            return []
        with self.database.read() as session:
            published = self.repository.files.snapshot(session, record_id=draft.id)
        return [Problem("files", LATE, "late")] if _shown(files) != _shown(published) else []


def changed_files(before: FilesSnapshot, after: FilesSnapshot) -> FilesChanged:
    """What became of files: a file that is the same bytes under the same name did not change."""
    old, new = _by_name(before), _by_name(after)
    return FilesChanged(
        added=tuple(sorted(new.keys() - old.keys())),
        removed=tuple(sorted(old.keys() - new.keys())),
        replaced=tuple(sorted(name for name in old.keys() & new.keys() if old[name] != new[name])),
    )


def kept_files(before: FilesSnapshot) -> dict[str, Any]:
    """The files that an edition had, as its JSON shows them: without links, since there is nothing at their end."""
    buckets = {FILES: before, MEDIA_FILES: FilesSnapshot(before.media)}
    return {
        bucket: {
            "count": files.count,
            "total_bytes": files.total_bytes,
            "entries": {entry.key: entry.to_dict("") | {"links": {}} for entry in files.entries},
        }
        for bucket, files in buckets.items()
        if files.count or bucket == FILES
    }


def files_of_edition(document: Mapping[str, Any], newer: Mapping[str, Any]) -> dict[str, Any]:
    """`files` and `media_files` of an edition that was replaced: those that are kept with it, else those of the `newer`
    one, which has the same."""
    kept = document.get("kept_files")
    if kept is None:
        return {bucket: newer[bucket] for bucket in (FILES, MEDIA_FILES)}
    data = document["data"]
    nothing = {"count": 0, "total_bytes": 0, "entries": {}}
    return {
        bucket: {
            "enabled": bool(data.get(bucket, {}).get("enabled", bucket == FILES)),
            "order": list(data.get(bucket, {}).get("order") or []),
            **kept.get(bucket, nothing),
        }
        for bucket in (FILES, MEDIA_FILES)
    }


def _by_name(files: FilesSnapshot) -> dict[str, Any]:
    found = {entry.key: entry.object_id for entry in files.entries}
    return found | {f"{MEDIA_FILES}/{entry.key}": entry.object_id for entry in files.media}


def _shown(files: FilesSnapshot) -> list[list[tuple[object, ...]]]:
    """All that a record shows of its files, so that two that show the same are alike."""

    def of(entry: FileEntry) -> tuple[object, ...]:
        return entry.key, entry.object_id, entry.status, entry.hidden, entry.description

    return [[of(entry) for entry in entries] for entries in (files.entries, files.media)]
