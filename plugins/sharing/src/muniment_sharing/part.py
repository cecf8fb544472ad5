"""What managers of a record read of sharing in its JSON: `parent.access.grants` and `parent.access.links`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muniment.api import PartSubject, RecordLink, RecordPart, Repository
from muniment_sharing.service import SharingService


def parts(service: SharingService) -> list[RecordPart]:
    return [
        RecordPart("access.grants", level="parent", shown_to="managers", dump=_dumped(service.grants.of_parents)),
        RecordPart("access.links", level="parent", shown_to="managers", dump=_dumped(service.links.of_parents)),
    ]


def _dumped(
    read: Callable[[Sequence[int]], Mapping[int, list[dict[str, Any]]]],
) -> Callable[[Repository, Sequence[PartSubject]], Mapping[int, Any]]:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        found = read(sorted({subject.parent_id for subject in subjects}))
        return {subject.record_id: found[subject.parent_id] for subject in subjects}

    return dump


def json_links() -> list[RecordLink]:
    """InvenioRDM's names of where these are given and taken away."""
    names = ("links", "grants", "users", "groups")
    return [RecordLink(f"access_{name}", f"/api/records/{{id}}/access/{name}") for name in names]
