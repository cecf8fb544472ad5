"""Autosave: the whole form, sent in the background, saved by the same service as everything else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from muniment.errors import InvalidRequest, NotFound, PermissionDenied, RevisionMismatch
from muniment.records.forms import SavedForm
from muniment.web.access import access, session
from muniment.web.authentication import current_session, form_token_of_request
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import the_actor, the_repository
from muniment.web.rest.answers import answer_json
from muniment.web.ui.deposit.messages import worded_message
from muniment.web.ui.deposit.page import form_of, missing_in, mistakes, read_request, the_shape
from muniment.web.ui.deposit.problems import shown_problems
from muniment.web.ui.deposit.reading import Reading
from muniment.web.ui.deposit.saving import failures, save_form
from muniment.web.ui.deposit.shape import ObjectNode

blueprint = Blueprint("deposit_autosave", __name__)


@blueprint.post("/uploads/new/autosave")
@access("public")
@session("required")
def create() -> Response:
    """Save a form that has no draft yet; the answer tells its number."""
    return _saved(None)


@blueprint.post("/uploads/<number>/autosave")
@access("public")
@session("required")
def save(number: str) -> Response:
    """Save a draft at the revision that the form names; the answer tells what is wrong and what is missing."""
    return _saved(number)


@blueprint.get("/uploads/session")
@access("public")
@session("required")
def session_state() -> Response:
    """Whether somebody is signed in, and the token that forms of the present session carry."""
    if current_session() is None:
        return answer_json({"signed_in": False})
    return answer_json({"signed_in": True, "subject": str(the_actor().subject), "csrf_token": form_token_of_request()})


def _saved(number: str | None) -> Response:
    """What happened, as `state`: saved, signed-out, forbidden, conflict, gone or refused."""
    if not the_actor().is_authenticated:
        return answer_json({"state": "signed-out"}, 401)
    records = the_repository().records
    try:
        item = records.read_draft(the_actor(), number) if number is not None else None
        shape = the_shape()
        reading = read_request(shape, item)
        return _answer(save_form(item, reading), shape, reading)
    except PermissionDenied:
        return answer_json({"state": "forbidden"}, 403)
    except NotFound:
        return answer_json({"state": "gone", "href": f"/records/{number}"}, 410)
    except RevisionMismatch:
        return answer_json({"state": "conflict", "href": url_for("deposit_review.review", number=number)}, 409)
    except InvalidRequest as refusal:
        return answer_json({"state": "refused", "text": worded_message(refusal.message)}, 422)


def _answer(sent: SavedForm, shape: ObjectNode, reading: Reading) -> Response:
    """The state after saving. Problems name their controls as the sent form does. When plugins did something, the page
    of the form is older than that: publishing goes by a page that says what happens."""
    saved = sent.item
    missing = missing_in(saved, the_actor(), shape, reading.tokens)
    attempted = bool(request.form.get("attempted"))
    problems = shown_problems(saved.problems, shape, reading.tokens) if attempted else []
    wrong = [*mistakes(saved.problems, shape, reading.tokens), *problems, *(missing if attempted else ())]
    form = form_of(
        saved, shape, reading.shown, problems=mistakes(saved.problems, shape, reading.tokens), missing=missing
    )
    told = [*sent.problems, *(failure.text for failure in failures(sent))]
    body: dict[str, Any] = {
        "state": "saved",
        "number": saved.id,
        "revision": saved.revision,
        "address": form.address,
        "saved": " ".join(told) or _("Saved %(time)s", time=form.saved_at),
        "base": form.base,
        "ready": not form.to_do and not sent.effects and not told,
        "problems": [list(pair) for pair in dict.fromkeys((problem.control, problem.text) for problem in wrong)],
        "missing": render_template("deposit/missing.html", form=form),
    }
    return answer_json(body)


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
