"""`internal_notes` of a draft's and a record's JSON."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from muniment.api import Actor, PartSubject, Problem, RecordPart, Repository, UnitOfWork
from muniment_internal_notes.notes import InternalNotes


def part(notes: Callable[[], InternalNotes]) -> RecordPart:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        numbers = [subject.record_id for subject in subjects]
        found = notes().of_records(numbers)
        return {number: [note.json for note in found.get(number, ())] for number in numbers}

    def keep(unit: UnitOfWork, record_id: int, sent: Any, actor: Actor) -> list[Problem]:
        return notes().replace(unit, record_id, sent, actor)

    return RecordPart("internal_notes", shown_to="moderators", dump=dump, keep=keep)
