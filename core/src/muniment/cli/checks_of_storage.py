"""Whether the disk and the stored files are as they should be."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from typing import Any, Final

from sqlalchemy import select

from muniment.cli.findings import Check, Finding
from muniment.cli.output import with_bar
from muniment.cli.session import Session
from muniment.errors import MunimentError
from muniment.files.digests import Digest
from muniment.files.models import File, StoredObject
from muniment.files.storage import Storage
from muniment.files.verification import verify

#: How many of the newest files a quick look takes in.
_SAMPLE: Final = 200
_NAMED: Final = 10


def _space(session: Session) -> Iterator[Finding]:
    usage = shutil.disk_usage(session.instance.var)
    kept = session.instance.config.files.min_free_bytes
    state = "ok" if usage.free > 2 * kept else "warning" if usage.free > kept else "error"
    remedy = "" if state == "ok" else f"; uploads stop at {kept / 1e9:.1f} GB (files.min_free_bytes): make room"
    yield Finding("disk", state, f"{usage.free / 1e9:.1f} GB free under {session.instance.var}{remedy}")


def _newest(session: Session) -> Iterator[Finding]:
    """The newest files: are they there, with their size?"""
    rows = _objects(session, _SAMPLE)
    problems = [problem for row in rows if (problem := _missing(_storage(session, row), row))]
    yield from _told(problems, f"the newest {len(rows)} are there")


def _all(session: Session) -> Iterator[Finding]:
    """Every file: are its bytes those that were stored?"""
    rows = _objects(session, None)
    problems = [
        problem
        for row in with_bar(rows, "Reading files", len(rows))
        if (problem := _damaged(_storage(session, row), row))
    ]
    yield from _told(problems, f"all {len(rows)} are undamaged")


def _objects(session: Session, limit: int | None) -> list[Any]:
    used = select(File.object_id).where(File.object_id.is_not(None))
    statement = (
        select(StoredObject.backend, StoredObject.storage_key, StoredObject.size, StoredObject.sha256, StoredObject.md5)
        .where(StoredObject.id.in_(used))
        .order_by(StoredObject.created.desc())
        .limit(limit)
    )
    with session.database.read() as reader:
        return list(reader.execute(statement))


def _storage(session: Session, row: Any) -> Storage:
    return session.repository.files.storages.named(row.backend)


def _missing(storage: Storage, row: Any) -> str | None:
    found = storage.stat(row.storage_key)
    if found is None:
        return f"object {row.storage_key} is missing"
    if found.size != row.size:
        return f"object {row.storage_key} has {found.size} bytes instead of {row.size}"
    return None


def _damaged(storage: Storage, row: Any) -> str | None:
    missing = _missing(storage, row)
    if missing is not None:
        return missing
    try:
        verify(storage, row.storage_key, Digest(row.size, row.md5, row.sha256), name=row.storage_key)
    except MunimentError:
        return f"object {row.storage_key} has other bytes than those that were stored"
    return None


def _told(problems: Iterable[str], good: str) -> Iterator[Finding]:
    found = list(problems)
    for problem in found[:_NAMED]:
        yield Finding("files", "error", f"{problem}; restore it from a backup")
    if len(found) > _NAMED:
        yield Finding("files", "error", f"and {len(found) - _NAMED} more")
    if not found:
        yield Finding("files", "ok", good)


QUICK: Final[tuple[Check, ...]] = (("disk", _space), ("files", _newest))
DEEP: Final[tuple[Check, ...]] = (("disk", _space), ("files", _all))
