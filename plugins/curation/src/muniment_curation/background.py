"""When checks run in the background: of drafts for a community, and of published records that it is asked to take."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from muniment.api import SYSTEM, EventHandler, Gone, LogEntry, NotFound, Repository, UnitOfWork
from muniment_curation.checking import CheckService
from muniment_curation.events import ChecksDue
from muniment_curation.inclusion import INCLUSION
from muniment_requests.api import Party

_DRAFT_SAVED: Final = "draft.saved"
_PUBLISHED: Final = "record.published"


def handler(service: CheckService) -> EventHandler:
    """Runs checks in the background after a draft was saved, a record was published anew, or somebody asked for it."""

    def run(repository: Repository, entry: LogEntry) -> None:
        saved = entry.payload.get("record_id")
        number = repository.records.numbers.format(saved) if saved else str(entry.payload["number"])
        if entry.name != _PUBLISHED:
            service.run_due(number)
        if entry.name != _DRAFT_SAVED:
            run_due(service, number)

    return EventHandler("curation.checks", (_DRAFT_SAVED, _PUBLISHED, ChecksDue.name), run)


def run_due(service: CheckService, number: str) -> None:
    """Run the checks of all communities that are asked to take a published record."""
    requests, topic = service.reviews.requests, Party("record", number)
    for id in requests.open_about(topic, INCLUSION):
        community = requests.get(SYSTEM, id).receiver.id
        if not (settings := service.in_background(community)):
            continue
        try:
            record = service.repository.records.read(SYSTEM, number)
        except (Gone, NotFound):
            return
        parent = service.repository.records.parent_number_of(number)
        if parent is not None:
            service.run(settings, parent, community, record, _while_open(service, topic, id))


def _while_open(service: CheckService, topic: Party, request: str) -> Callable[[UnitOfWork], bool]:
    return lambda _unit: request in service.reviews.requests.open_about(topic, INCLUSION)
