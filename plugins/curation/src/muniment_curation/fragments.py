"""What pages of drafts and records show of communities and reviews."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import render_template, request
from markupsafe import Markup

from muniment.api import SYSTEM, Actor, Fragment, the_actor
from muniment_communities.api import Community
from muniment_curation import starting
from muniment_curation.choosing import choices
from muniment_curation.showing import shown, summary

if TYPE_CHECKING:
    from muniment_curation.checking import CheckService
    from muniment_curation.reviews import Review, ReviewService


def fragments(service: ReviewService, checks: CheckService, slot: str, context: Mapping[str, Any]) -> list[Fragment]:
    actor = the_actor()
    if not actor.is_authenticated:
        return []
    if slot in ("deposit.top", "deposit.sidebar"):
        form = context["form"]
        if form.is_edit or form.is_new_version:
            return []
        if slot == "deposit.top":
            return _top(service, actor, form)
        return [*_side(service, actor, form), *_checks(service, checks, form.number)]
    record: Any = context.get("record")
    if record is None:
        return []
    if slot == "record.banner" and record.is_draft:
        return _banner(service, record.id)
    if slot == "record.actions" and not record.is_draft:
        if not service.repository.records.may(actor, record.id, "manage"):
            return []
        return [Fragment(Markup(render_template("curation/include-link.html", number=record.id)), 60)]
    return []


def _top(service: ReviewService, actor: Actor, form: Any) -> list[Fragment]:
    """Above the form: the community that the draft is for, or will be for."""
    name = starting.wanted()
    if name is not None and (not form.number or starting.FIELD in request.form):
        return _started(service, actor, form, name)
    review, community = _chosen(service, form.number)
    if community is None:
        return _refused(service, actor, form, name) if name else []
    values = {"number": form.number, "review": review, "community": community}
    return [Fragment(Markup(render_template("curation/choice.html", **values)), 10)]


def _side(service: ReviewService, actor: Actor, form: Any) -> list[Fragment]:
    """Beside the form: the way to a community, while there is none."""
    name = starting.wanted()
    if starting.FIELD in request.form or (name and not form.number and starting.community_for(service, actor, name)):
        return []
    if _chosen(service, form.number)[1] is not None:
        return []
    return [Fragment(Markup(render_template("curation/choice.html", number=form.number)), 10)]


def _chosen(service: ReviewService, number: str) -> tuple[Review | None, Community | None]:
    review = service.of_draft(number) if number else None
    if review is None:
        return None, None
    return review, service.communities.named([review.community]).get(review.community)


def _started(service: ReviewService, actor: Actor, form: Any, name: str) -> list[Fragment]:
    """The choice in a form whose draft is not there yet, or was made by this form."""
    access = str((form.saved.get("access") or {}).get("record", ""))
    community = starting.community_for(service, actor, name) if name else None
    problem = starting.refusal(service, actor, name, access) if name else ""
    found = choices(service, actor, "") if community is not None or starting.FIELD in request.form else []
    options = [(one.community.id, one.community.title) for one in found]
    if community is not None and not problem and community.id not in dict(options):
        options.insert(0, (community.id, community.title))
    values = {
        "problem": problem,
        "options": options,
        "community": community if not problem else None,
        "number": form.number,
    }
    return [Fragment(Markup(render_template("curation/started.html", **values)), 10)]


def _refused(service: ReviewService, actor: Actor, form: Any, name: str) -> list[Fragment]:
    """Why a draft that was saved is not for the community that its form named."""
    problem = starting.refusal(service, actor, name, str(form.saved["access"]["record"]))
    if not problem:
        return []
    values = {"problem": problem, "options": [], "community": None, "number": form.number}
    return [Fragment(Markup(render_template("curation/started.html", **values)), 10)]


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
