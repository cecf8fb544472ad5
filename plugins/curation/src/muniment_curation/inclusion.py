"""Taking published records into more communities."""

from __future__ import annotations

from typing import Final

from sqlalchemy import delete

from muniment.api import SYSTEM, Actor, Conflict, Gone, InvalidRequest, NotFound, Repository, UnitOfWork
from muniment_communities.api import Community, CommunityService
from muniment_curation.deciding import require_curator
from muniment_curation.events import ChecksDue
from muniment_curation.models import CheckResultRow
from muniment_curation.policies import needs_review, require_submission
from muniment_requests.api import Decided, Party, Request, RequestService

INCLUSION: Final = "community-inclusion"
IN_ALREADY: Final = "The record is in this community already."
RECORD_GONE: Final = "The record was deleted meanwhile."


class Inclusion:
    """Records on their way into more communities."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.communities = CommunityService(repository)
        self.requests = RequestService(repository)

    def ask(self, actor: Actor, number: str, community: str, content: str = "", *, review: bool = False) -> Request:
        """Ask a community to take a record; where its policy lets the actor do so and no `review` is wanted, it is in
        at once and the request is accepted.

        Raises `NotFound`, `PermissionDenied` for whoever does not manage the record, `InvalidRequest` when it is there
        already or cannot be, and `Conflict` when that is asked already.
        """
        parent = self.repository.records.parent_for(actor, number, "manage")
        record = self.repository.records.read(actor, number)
        chosen = self.communities.get(actor, community)
        require_submission(self.communities, actor, chosen, parent.access_record)
        if self._is_in(parent.id, chosen):
            raise InvalidRequest(IN_ALREADY)
        directly = not review and not needs_review(self.communities, actor, chosen)
        with self.repository.database.write() as unit:
            self.communities.locked(unit, chosen.id)
            request = self.requests.create(
                actor,
                INCLUSION,
                receiver=Party("community", chosen.id),
                topic=Party("record", record.id),
                title=str(record.data["metadata"].get("title", ""))[:250],
                description=content,
                unit=unit,
            )
            if directly:
                request = self.requests.record(unit, actor, request.id, "accept")
                self.communities.records.link(unit, actor, parent.id, chosen.id)
            else:
                unit.emit(ChecksDue(record.id))
        if directly:
            self.communities.records.wait(unit)
        return request

    def require_manager(self, actor: Actor, number: str) -> None:
        """Raises `NotFound` and `PermissionDenied` for whoever does not manage the record."""
        self.repository.records.parent_for(actor, number, "manage")

    def _is_in(self, parent_id: int, community: Community) -> bool:
        there = self.communities.records.of_parents([parent_id])[parent_id]
        return any(one.id == community.id for one, _is_default in there)


def accept(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    """Put the record into the community, in one transaction with the decision."""
    communities = CommunityService(repository)
    number = request.topic.id if request.topic is not None else ""
    try:
        repository.records.read(SYSTEM, number)
    except (Gone, NotFound) as error:
        raise Conflict(RECORD_GONE) from error
    parent = repository.records.parent_number_of(number)
    if parent is None:
        raise Conflict(RECORD_GONE)
    with repository.database.write() as unit:
        require_curator(communities, unit, actor, request.receiver.id)
        decided(unit)
        _forget_checks(repository, unit, request)
        communities.records.link(unit, actor, parent, request.receiver.id)
    communities.records.wait(unit)


def decline(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:
    communities = CommunityService(repository)
    with repository.database.write() as unit:
        require_curator(communities, unit, actor, request.receiver.id)
        decided(unit)
        _forget_checks(repository, unit, request)


def close(repository: Repository, actor: Actor, request: Request, decided: Decided) -> None:  # noqa: ARG001
    """It was withdrawn, or nobody decided in time."""
    with repository.database.write() as unit:
        decided(unit)
        _forget_checks(repository, unit, request)


def _forget_checks(repository: Repository, unit: UnitOfWork, request: Request) -> None:
    """What checks in the background found is of use until it is decided."""
    parent = repository.records.parent_number_of(request.topic.id) if request.topic is not None else None
    if parent is not None:
        unit.session.execute(
            delete(CheckResultRow).where(
                CheckResultRow.parent_id == parent, CheckResultRow.community == request.receiver.id
            )
        )
