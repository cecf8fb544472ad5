"""Uploads that begin at a community: its page leads to the form, the form says for which one the draft is, and what is
chosen there holds as soon as the draft is saved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

from flask import current_app, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from muniment.api import Actor, FormEffect, Gone, MunimentError, NotFound
from muniment_communities.api import Community, CommunityAction
from muniment_curation.messages import worded
from muniment_curation.policies import require_submission

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService

#: The control of the form, and the argument of the address that it begins with.
FIELD: Final = "community"


def actions(service: ReviewService, community: Community, actor: Actor) -> list[CommunityAction]:
    """The button on a community's page, for those who may submit there."""
    if actor.subject is None or "deposit.new" not in current_app.view_functions:
        return []
    if refusal(service, actor, community.id, ""):
        return []
    return [CommunityAction(lazy_gettext("New upload"), url_for("deposit.new", community=community.slug))]


def wanted() -> str | None:
    """The community that the address or the form of this request names: an id, a slug, "" for none; None when it says
    nothing of it."""
    named = request.form.get(FIELD, request.args.get(FIELD))
    return None if named is None else _cleaned(named)


def _cleaned(named: str) -> str:
    return named.replace("\x00", "").strip()[:100]


def community_for(service: ReviewService, actor: Actor, name: str) -> Community | None:
    """The community, where there is one that the actor may know of."""
    try:
        return service.communities.get(actor, name)
    except (NotFound, Gone):
        return None


def refusal(service: ReviewService, actor: Actor, name: str, access: str) -> str:
    """Why a draft cannot be for a community, in the reader's language; "" when it can. `access` is the visibility of
    the record, "" where that is not known yet."""
    community = community_for(service, actor, name)
    if community is None:
        return str(_("There is no community at the address “%(slug)s”.", slug=name))
    try:
        require_submission(service.communities, actor, community, access)
    except MunimentError as error:
        return worded(error.message)
    return ""


def after_saving(
    service: ReviewService, actor: Actor, number: str, form: Mapping[str, Sequence[str]]
) -> list[FormEffect]:
    """What the form says of the community is done once its draft is there. A refusal loses nothing of the draft: the
    page that follows, or the line of the form that says when it was saved, tells it."""
    if FIELD not in form:
        return []
    name = _cleaned(form[FIELD][0])
    problem = _carry_out(service, actor, number, name)
    if problem:
        return [FormEffect(_("Saved, but for no community. %(reason)s", reason=problem), {FIELD: name})]
    return [FormEffect()] if name else []


def _carry_out(service: ReviewService, actor: Actor, number: str, name: str) -> str:
    """Have the draft be for the community, or for none. Returns why not, in words."""
    review = service.of_draft(number)
    try:
        if not name:
            if review is not None:
                service.drop(actor, number)
            return ""
        community = community_for(service, actor, name)
        if community is None:
            return refusal(service, actor, name, "")
        if review is None or review.community != community.id:
            service.choose(actor, number, community.id)
    except MunimentError as error:
        return worded(error.message)
    return ""
