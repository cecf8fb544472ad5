"""What the plugin does on a schedule and when records go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.api import EventHandler, Job, LogEntry, Repository
from muniment_requests.ending import expire_due, remind_due
from muniment_requests.parties import Party

if TYPE_CHECKING:
    from muniment_requests.service import RequestService


def expiring(requests: RequestService) -> Job:
    """Closes requests whose time is over, also those whose time ended while the site was down."""

    def run(_repository: Repository) -> str:
        return f"{expire_due(requests)} expired, {remind_due(requests)} soon"

    return Job("requests.expire", "3 0 * * *", run, "Close requests whose time is over")


def following(requests: RequestService) -> EventHandler:
    """Closes what is asked about a record that is gone."""

    def follow(repository: Repository, entry: LogEntry) -> None:
        requests.close_about(Party("record", repository.records.numbers.format(entry.payload["record_id"])))

    return EventHandler("requests.records", ("record.deleted",), follow)
