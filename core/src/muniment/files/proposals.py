"""Files that somebody means to upload: what would be refused, said before any of their bytes travel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from muniment.errors import MunimentError
from muniment.files.names import InvalidName, check_name
from muniment.files.present import Present
from muniment.files.snapshots import FileEntry, FilesSnapshot

if TYPE_CHECKING:
    from uuid import UUID

    from muniment.files.limits import Limits
    from muniment.files.models import Upload


@dataclass(frozen=True)
class Proposal:
    """A file as it is on its owner's disk: its path with folders, and its size in bytes."""

    key: str
    size: int


@dataclass(frozen=True)
class Refusal:
    """Why a file cannot be taken: a plain message, and what pages need to say it in the reader's language."""

    message: str
    reason: str
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Verdict:
    """What would become of a proposed file.

    `key` is the name under which it would be kept. `present` is the file of that name that is there: complete ones
    would have to be deleted first, a pending one can be gone on with, by `upload` if it comes in pieces.
    """

    key: str
    refusal: Refusal | None = None
    present: FileEntry | None = None
    upload: Upload | None = None


def judge(
    proposals: Iterable[Proposal], snapshot: FilesSnapshot, uploads: Mapping[UUID, Upload], limits: Limits
) -> list[Verdict]:
    """One verdict for each proposal, in order; those that are taken count for the limits of those that follow."""
    entries = {entry.key: entry for entry in snapshot.entries}
    sizes = {entry.key: _size(entry) for entry in snapshot.entries}
    present = Present((entry.key, entry.position, sizes[entry.key]) for entry in snapshot.entries)
    found = []
    for proposal in proposals:
        verdict = _judge(proposal, entries, sizes, present, uploads, limits)
        if verdict.refusal is None and verdict.present is None:
            present.add(verdict.key, proposal.size)
        elif verdict.refusal is None:
            present.used += proposal.size - sizes[verdict.key]
            sizes[verdict.key] = proposal.size
        found.append(verdict)
    return found


def _judge(
    proposal: Proposal,
    entries: Mapping[str, FileEntry],
    sizes: Mapping[str, int],
    present: Present,
    uploads: Mapping[UUID, Upload],
    limits: Limits,
) -> Verdict:
    key = proposal.key
    try:
        key = check_name(proposal.key)
        limits.check_type(key)
        here = entries.get(key)
        if here is None:
            present.refuse_taken(key)
            limits.check_count(present.count, 1)
        limits.check_size(key, proposal.size, present.used - sizes.get(key, 0))
    except (InvalidName, MunimentError) as error:
        return Verdict(key, Refusal(str(error), error.reason, error.values))
    return Verdict(key, present=here, upload=uploads.get(here.id) if here is not None else None)


def _size(entry: FileEntry) -> int:
    return entry.size if entry.size is not None else entry.declared_size or 0
