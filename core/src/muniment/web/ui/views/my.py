"""What is one's own: drafts and records."""

from __future__ import annotations

from typing import Final

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request

from muniment.errors import InvalidRequest
from muniment.records.uploads import UploadsPage
from muniment.web.access import access, session
from muniment.web.blueprints import BlueprintSpec
from muniment.web.current import state, the_actor
from muniment.web.ui.language import request_language
from muniment.web.ui.local_time import local_minute
from muniment.web.ui.uploads_view import failed_uploads_view, read_uploads_request, uploads_view

blueprint = Blueprint("my", __name__)

#: The pages that do something with an upload, by the name of the action.
_PAGES: Final = {
    "continue": "deposit.edit",
    "preview": "record_pages.page",
    "view": "record_pages.page",
    "edit": "record_actions.edit",
    "new-version": "record_actions.send_edit",
    "duplicate": "record_actions.duplicate",
    "discard": "deposit_publish.confirm_discard",
}


@blueprint.get("/me")
@access("authenticated")
@session("optional")
def home() -> Response:
    return redirect("/me/uploads", 302)  # type: ignore[return-value]


@blueprint.get("/me/uploads")
@access("authenticated")
@session("optional")
def uploads() -> Response:
    """One's drafts and records, by tab and state, in the order that was chosen."""
    asked, address = read_uploads_request(request.args)
    records, actor = state().repository.records, the_actor()
    try:
        found = records.own_uploads(actor, asked)
    except InvalidRequest as problem:
        message = " ".join(detail.message for detail in problem.errors) or problem.message
        view = failed_uploads_view(asked, address, records.count_uploads(actor.subject or 0), message)
        return make_response(render_template("my/uploads.html", page=view), 400)
    possible = frozenset(name for name, endpoint in _PAGES.items() if endpoint in current_app.view_functions)
    view = uploads_view(asked, address, found, _kinds(found), local_minute, possible)
    return make_response(render_template("my/uploads.html", page=view))


def _kinds(found: UploadsPage) -> dict[str, str]:
    """What the resource types of the rows are called in the language of the page."""
    pairs = {("resourcetypes", row.resource_type) for row in found.rows if row.resource_type}
    terms = state().repository.vocabularies.resolve(pairs) if pairs else {}
    return {identifier: term.title_for(request_language()) for (_, identifier), term in terms.items()}


BLUEPRINTS = [BlueprintSpec(blueprint, "ui")]
