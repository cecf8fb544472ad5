"""Whether the disk and the stored files are as they should be."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any, Final

from sqlalchemy import select

from muniment.backup.progress import Progress
from muniment.errors import MunimentError
from muniment.files.digests import Digest
from muniment.files.models import File, StoredObject
from muniment.files.storage import Storage
from muniment.files.verification import verify
from muniment.health.finding import Finding, State, _
from muniment.health.place import Check, Place

#: How many of the newest files a quick look takes in.
_SAMPLE: Final = 200
_NAMED: Final = 10


def _space(place: Place) -> Iterator[Finding]:
    usage = shutil.disk_usage(place.instance.var)
    kept = place.instance.config.files.min_free_bytes
    state: State = "ok" if usage.free > 2 * kept else "warning" if usage.free > kept else "error"
    values = {"free": f"{usage.free / 1e9:.1f}", "folder": place.instance.var, "kept": f"{kept / 1e9:.1f}"}
    free = _("%(free)s GB free under %(folder)s")
    short = _("%(free)s GB free under %(folder)s; uploads stop at %(kept)s GB (files.min_free_bytes): make room")
    yield Finding("disk", state, free if state == "ok" else short, values)


def _newest(place: Place) -> Iterator[Finding]:
    """The newest files: are they there, with their size?"""
    rows = _objects(place, _SAMPLE)
    found = [finding for row in rows if (finding := _missing(_storage(place, row), row))]
    yield from _told(found, Finding("files", "ok", _("the newest %(count)s are there"), {"count": len(rows)}))


def every_file(progress: Progress) -> Check:
    """The check that reads every file: are its bytes those that were stored?"""

    def check(place: Place) -> Iterator[Finding]:
        rows = _objects(place, None)
        seen = progress(rows, "Reading files", len(rows))
        found = [finding for row in seen if (finding := _damaged(_storage(place, row), row))]
        yield from _told(found, Finding("files", "ok", _("all %(count)s are undamaged"), {"count": len(rows)}))

    return Check("files", check, slow=True)


def _objects(place: Place, limit: int | None) -> list[Any]:
    used = select(File.object_id).where(File.object_id.is_not(None))
    statement = (
        select(StoredObject.backend, StoredObject.storage_key, StoredObject.size, StoredObject.sha256, StoredObject.md5)
        .where(StoredObject.id.in_(used))
        .order_by(StoredObject.created.desc())
        .limit(limit)
    )
    with place.database.read() as reader:
        return list(reader.execute(statement))


def _storage(place: Place, row: Any) -> Storage:
    return place.repository.files.storages.named(row.backend)


def _missing(storage: Storage, row: Any) -> Finding | None:
    found = storage.stat(row.storage_key)
    if found is None:
        gone = _("object %(key)s is missing; restore it from a backup")
        return Finding("files", "error", gone, {"key": row.storage_key})
    if found.size != row.size:
        cut = _("object %(key)s has %(found)s bytes instead of %(wanted)s; restore it from a backup")
        return Finding("files", "error", cut, {"key": row.storage_key, "found": found.size, "wanted": row.size})
    return None


def _damaged(storage: Storage, row: Any) -> Finding | None:
    missing = _missing(storage, row)
    if missing is not None:
        return missing
    try:
        verify(storage, row.storage_key, Digest(row.size, row.md5, row.sha256), name=row.storage_key)
    except MunimentError:
        other = _("object %(key)s has other bytes than those that were stored; restore it from a backup")
        return Finding("files", "error", other, {"key": row.storage_key})
    return None


def _told(found: list[Finding], good: Finding) -> Iterator[Finding]:
    yield from found[:_NAMED]
    if len(found) > _NAMED:
        yield Finding("files", "error", _("and %(count)s more"), {"count": len(found) - _NAMED})
    if not found:
        yield good


SPACE: Final = Check("disk", _space)
NEWEST: Final = Check("files", _newest, slow=True)
