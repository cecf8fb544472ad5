"""What the plugin does on a schedule. It can be cut off anywhere, and goes on from there."""

from __future__ import annotations

from muniment.api import Job, Repository
from muniment_oaipmh.catching_up import CatchingUp
from muniment_oaipmh.failures import Failures


def catching_up(engine: CatchingUp) -> Job:
    def catch_up(repository: Repository) -> str:
        Failures(repository).forget_old()
        return engine.run()

    return Job("oaipmh.catch_up", "*/5 * * * *", catch_up, "Enter records for harvesters that are not entered yet")
