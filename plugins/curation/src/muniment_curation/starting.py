"""Uploads that begin at a community: its page leads to the form, the form says for which one the draft is, and what is
chosen there holds as soon as the draft is saved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from flask import Response, current_app, g, json, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from muniment.api import Actor, Gone, MunimentError, NotFound, the_actor
from muniment_communities.api import Community, CommunityAction
from muniment_curation.messages import worded
from muniment_curation.policies import require_submission

if TYPE_CHECKING:
    from muniment_curation.reviews import ReviewService

#: The control of the form, and the argument of the address that it begins with.
FIELD: Final = "community"
_SAVING: Final = frozenset(
    {
        "deposit.create",
        "deposit.save",
        "deposit_autosave.create",
        "deposit_autosave.save",
        "deposit_files.begin",
        "deposit_files.act",
    }
)
_FORM_KEY: Final = re.compile(r"[A-Za-z0-9_-]{8,40}", re.ASCII)


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
    return None if named is None else named.replace("\x00", "").strip()[:100]


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


def shown(form: Any) -> None:
    """Remember that this request has come as far as showing its form again."""
    g.curation_form = form.number


def after_saving(service: ReviewService, answer: Response) -> Response:
    """What the form says of the community is done once the form's draft is there. Asked after every request.

    A refusal loses nothing of the draft: the page that follows, or the line of the form that says when it was saved,
    tells it.
    """
    if request.endpoint not in _SAVING or answer.status_code not in (200, 303, 422) or FIELD not in request.form:
        return answer
    number, name = _saved(service, answer), wanted() or ""
    if not number:
        return answer
    problem = _carry_out(service, number, name)
    if answer.is_json:
        _tell(answer, problem, chosen=bool(name))
    elif problem and answer.status_code == 303:
        answer.location = f"/uploads/{number}?saved=1&{FIELD}={quote(name, safe='')}"
    return answer


def _saved(service: ReviewService, answer: Response) -> str:
    """The number of the draft that the form of this request has made and saved; "" when it was not saved."""
    actor, key = the_actor(), request.form.get("form_key", "")
    if actor.subject is None or not _FORM_KEY.fullmatch(key):
        return ""
    made = service.repository.records.made_by_form(actor, key)
    if made is None or made.data.get("is_published"):
        return ""
    if answer.is_json:
        done = answer.status_code == 200 and answer.get_json().get("state") == "saved"
    elif answer.status_code == 303:
        done = (answer.location or "").startswith((f"/uploads/{made.id}", f"/records/{made.id}"))
    else:
        done = g.get("curation_form") == made.id
    return made.id if done else ""


def _carry_out(service: ReviewService, number: str, name: str) -> str:
    """Have the draft be for the community, or for none. Returns why not, in words."""
    actor, review = the_actor(), service.of_draft(number)
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


def _tell(answer: Response, problem: str, *, chosen: bool) -> None:
    """Say it in the answer to a form that saved itself. Its page is older than the choice: publishing goes by a page
    that says what happens."""
    if not chosen and not problem:
        return
    body = {**answer.get_json(), "ready": False}
    if problem:
        body["saved"] = _("Saved, but for no community. %(reason)s", reason=problem)
    answer.set_data(json.dumps(body))
