"""Record parts: pieces of a record's JSON that a plugin owns, in and out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, get_args

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.db.unit_of_work import UnitOfWork
    from muniment.errors import Problem
    from muniment.records.snapshots import DraftSnapshot
    from muniment.repository import Repository


#: Who sees a part: every reader of the record, whoever may manage it, or moderators.
Audience = Literal["everybody", "managers", "moderators"]
AUDIENCES: Final[tuple[Audience, ...]] = get_args(Audience)


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
    A part that is `shown_to` managers or moderators only is never stored with what everybody reads, and may hold what
    nobody else is to know.
    `keep(unit, record_id, sent, actor)` is for what the plugin has in tables of its own, in place of `load`: it is
    called when a draft is created or saved, inside its transaction, and returns problems, which are told to the actor
    and not stored; what it raises undoes the save. It is not called when a client sent nothing, nor for an actor who
    does not see the part.
    `check(snapshot, actor)` is asked at publishing.
    `on_new_version(stored)` says what a new version starts with, None for nothing; by default a copy.
    """

    path: str
    level: Literal["record", "parent"] = "record"
    dump: Callable[[Repository, Sequence[PartSubject]], Mapping[int, Any]] | None = None
    load: Callable[[Any, Any], tuple[Any, list[Problem]]] | None = None
    check: Callable[[DraftSnapshot, Actor], list[Problem]] | None = None
    on_new_version: Callable[[Any], Any] | None = None
    shown_to: Audience = "everybody"
    keep: Callable[[UnitOfWork, int, Any, Actor], list[Problem]] | None = None


def held(parts: Mapping[str, Any]) -> dict[str, Any]:
    """Parts as they are stored: what holds nothing has no entry."""
    return {path: value for path, value in parts.items() if value is not None}
