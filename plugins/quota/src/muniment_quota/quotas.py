"""Quotas: what somebody may keep in all, what each version of a work may hold, and what follows for uploads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from marshmallow import ValidationError as SchemaError
from sqlalchemy import func, select

from muniment.api import (
    Actor,
    FileLimits,
    FileUsage,
    NotFound,
    PermissionDenied,
    PluginContext,
    Problem,
    RecordHandle,
    UnitOfWork,
    ValidationFailed,
    clean_text,
)
from muniment_quota.events import QuotaSet
from muniment_quota.models import PersonQuota, RecordQuota
from muniment_quota.sizes import read_size

PERMISSION: Final = "administration"
FULL: Final = "All drafts and records of their owner together may hold {total} bytes, and {used} are used elsewhere."
NO_SIZE: Final = "Write a size like 50 GB, or 0."
LONGEST_NOTE: Final = 500
SHOWN: Final = 100


@dataclass(frozen=True)
class Person:
    """What somebody may keep and does; `total` is None where nothing limits it."""

    subject: int
    used: int
    total: int | None

    @property
    def room(self) -> int | None:
        return None if self.total is None else max(0, self.total - self.used)

    def document(self) -> dict[str, Any]:
        return {"used": self.used, "quota_size": self.total}


class Quotas:
    """The quotas of one repository."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context
        self.repository = context.repository

    # Reading --------------------------------------------------------------------------------------------------

    def limits(self, value: FileLimits, draft: RecordHandle, usage: FileUsage) -> FileLimits:
        """The limits of one draft: those of its record, as far as its owner has room."""
        total = self._default
        with self.repository.database.read() as session:
            own = session.get(RecordQuota, draft.parent_id)
            person = session.get(PersonQuota, usage.owner) if usage.owner is not None else None
        if own is not None:
            value = replace(value, max_bytes=own.total_bytes, max_file_bytes=own.file_bytes)
        if person is not None:
            total = person.total_bytes
        if total is None or usage.owner is None:
            return value
        room = max(0, total - usage.elsewhere)
        if room >= value.max_bytes:
            return value
        return replace(value, max_bytes=room, note=FULL.format(total=total, used=usage.elsewhere))

    def of_person(self, subject: int) -> Person:
        """What somebody keeps and may keep."""
        row = self.set_for(subject)
        total = row.total_bytes if row is not None else self._default
        return Person(subject, self.repository.files.used_by(subject), total)

    def set_for(self, subject: int) -> PersonQuota | None:
        """What was set for somebody, or None."""
        with self.repository.database.read() as session:
            found: PersonQuota | None = session.get(PersonQuota, subject)
            return found

    def of_record(self, parent_id: int) -> RecordQuota | None:
        """What was set for a work, or None."""
        with self.repository.database.read() as session:
            found: RecordQuota | None = session.get(RecordQuota, parent_id)
            return found

    def people(self) -> tuple[list[PersonQuota], int]:
        """Whom something was set for, the last first, and how many they are."""
        with self.repository.database.read() as session:
            rows = select(PersonQuota).order_by(PersonQuota.changed.desc(), PersonQuota.subject).limit(SHOWN)
            total = session.execute(select(func.count()).select_from(PersonQuota)).scalar_one()
            return list(session.execute(rows).scalars()), total

    def records(self) -> tuple[list[RecordQuota], int]:
        """The works that something was set for, the last first, and how many they are."""
        with self.repository.database.read() as session:
            rows = select(RecordQuota).order_by(RecordQuota.changed.desc(), RecordQuota.parent_id).limit(SHOWN)
            total = session.execute(select(func.count()).select_from(RecordQuota)).scalar_one()
            return list(session.execute(rows).scalars()), total

    # Setting --------------------------------------------------------------------------------------------------

    def set_person(self, actor: Actor, subject: int, data: Mapping[str, Any]) -> None:
        """Set what somebody may keep: `quota_size` (bytes, or like ``50 GB``; None for what the site says), `notes`.
        They are told."""
        _require(actor)
        self.repository.users.get(subject)
        problems: list[Problem] = []
        size = _size(problems, data, "quota_size")
        note = _note(problems, data)
        _refuse(problems)
        with self.repository.database.write() as unit:
            if self.set_person_in(unit, actor, subject, size, note):
                unit.emit(QuotaSet(subject, False, size, actor.subject))

    def set_person_in(self, unit: UnitOfWork, actor: Actor, subject: int, size: int | None, note: str) -> bool:
        """The same within a transaction, for who may; returns whether it is another size, and tells nobody."""
        row = unit.session.get(PersonQuota, subject, with_for_update=True)
        before = row.total_bytes if row is not None else None
        if size is None:
            if row is not None:
                unit.session.delete(row)
        elif row is None:
            unit.session.add(PersonQuota(subject=subject, total_bytes=size, note=note, changed=unit.now))
        else:
            row.total_bytes, row.note, row.changed = size, note, unit.now
        unit.audit("quota.person_set", f"user:{subject}", actor, bytes=size, before=before)
        return size != before

    def set_record(self, actor: Actor, number: str, data: Mapping[str, Any]) -> None:
        """Set what each version of a work may hold: `quota_size`, `max_file_size` (by default the same), `notes`. Its
        owner is told."""
        _require(actor)
        parent = self.repository.records.parent_for(actor, number)
        problems: list[Problem] = []
        size = _size(problems, data, "quota_size")
        file_size = _size(problems, data, "max_file_size")
        note = _note(problems, data)
        _refuse(problems)
        with self.repository.database.write() as unit:
            if self.set_record_in(unit, actor, parent.id, size, file_size, note):
                unit.emit(QuotaSet(parent.id, True, size, actor.subject))

    def set_record_in(
        self, unit: UnitOfWork, actor: Actor, parent_id: int, size: int | None, file_size: int | None, note: str
    ) -> bool:
        """The same within a transaction, for who may; returns whether it is another size, and tells nobody."""
        row = unit.session.get(RecordQuota, parent_id, with_for_update=True)
        before = row.total_bytes if row is not None else None
        if size is None:
            if row is not None:
                unit.session.delete(row)
        else:
            if row is None:
                row = RecordQuota(parent_id=parent_id)
                unit.session.add(row)
            row.total_bytes, row.file_bytes = size, size if file_size is None else min(file_size, size)
            row.note, row.changed = note, unit.now
        unit.audit("quota.record_set", f"parent:{parent_id}", actor, bytes=size, before=before)
        return size != before

    def person(self, name: str) -> int:
        """The number of an account by its address, user name or number; raises `NotFound`."""
        name = name.strip()
        if name.isascii() and name.isdigit() and len(name) < 19:
            return int(self.repository.users.get(int(name)).subject_id)
        found = self.repository.users.find(name)
        if found is None:
            raise NotFound("There is no such account.")
        return int(found.subject_id)

    @property
    def _default(self) -> int | None:
        megabytes = int(self.context.settings.person_megabytes)
        return megabytes * 10**6 if megabytes else None


def _require(actor: Actor) -> None:
    if not actor.can(PERMISSION):
        raise PermissionDenied()


def _size(problems: list[Problem], data: Mapping[str, Any], name: str) -> int | None:
    value = data.get(name)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    size = read_size(value)
    if size is None:
        problems.append(Problem(name, NO_SIZE))
    return size


def _note(problems: list[Problem], data: Mapping[str, Any]) -> str:
    value = data.get("notes") or ""
    try:
        return clean_text(value, maximum=LONGEST_NOTE, lines=True)
    except (SchemaError, TypeError, AttributeError):
        problems.append(Problem("notes", f"A text of at most {LONGEST_NOTE} characters."))
        return ""


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise ValidationFailed(errors=problems)
