"""What the JSON of records says of asking for access: `parent.access.settings`, and where it is done."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from muniment.api import PartSubject, RecordLink, RecordPart, Repository
from muniment_access_requests.options import OptionsService

PATH: Final = "access.settings"


def part(options: OptionsService) -> RecordPart:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        found = options.of_parents(sorted({subject.parent_id for subject in subjects}))
        return {
            subject.record_id: found[subject.parent_id].document() for subject in subjects if subject.parent_id in found
        }

    return RecordPart(PATH, level="parent", dump=dump)


def json_links() -> list[RecordLink]:
    return [
        RecordLink("access_request", "/api/records/{id}/access/request", "published"),
        RecordLink("access", "/api/records/{id}/access"),
    ]
