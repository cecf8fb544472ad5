"""How much somebody keeps: the bytes of all their drafts and records, whatever is stored once counted once."""

from __future__ import annotations

from functools import cached_property
from typing import Any, cast

from sqlalchemy import Connection, Select, Table, exists, func, select
from sqlalchemy.orm import Session

from muniment.files.models import File
from muniment.records.models import Draft, Parent, Record
from muniment.users.account_models import User

_FILES = cast(Table, File.__table__)
_DRAFTS = cast(Table, Draft.__table__)
_RECORDS = cast(Table, Record.__table__)
_PARENTS = cast(Table, Parent.__table__)


class FileUsage:
    """What the owner of a draft keeps elsewhere; asked only when it is needed.

    `locking` within a transaction that adds files: of two that add files of one owner, the second waits for the end of
    the first and counts what that has added.
    """

    def __init__(
        self, connection: Session | Connection, draft_id: int, parent_id: int, bucket: str, *, locking: bool
    ) -> None:
        self._connection = connection
        self._draft_id = draft_id
        self._parent_id = parent_id
        self._bucket = bucket
        self._locking = locking

    @cached_property
    def owner(self) -> int | None:
        """The number of the owner; None for a draft that is nobody's."""
        owner = select(_PARENTS.c.owner_subject).where(_PARENTS.c.id == self._parent_id)
        found: int | None = self._connection.execute(owner).scalar()
        return found

    @cached_property
    def elsewhere(self) -> int:
        """The bytes of the owner's files besides those of the draft's bucket; one statement."""
        if self.owner is None:
            return 0
        if self._locking:
            self._connection.execute(
                select(User.subject_id).where(User.subject_id == self.owner).with_for_update(key_share=True)
            )
        here = _FILES.alias("here")
        is_here = exists().where(
            here.c.draft_id == self._draft_id,
            here.c.bucket == self._bucket,
            here.c.object_id == _FILES.c.object_id,
        )
        here_itself = (_FILES.c.draft_id == self._draft_id) & (_FILES.c.bucket == self._bucket)
        found = self._connection.execute(_used(self.owner, ~is_here, func.coalesce(~here_itself, True)))
        return int(found.scalar() or 0)


def used_by(session: Session, subject: int) -> int:
    """The bytes of all files of somebody; announced ones count with the size that was announced."""
    return int(session.execute(_used(subject)).scalar() or 0)


def _used(owner: int, *conditions: object) -> Select[Any]:
    """Complete files by what is stored, and pending ones each by itself."""
    size = func.coalesce(_FILES.c.size, _FILES.c.declared_size, 0)
    mine = _PARENTS.c.owner_subject == owner
    of_drafts = (
        select(_FILES.c.id, _FILES.c.object_id, size.label("bytes"))
        .join(_DRAFTS, _DRAFTS.c.id == _FILES.c.draft_id)
        .join(_PARENTS, _PARENTS.c.id == _DRAFTS.c.parent_id)
        .where(mine, *conditions)  # type: ignore[arg-type]
    )
    of_records = (
        select(_FILES.c.id, _FILES.c.object_id, size.label("bytes"))
        .join(_RECORDS, _RECORDS.c.id == _FILES.c.record_id)
        .join(_PARENTS, _PARENTS.c.id == _RECORDS.c.parent_id)
        .where(mine, *conditions)  # type: ignore[arg-type]
    )
    rows = of_drafts.union_all(of_records).subquery()
    each = select(func.max(rows.c.bytes).label("bytes")).group_by(func.coalesce(rows.c.object_id, rows.c.id)).subquery()
    return select(func.sum(each.c.bytes))
