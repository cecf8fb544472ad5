"""Whom a request concerns: those who are told when something happens to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from sqlalchemy import select

from muniment_requests.models import Entry, RequestRow
from muniment_requests.request import COMMENT, CREATOR, RECEIVER, REVIEWER, Request

if TYPE_CHECKING:
    from muniment.api import Repository
    from muniment_requests.declared import Declared

#: The part of somebody who only has said something.
SPEAKER = "speaker"


def concerned(
    repository: Repository, declared: Declared, number: int
) -> tuple[Request, Mapping[int, frozenset[str]]] | None:
    """A request by its number, and the accounts that it concerns with their parts in it: creator, receiver,
    reviewer, speaker.

    Nobody but its creator while it is not submitted; None when it is gone.
    """
    with repository.database.read() as session:
        row = session.get(RequestRow, number)
        if row is None:
            return None
        request = Request.of(row)
        speakers = select(Entry.subject).distinct().where(Entry.request == number, Entry.kind == COMMENT)
        spoke = {one for one in session.execute(speakers).scalars() if one is not None}
    found: dict[int, set[str]] = {}
    kinds = declared.kinds
    parties = [(CREATOR, request.creator, kinds.get(request.creator.kind))]
    if request.status != "created":
        parties.append((RECEIVER, request.receiver, declared.deciders(request.type, request.receiver)))
        parties += [(REVIEWER, one, kinds.get(one.kind)) for one in request.reviewers]
    for part, party, kind in parties:
        for subject in set(kind.people(repository, party.id)) if kind is not None else ():
            found.setdefault(subject, set()).add(part)
    for subject in spoke:
        found.setdefault(subject, {SPEAKER})
    return request, {subject: frozenset(parts) for subject, parts in found.items()}
