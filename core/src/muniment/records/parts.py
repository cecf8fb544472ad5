"""Record parts: pieces of a record's JSON that a plugin owns, in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.errors import Problem
    from muniment.records.snapshots import DraftSnapshot
    from muniment.repository import Repository


@dataclass(frozen=True)
class PartSubject:
    """A record or draft whose part is to be dumped: its number, its parent's, and what is stored for the part.

    `access_record` and `access_files` are ``public`` or ``restricted``; `parts` holds by path what is stored for every
    part of the same level, so that a plugin can show one value at several paths.
    """

    record_id: int
    parent_id: int
    is_draft: bool
    stored: Any
    access_record: str = "public"
    access_files: str = "public"
    parts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class RecordPart:
    """One path of the record's JSON that a plugin owns.

    `path` is dotted (``ext.datacite``, ``access.embargo``). `level` says whether the value is kept with the version
    or with the parent.

    `load(value, stored)` gets what a client sent (None when it sent nothing) and the stored value, and returns what to
    store (None for nothing) with problems; leave it out for a part that clients cannot write. What `dump` shows, and
    what `load` itself returns, it must take again.
    `dump(repository, subjects)` returns the public value by record number, for many records in one call; a missing
    number leaves the path out. Values that differ between readers do not belong here, since the result is stored.
    A part of the parent with `for_managers` is shown to those only who may manage the record; it is never stored, and
    may hold what nobody else is to know.
    `check(snapshot, actor)` is asked at publishing.
    `on_new_version(stored)` says what a new version starts with, None for nothing; by default a copy.
    """

    path: str
    level: Literal["record", "parent"] = "record"
    dump: Callable[[Repository, Sequence[PartSubject]], Mapping[int, Any]] | None = None
    load: Callable[[Any, Any], tuple[Any, list[Problem]]] | None = None
    check: Callable[[DraftSnapshot, Actor], list[Problem]] | None = None
    on_new_version: Callable[[Any], Any] | None = None
    for_managers: bool = False


def held(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Parts as they are stored: what holds nothing has no entry."""
    return {path: value for path, value in parts.items() if value is not None}
