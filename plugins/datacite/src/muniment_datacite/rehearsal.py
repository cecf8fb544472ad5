"""Rehearsals: in test mode the stand-in can be away, busy or broken, so that operators see what happens then."""

from __future__ import annotations

from typing import Final

from muniment.api import SYSTEM, Actor, InvalidRequest, Repository
from muniment_datacite.models import Rehearsal

#: What can be played; "" is a good day.
PLAYS: Final = ("", "away", "broken", "busy", "nonsense", "refusing")
_ROW: Final = 1


def what_plays(repository: Repository) -> str:
    """What the stand-in plays now, one of `PLAYS`."""
    with repository.database.read() as session:
        row = session.get(Rehearsal, _ROW)
        return row.plays if row is not None else ""


def play(repository: Repository, plays: str, actor: Actor = SYSTEM) -> None:
    """Let the stand-in play this from now on. Raises `InvalidRequest` for what it cannot."""
    if plays not in PLAYS:
        raise InvalidRequest(f"'{plays}' cannot be rehearsed; possible: {', '.join(filter(None, PLAYS))}.")
    with repository.database.write() as unit:
        row = unit.session.get(Rehearsal, _ROW)
        if row is not None:
            unit.session.delete(row)
            unit.session.flush()
        if plays:
            unit.session.add(Rehearsal(id=_ROW, plays=plays, since=unit.now))
        unit.audit("datacite.rehearsed", "datacite", actor, plays=plays or "nothing")
