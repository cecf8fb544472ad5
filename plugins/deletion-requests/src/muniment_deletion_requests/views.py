"""The page on which owners ask, and its address for programs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, make_response, redirect, render_template, request
from flask_babel import get_locale
from werkzeug.wrappers import Response as BaseResponse

from muniment.api import (
    BlueprintSpec,
    MunimentError,
    NotFound,
    access,
    answer_json,
    document,
    json_body,
    keeps_form,
    read_object,
    session,
    the_actor,
)
from muniment_deletion_requests.messages import worded

if TYPE_CHECKING:
    from muniment_deletion_requests.asking import DeletionRequests

_ASKED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["reason", "comment"],
    "properties": {
        "reason": {"type": "string", "description": "The id of a removal reason."},
        "comment": {"type": "string", "minLength": 25},
    },
}
_ANSWER: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "status": {"type": "string"}, "links": {"type": "object"}},
}


def pages(asking: DeletionRequests) -> BlueprintSpec:
    pages = Blueprint("deletion_requests", __name__, url_prefix="/deletion-requests", template_folder="templates")

    @pages.get("/<number>")
    @access("authenticated")
    @session("required")
    def form(number: str) -> BaseResponse:
        if (present := asking.open_request(the_actor(), number)) is not None:
            return redirect(f"/me/requests/{present.id}", 302)
        if not asking.may_ask(the_actor(), number):
            raise NotFound()
        return _form(asking, number)

    @pages.post("/<number>")
    @access("authenticated")
    @session("required")
    @keeps_form
    def ask(number: str) -> BaseResponse:
        try:
            made = asking.ask(the_actor(), number, request.form.get("reason"), request.form.get("comment"))
        except MunimentError as error:
            if error.status in (403, 404, 410):
                raise
            return _form(asking, number, error)
        return redirect(f"/me/requests/{made.id}" if made else f"/records/{number}", 303)

    return BlueprintSpec(pages, "ui")


def resources(asking: DeletionRequests) -> BlueprintSpec:
    api = Blueprint("deletion_requests_api", __name__)

    @api.post("/records/<id>/request-deletion")
    @access("authenticated")
    @session("optional")
    @document(
        "Ask for the deletion of a record",
        tag="Requests",
        description="201 with the request, or 200 when you may delete the record and it is gone.",
        body=json_body(_ASKED),
        answers={201: _ANSWER, 200: None},
        errors=(409, 410),
    )
    def ask(id: str) -> Response:
        sent = read_object()
        made = asking.ask(the_actor(), id, sent.get("reason"), sent.get("comment"))
        return answer_json({}) if made is None else answer_json(asking.requests.json(the_actor(), made), 201)

    return BlueprintSpec(api, "api")


def _form(asking: DeletionRequests, number: str, error: MunimentError | None = None) -> Response:
    problems = [(problem.field, worded(problem.message)) for problem in error.errors] if error else []
    if error is not None and not problems:
        problems = [("comment", worded(error.message))]
    reasons = [(term.id, term.title_for(str(get_locale()))) for term in asking.reasons()]
    page = render_template(
        "deletion-requests/ask.html",
        record=asking.repository.records.read(the_actor(), number),
        reasons=reasons,
        problems=problems,
        errors=lambda name: [message for field, message in problems if field == name],
        form=request.form,
    )
    return make_response(page, 422 if error else 200)
