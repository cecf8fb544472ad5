"""Notes: read, written and removed by those who may moderate the record."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from marshmallow import ValidationError
from sqlalchemy import delete, func, select

from muniment.api import (
    Actor,
    NotFound,
    Problem,
    RecordItem,
    Repository,
    UnitOfWork,
    ValidationFailed,
    clean_text,
    stored_html,
    strip_html,
)
from muniment_internal_notes.models import NoteRow

LONGEST: Final = 25_000
MOST: Final = 100

_NUMBER: Final = re.compile(r"[0-9]{1,18}")
_EMPTY: Final = "Write something."
_TOO_MANY: Final = f"A record has at most {MOST} notes. Remove some first."


@dataclass(frozen=True)
class Note:
    """A note as moderators see it; `author` is the number of whoever wrote it, which stays when the account is
    gone; None for the system."""

    id: str
    author: int | None
    text: str
    created: datetime

    @property
    def json(self) -> dict[str, Any]:
        """With InvenioRDM's names."""
        author = {"user": str(self.author)} if self.author is not None else None
        timestamp = self.created.isoformat(timespec="microseconds")
        return {"id": self.id, "timestamp": timestamp, "added_by": author, "note": self.text}


class InternalNotes:
    """The notes of drafts and records, by their public numbers."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    # Reading --------------------------------------------------------------------------------------------------

    def of_records(self, record_ids: Iterable[int]) -> dict[int, list[Note]]:
        """Of those that have any, oldest first."""
        statement = select(NoteRow).where(NoteRow.record_id.in_(sorted(set(record_ids))))
        found: dict[int, list[Note]] = defaultdict(list)
        with self.database.read() as session:
            for row in session.execute(statement.order_by(NoteRow.id)).scalars():
                found[row.record_id].append(Note(str(row.id), row.subject, row.text, row.created))
        return found

    def may_see(self, actor: Actor, number: str) -> bool:
        """Whether `actor` may read and write notes about the draft or record."""
        return actor.is_authenticated and self.repository.records.may(actor, number, "moderate")

    def about(self, actor: Actor, number: str) -> list[Note]:
        """The notes about a draft or record, oldest first; raises `NotFound`."""
        record_id = self._number(actor, number)
        return self.of_records([record_id]).get(record_id, [])

    def subject_of(self, actor: Actor, number: str) -> RecordItem:
        """The record, deleted or not, or the draft that notes are about; raises `NotFound`."""
        self._number(actor, number)
        records = self.repository.records
        try:
            return records.read(actor, number, include_deleted=True)
        except NotFound:
            return records.read_draft(actor, number)

    # Writing --------------------------------------------------------------------------------------------------

    def add(self, actor: Actor, number: str, text: object) -> None:
        """Write a note; raises `NotFound`, and `ValidationFailed` that names ``note``."""
        record_id = self._number(actor, number)
        try:
            html = _checked(text)
        except ValidationError as error:
            raise ValidationFailed(errors=[Problem("note", str(message)) for message in error.messages]) from error
        with self.database.write() as unit:
            counted = select(func.count()).where(NoteRow.record_id == record_id)
            if unit.session.execute(counted).scalar_one() >= MOST:
                raise ValidationFailed(errors=[Problem("note", _TOO_MANY)])
            self._write(unit, record_id, actor, [html])

    def remove(self, actor: Actor, number: str, note: str) -> None:
        """Remove a note about this draft or record; raises `NotFound`."""
        record_id = self._number(actor, number)
        with self.database.write() as unit:
            if not self._remove(unit, record_id, actor, [note]):
                raise NotFound("There is no such note.")

    def replace(self, unit: UnitOfWork, record_id: int, sent: Any, actor: Actor) -> list[Problem]:
        """Let a draft have the notes that a client sent, as InvenioRDM does; with any problem all stay as they are.

        What is as it was read stays. Another text is another note: nobody's words are changed under their name.
        """
        entries, problems = _read(sent)
        if problems:
            return problems
        rows = unit.session.execute(select(NoteRow).where(NoteRow.record_id == record_id)).scalars()
        present = {(str(row.id), row.text) for row in rows}
        kept = {entry for entry in entries if entry in present}
        self._remove(unit, record_id, actor, [id for id, text in present if (id, text) not in kept])
        self._write(unit, record_id, actor, [text for id, text in entries if (id, text) not in kept])
        return []

    def forget(self, record_id: int) -> None:
        """Remove the notes about a draft that is gone, with nothing published under its number."""
        with self.database.write() as unit:
            unit.session.execute(delete(NoteRow).where(NoteRow.record_id == record_id))

    # ----------------------------------------------------------------------------------------------------------

    def _number(self, actor: Actor, number: str) -> int:
        """The number of a draft or record that `actor` may moderate; nobody else learns whether there is one."""
        if not self.may_see(actor, number):
            raise NotFound()
        return self.repository.records.number_of(number)

    def _write(self, unit: UnitOfWork, record_id: int, actor: Actor, texts: Sequence[str]) -> None:
        for text in texts:
            note = NoteRow(record_id=record_id, subject=actor.subject, text=text, created=unit.now)
            unit.session.add(note)
            unit.session.flush()
            unit.audit("internal_note.added", f"record:{record_id}", actor, note=note.id)

    def _remove(self, unit: UnitOfWork, record_id: int, actor: Actor, notes: Sequence[str]) -> bool:
        numbers = [int(note) for note in notes if _NUMBER.fullmatch(note)]
        there = select(NoteRow.id).where(NoteRow.record_id == record_id, NoteRow.id.in_(numbers))
        found = list(unit.session.execute(there).scalars())
        unit.session.execute(delete(NoteRow).where(NoteRow.id.in_(found)))
        for note in found:
            unit.audit("internal_note.removed", f"record:{record_id}", actor, note=note)
        return bool(found)


def _read(sent: Any) -> tuple[list[tuple[str, str]], list[Problem]]:
    """The ids ("" for new ones) and clean texts of what a client sent, or what is wrong with it."""
    if not isinstance(sent, list):
        return [], [Problem("internal_notes", "Not a valid list.")]
    if len(sent) > MOST:
        return [], [Problem("internal_notes", _TOO_MANY)]
    entries, problems = [], []
    for position, entry in enumerate(sent):
        path = f"internal_notes.{position}"
        if not isinstance(entry, dict):
            problems.append(Problem(path, "Not a valid mapping."))
            continue
        try:
            entries.append((str(entry.get("id") or ""), _checked(entry.get("note"))))
        except ValidationError as error:
            problems += [Problem(f"{path}.note", str(message)) for message in error.messages]
    return entries, problems


def _checked(text: object) -> str:
    """The clean HTML of a note; raises marshmallow's `ValidationError`."""
    if not isinstance(text, str):
        raise ValidationError(_EMPTY if text is None else "Not a valid string.")
    html = stored_html(clean_text(text, maximum=LONGEST, lines=True))
    if not strip_html(html).strip():
        raise ValidationError(_EMPTY)
    return html
