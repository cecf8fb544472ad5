"""Brings the database in line with the file of a vocabulary. Loading again changes only what has changed.

Terms that have left the file stay, since records may name them. Terms that an administrator has changed stay as
they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Row

from muniment.vocabularies.storing import CONTENT, DERIVED, TermWriter, term_columns
from muniment.vocabularies.term import TermContent


@dataclass(frozen=True)
class LoadReport:
    """What loading one vocabulary did, in numbers of terms.

    `edited` are in the file but were left alone, because an administrator has changed them; `left` are in the
    database only. `skipped` tells that the file is the one that was loaded last, so that nothing was compared.
    """

    vocabulary: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    edited: int = 0
    left: int = 0
    skipped: bool = False

    @property
    def total(self) -> int:
        """The terms of the vocabulary after loading."""
        return self.added + self.changed + self.unchanged + self.edited + self.left


@dataclass
class _Plan:
    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    moved: list[dict[str, Any]] = field(default_factory=list)
    unchanged: int = 0
    edited: int = 0


def load_terms(writer: TermWriter, contents: Sequence[TermContent], digest: str) -> LoadReport:
    """Write the terms of a file within the writer's unit of work."""
    existing = writer.existing()
    plan = _plan(contents, existing)
    writer.add(plan.added)
    stamp = {"updated": writer.unit.now}
    writer.change([{**row, **stamp, "revision": existing[row["id"]].revision + 1} for row in plan.changed])
    writer.change(plan.moved)
    writer.finish(digest)
    return LoadReport(
        vocabulary=writer.vocabulary,
        added=len(plan.added),
        changed=len(plan.changed),
        unchanged=plan.unchanged,
        edited=plan.edited,
        left=len(existing.keys() - {content.id for content in contents}),
    )


def _plan(contents: Sequence[TermContent], existing: dict[str, Row[Any]]) -> _Plan:
    plan = _Plan()
    for position, content in enumerate(contents):
        row = {**term_columns(content), "position": position}
        known = existing.get(content.id)
        if known is None:
            plan.added.append({**row, "edited": False})
        elif known.edited:
            plan.edited += 1
        elif any(getattr(known, name) != row[name] for name in CONTENT):
            plan.changed.append(row)
        else:
            plan.unchanged += 1
            if any(getattr(known, name) != row[name] for name in DERIVED):
                plan.moved.append({name: row[name] for name in ("id", *DERIVED)})
    return plan
