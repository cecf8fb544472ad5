"""Drafts on their way into a community: choosing it, submitting, publishing. Every way in goes through here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from muniment.api import (
    Actor,
    Conflict,
    InvalidRequest,
    NotFound,
    PermissionDenied,
    RecordItem,
    Repository,
    UnitOfWork,
    ValidationFailed,
    labels_given,
)
from muniment_communities.api import Community, CommunityService
from muniment_curation.events import ChecksDue
from muniment_curation.models import CheckResultRow, ReviewRow
from muniment_curation.policies import needs_review, require_submission
from muniment_requests.api import Party, Request, RequestService

SUBMISSION: Final = "community-submission"
NO_REVIEW: Final = "No community is chosen for this draft."
UNDER_REVIEW: Final = "The draft is under review; withdraw the request first."
CHANGED: Final = "The review has changed meanwhile; load the page again."
PUBLISHED: Final = "The record is published already; ask the community to include it."


@dataclass(frozen=True)
class Review:
    """The community that a draft is for. `request` is the id of the request, `seen` what reviewers declined last."""

    parent_id: int
    number: str
    community: str
    request: str
    is_open: bool
    seen: Mapping[str, Any] | None

    @classmethod
    def of(cls, row: ReviewRow) -> Review:
        return cls(row.parent_id, row.number, row.community, row.request, row.is_open, row.seen)


class ReviewService:
    """The reviews of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    @cached_property
    def requests(self) -> RequestService:
        return RequestService(self.repository)

    @cached_property
    def communities(self) -> CommunityService:
        return CommunityService(self.repository)

    def of_draft(self, number: str) -> Review | None:
        """The review of a draft by its number, whoever asks; one statement."""
        return self._find(ReviewRow.number == number)

    def of_parents(self, parent_ids: Sequence[int]) -> list[Review]:
        """The reviews of the drafts of these works; one statement."""
        with self.database.read() as session:
            rows = session.scalars(select(ReviewRow).where(ReviewRow.parent_id.in_(parent_ids)))
            return [Review.of(row) for row in rows]

    def of_request(self, request: str) -> Review | None:
        return self._find(ReviewRow.request == request)

    def _find(self, condition: Any) -> Review | None:
        with self.database.read() as session:
            row = session.execute(select(ReviewRow).where(condition)).scalar_one_or_none()
            return Review.of(row) if row is not None else None

    def get(self, actor: Actor, number: str) -> tuple[Review, Request]:
        """The review of a draft and its request, for those who see the draft; raises `NotFound`."""
        draft = self.repository.records.read_draft(actor, number)
        review = self.of_draft(draft.id)
        if review is None:
            raise NotFound(NO_REVIEW)
        return review, self.requests.get(actor, review.request)

    def choose(self, actor: Actor, number: str, community: str) -> Request:
        """Say for which community a draft is; nobody there learns of it before it is submitted.

        Raises `PermissionDenied`, `NotFound` for a community that the actor may not know of, and `InvalidRequest` when
        the draft is under review, is published, or cannot be there; `Conflict` when it was chosen at the same moment.
        """
        draft = self._own(actor, number)
        parent = self._parent(draft)
        chosen = self.communities.get(actor, community)
        require_submission(self.communities, actor, chosen, str(draft.data["access"]["record"]))
        present = self.of_draft(draft.id)
        if present is not None and present.is_open:
            raise InvalidRequest(UNDER_REVIEW)
        seen = dict(present.seen) if present is not None and present.seen and present.community == chosen.id else None
        try:
            with self.database.write() as unit:
                if present is not None:
                    self._drop(unit, present)
                request = self._ask(unit, actor, draft, chosen, present.request if present is not None else "")
                unit.session.add(
                    ReviewRow(
                        parent_id=parent,
                        number=draft.id,
                        community=chosen.id,
                        request=request.id,
                        is_open=False,
                        subject=actor.subject,
                        seen=seen,
                    )
                )
                unit.session.flush()
                self.show_state(unit, parent)
                unit.emit(ChecksDue(draft.id))
        except IntegrityError as error:  # the same form sent twice, at once
            raise Conflict(CHANGED) from error
        return request

    def drop(self, actor: Actor, number: str) -> None:
        """Have a draft be for no community. Raises `NotFound`, and `InvalidRequest` while it is under review."""
        draft = self._own(actor, number)
        present = self.of_draft(draft.id)
        if present is None:
            raise NotFound(NO_REVIEW)
        if present.is_open:
            raise InvalidRequest(UNDER_REVIEW)
        with self.database.write() as unit:
            self._drop(unit, present)
            self.show_state(unit, present.parent_id)

    def show_state(self, unit: UnitOfWork, *parent_ids: int) -> None:
        """Have searches find drafts by the state in which their reviews are after this transaction."""
        self.repository.records.renew_drafts(unit, parent_ids)

    def goes_directly(self, actor: Actor, review: Review) -> bool:
        """Whether the actor publishes in the chosen community without anybody looking at it."""
        community = self.communities.named([review.community]).get(review.community)
        return community is not None and not needs_review(self.communities, actor, community)

    def submit(
        self, actor: Actor, number: str, revision: int | None = None, content: str = "", *, review_wanted: bool = False
    ) -> Request:
        """Submit a draft for review, or publish it where the policy of the community lets the actor do so and no review
        is wanted all the same.

        Raises what publishing raises for a draft that lacks something, `NotFound` without a chosen community, and
        `InvalidRequest` while it is under review.
        """
        draft = self._own(actor, number)
        review = self.of_draft(draft.id)
        if review is None:
            raise NotFound(NO_REVIEW)
        if review.is_open:
            raise InvalidRequest(UNDER_REVIEW)
        community = self.check_submission(actor, review)
        request = self.requests.get(actor, review.request)
        if request.status != "created":  # it was declined or withdrawn: this is a new one
            request = self.choose(actor, draft.id, community.id)
        if review_wanted or needs_review(self.communities, actor, community):
            return self.requests.act(actor, request.id, "submit", content)

        def within(unit: UnitOfWork) -> None:
            self.communities.locked(unit, community.id)
            self.requests.record(unit, actor, request.id, "submit", content)
            self.requests.record(unit, actor, request.id, "accept")
            self.include(unit, actor, review.parent_id, community.id)

        self.repository.records.publish(self.acting(actor, review), draft.id, revision, within=within)
        return self.requests.get(actor, request.id)

    def check_submission(self, actor: Actor, review: Review) -> Community:
        """What has to hold before a draft is submitted; returns its community. Raises as `submit`."""
        draft = self._own(actor, review.number)
        community = self.communities.get(actor, review.community)
        require_submission(self.communities, actor, community, str(draft.data["access"]["record"]))
        self._refuse_unfinished(actor, draft)
        return community

    def include(self, unit: UnitOfWork, actor: Actor, parent_id: int, community: str) -> None:
        """Put a record into a community, and forget that its draft was on the way there."""
        self.communities.records.link(unit, actor, parent_id, community)
        unit.session.execute(delete(ReviewRow).where(ReviewRow.parent_id == parent_id))
        _forget_checks(unit, parent_id)

    def acting(self, actor: Actor, review: Review) -> Actor:
        """The actor with what reviewers may do with the draft, publishing included."""
        labels = labels_given(review.parent_id, "edit", listed=False)
        return replace(actor, labels=actor.labels | labels | {mark(review.parent_id)})

    def _own(self, actor: Actor, number: str) -> RecordItem:
        draft = self.repository.records.read_draft(actor, number)
        if draft.data.get("is_published"):
            raise InvalidRequest(PUBLISHED)
        if not self.repository.records.may(actor, draft.id, "manage"):
            raise PermissionDenied()
        return draft

    def _parent(self, draft: RecordItem) -> int:
        parent = self.repository.records.parent_number_of(draft.id)
        if parent is None:
            raise NotFound()
        return parent

    def _refuse_unfinished(self, actor: Actor, draft: RecordItem) -> None:
        problems = [*draft.problems, *self.repository.records.what_is_missing(actor, draft.id)]
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise ValidationFailed(errors=errors)

    def _ask(self, unit: UnitOfWork, actor: Actor, draft: RecordItem, community: Community, before: str) -> Request:
        return self.requests.create(
            actor,
            SUBMISSION,
            receiver=Party("community", community.id),
            topic=Party("record", draft.id),
            title=str(draft.data["metadata"].get("title", ""))[:250],
            payload={"previous": before} if before else {},
            submit=False,
            unit=unit,
        )

    def _drop(self, unit: UnitOfWork, review: Review) -> None:
        row = unit.session.get(ReviewRow, review.parent_id, with_for_update=True, populate_existing=True)
        if row is None or row.is_open or row.request != review.request:
            raise Conflict(CHANGED)
        unit.session.execute(delete(ReviewRow).where(ReviewRow.parent_id == review.parent_id))
        _forget_checks(unit, review.parent_id)
        self.requests.forget_unsent(unit, review.request)


def _forget_checks(unit: UnitOfWork, parent_id: int) -> None:
    """What checks found of a draft is of no use once it is published, or for no community any more."""
    unit.session.execute(delete(CheckResultRow).where(CheckResultRow.parent_id == parent_id))


def mark(parent_id: int) -> str:
    """The label of whoever publishes a draft by accepting it."""
    return f"curation:{parent_id}:accepts"
