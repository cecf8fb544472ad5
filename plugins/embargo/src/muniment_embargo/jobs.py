"""The job that lifts: at the first minute of each day, and every ten minutes for what was missed."""

from __future__ import annotations

from typing import Final

from muniment.api import Job, Repository
from muniment_embargo.service import EmbargoService

#: In the site's time zone, so that the first run of a day is at its beginning wherever the site is. Those after it find
#: what could not be lifted then, and what was brought back from deletion.
SCHEDULE: Final = "*/10 * * * *"


def lifting(service: EmbargoService) -> Job:
    def lift(_repository: Repository) -> str:
        return f"{service.lift_due()} lifted"

    return Job("embargo.lift", SCHEDULE, lift, "Open files whose embargo ends")
