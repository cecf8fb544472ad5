"""What pages of drafts and records show of communities and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import render_template
from markupsafe import Markup

from muniment.api import SYSTEM, Fragment, the_actor
from muniment_curation.showing import shown, summary

if TYPE_CHECKING:
    from muniment_curation.checking import CheckService
    from muniment_curation.reviews import ReviewService


def fragments(service: ReviewService, checks: CheckService, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    actor = the_actor()
    if not actor.is_authenticated:
        return []
    if slot == "deposit.sidebar":
        form = context["form"]
        if form.is_edit or form.is_new_version:
            return []
        return [_choice(service, form.number), *_checks(service, checks, form.number)]
    record: Any = context.get("record")
    if record is None:
        return []
    if slot == "record.banner" and record.is_draft:
        return _banner(service, record.id)
    if slot == "record.sidebar.top" and not record.is_draft:
        if not service.repository.records.may(actor, record.id, "manage"):
            return []
        return [Fragment(Markup(render_template("curation/include-link.html", number=record.id)), 60)]
    return []


def _choice(service: ReviewService, number: str) -> Fragment:
    review = service.of_draft(number) if number else None
    community = service.communities.named([review.community]).get(review.community) if review is not None else None
    values = {"number": number, "review": review if community is not None else None, "community": community}
    return Fragment(Markup(render_template("curation/choice.html", **values)), 10)


def _checks(service: ReviewService, checks: CheckService, number: str) -> list[Fragment]:
    """What the checks of the chosen community say about the draft as it is stored."""
    review = service.of_draft(number) if number else None
    community = service.communities.named([review.community]).get(review.community) if review is not None else None
    if community is None:
        return []
    outcomes = shown(checks.of_item(community.id, service.repository.records.read_draft(SYSTEM, number)), "")
    if not outcomes:
        return []
    values = {"outcomes": outcomes, "line": summary(outcomes), "community": community, "number": number}
    return [Fragment(Markup(render_template("curation/checks-card.html", **values)), 12)]


def _banner(service: ReviewService, number: str) -> list[Fragment]:
    review = service.of_draft(number)
    if review is None or not review.is_open:
        return []
    community = service.communities.named([review.community]).get(review.community)
    if community is None:
        return []
    return [Fragment(Markup(render_template("curation/banner.html", review=review, community=community)), 20)]
