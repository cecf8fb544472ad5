"""Running the checks of a community on what is brought to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import structlog
from sqlalchemy import delete, select

from muniment.api import (
    SYSTEM,
    Actor,
    DraftSnapshot,
    NotFound,
    PermissionDenied,
    PluginFailure,
    Problem,
    RecordItem,
    Repository,
    UnitOfWork,
    attempt,
)
from muniment_communities.api import Community, CommunityService
from muniment_curation.check_settings import CheckSetting, CheckSettings
from muniment_curation.checks import ERROR, CheckSubject, Finding
from muniment_curation.events import ChecksDue
from muniment_curation.models import CheckResultRow, ReviewRow
from muniment_curation.reviews import Review, ReviewService, mark

log = structlog.get_logger(__name__)
#: What becomes of a check: it ran, it will be run by the worker, it could not be run.
DONE, PENDING, FAILED = "done", "pending", "failed"


@dataclass(frozen=True)
class Outcome:
    """What a check says. `checked` is the moment of one that ran in the background."""

    setting: CheckSetting
    status: str
    findings: tuple[Finding, ...] = ()
    checked: datetime | None = None

    @property
    def passed(self) -> bool:
        return self.status == DONE and not self.findings

    @property
    def blocks(self) -> bool:
        """Whether it stands against submitting; never what could not be run."""
        return bool(self.findings) and self.setting.level == ERROR and self.status == DONE


class CheckService:
    """Runs checks of one repository. Nothing here opens a transaction while a check runs."""

    def __init__(self, repository: Repository, reviews: ReviewService) -> None:
        self.repository = repository
        self.database = repository.database
        self.reviews = reviews
        self.settings = CheckSettings(repository)

    @cached_property
    def communities(self) -> CommunityService:
        return CommunityService(self.repository)

    def problems(self, draft: DraftSnapshot, actor: Actor, stage: str) -> list[Problem]:
        """What the checks say to `check_draft`. While saving all is a warning; whoever accepts a draft decides
        themselves."""
        if not draft.number or draft.published or mark(draft.parent_id) in actor.labels:
            return []
        review = self.reviews.of_draft(draft.number)
        if review is None:
            return []
        files = tuple(entry.key for entry in draft.files.completed)
        outcomes = self.outcomes(review.community, review.parent_id, draft.number, draft.data, files)
        return [
            Problem(
                finding.field,
                finding.text,
                finding.code,
                "error" if outcome.blocks and stage == "publish" else "warning",
            )
            for outcome in outcomes
            for finding in outcome.findings
        ]

    def of_item(self, community: str, item: RecordItem) -> list[Outcome]:
        """What the checks of a community say about a draft or record as its services give it."""
        parent = self.repository.records.parent_number_of(item.id)
        files = tuple((item.data.get("files") or {}).get("entries") or {})
        return self.outcomes(community, parent or 0, item.id, item.data, files)

    def outcomes(
        self, community: str, parent: int, number: str, data: Mapping[str, Any], files: Sequence[str]
    ) -> list[Outcome]:
        """At most two statements, and what the checks themselves read."""
        settings = self.settings.active(community)
        stored = self._stored(parent, community) if any(one.check.background for one in settings) else {}
        found = []
        for setting in settings:
            subject = CheckSubject(number, data, tuple(files), setting.parameters, self.repository)
            found.append(
                _kept(setting, subject, stored.get(setting.check.id))
                if setting.check.background
                else _ran(setting, subject)
            )
        return found

    def of_draft(self, actor: Actor, number: str) -> tuple[Review, Community, list[Outcome]]:
        """The checks of a draft, for whoever manages it and for the curators that review it. Raises `NotFound` and
        `PermissionDenied`."""
        review, community = self._allowed(actor, number)
        draft = self.repository.records.read_draft(SYSTEM, number)
        return review, community, self.of_item(community.id, draft)

    def again(self, actor: Actor, number: str) -> None:
        """Have what runs in the background be run anew; raises as `of_draft`."""
        review, community = self._allowed(actor, number)
        with self.database.write() as unit:
            unit.session.execute(
                delete(CheckResultRow).where(
                    CheckResultRow.parent_id == review.parent_id, CheckResultRow.community == community.id
                )
            )
            unit.emit(ChecksDue(review.number))

    def run_due(self, number: str) -> None:
        """Run those in the background whose result is not of what the draft says now."""
        review = self.reviews.of_draft(number)
        if review is None:
            return
        if not (settings := self.in_background(review.community)):
            return
        try:
            draft = self.repository.records.read_draft(SYSTEM, number)
        except NotFound:
            return
        parent = review.parent_id
        self.run(
            settings, parent, review.community, draft, lambda unit: unit.session.get(ReviewRow, parent) is not None
        )

    def in_background(self, community: str) -> list[CheckSetting]:
        """The checks of a community that the worker runs."""
        return [one for one in self.settings.active(community) if one.check.background]

    def run(
        self,
        settings: Sequence[CheckSetting],
        parent: int,
        community: str,
        item: RecordItem,
        still: Callable[[UnitOfWork], bool],
    ) -> None:
        """Run checks whose result is not of what the draft or record says now, and keep what they find while it is
        wanted: `still` tells that it is neither decided nor gone since."""
        files = tuple((item.data.get("files") or {}).get("entries") or {})
        stored = self._stored(parent, community)
        for setting in settings:
            subject = CheckSubject(item.id, item.data, files, setting.parameters, self.repository)
            if _kept(setting, subject, stored.get(setting.check.id)).status != PENDING:
                continue
            outcome = _ran(setting, subject)
            with self.database.write() as unit:
                if not still(unit):
                    return
                unit.session.merge(_row(parent, community, setting, subject, outcome, unit))

    def _stored(self, parent: int, community: str) -> dict[str, CheckResultRow]:
        statement = select(CheckResultRow).where(
            CheckResultRow.parent_id == parent, CheckResultRow.community == community
        )
        with self.database.read() as session:
            rows = {row.check_id: row for row in session.execute(statement).scalars()}
            session.expunge_all()
            return rows

    def _allowed(self, actor: Actor, number: str) -> tuple[Review, Community]:
        review = self.reviews.of_draft(number)
        community = self.communities.named([review.community]).get(review.community) if review is not None else None
        if review is None or community is None:
            raise NotFound()
        if review.is_open and self.communities.can(actor, community, "curate"):
            return review, community
        self.repository.records.read_draft(actor, number)
        if not self.repository.records.may(actor, number, "manage"):
            raise PermissionDenied()
        return review, community


def _ran(setting: CheckSetting, subject: CheckSubject) -> Outcome:
    """What a check of whichever plugin does wrong must not keep anybody from submitting."""
    try:
        return Outcome(setting, DONE, attempt(setting.check.id, "run", lambda: _findings(setting, subject)))
    except PluginFailure as failure:
        log.warning("curation.check_failed", check=setting.check.id, exc_info=failure)
        return Outcome(setting, FAILED)


def _findings(setting: CheckSetting, subject: CheckSubject) -> tuple[Finding, ...]:
    findings = tuple(setting.check.run(subject))
    if not all(isinstance(finding, Finding) for finding in findings):
        raise TypeError("a check finds `Finding`s")
    for finding in findings:
        str(finding.english)  # a message whose values are missing fails here, not in a page
    return findings


def _row(
    parent: int, community: str, setting: CheckSetting, subject: CheckSubject, outcome: Outcome, unit: UnitOfWork
) -> CheckResultRow:
    return CheckResultRow(
        parent_id=parent,
        community=community,
        check_id=setting.check.id,
        mark=_mark(setting, subject),
        failed=outcome.status == FAILED,
        findings=[finding.json for finding in outcome.findings],
        checked=unit.now,
    )


def _mark(setting: CheckSetting, subject: CheckSubject) -> str:
    try:
        return attempt(setting.check.id, "looks_at", lambda: setting.check.mark(subject))
    except PluginFailure as failure:
        log.warning("curation.check_failed", check=setting.check.id, exc_info=failure)
        return ""


def _kept(setting: CheckSetting, subject: CheckSubject, row: CheckResultRow | None) -> Outcome:
    """What a check in the background found, as long as it is about what is there now."""
    if row is None or row.mark != _mark(setting, subject):
        return Outcome(setting, PENDING)
    findings = tuple(
        Finding(str(one["message"]), str(one["field"]), one["values"], str(one["code"])) for one in row.findings
    )
    return Outcome(setting, FAILED if row.failed else DONE, findings, row.checked)
