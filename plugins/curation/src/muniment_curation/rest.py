"""Reviews by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response

from muniment.api import (
    BlueprintSpec,
    Problem,
    ValidationFailed,
    access,
    answer_json,
    document,
    json_body,
    read_object,
    session,
    the_actor,
)
from muniment_curation.rest_checks import add_checks
from muniment_curation.rest_inclusion import add_inclusion
from muniment_curation.reviews import SUBMISSION
from muniment_requests.api import Request

if TYPE_CHECKING:
    from muniment_curation.plugin import Plugin

_REQUEST: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"id": {"type": "string"}, "status": {"type": "string"}, "links": {"type": "object"}},
}
_CHOSEN: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["receiver", "type"],
    "properties": {
        "type": {"type": "string", "enum": [SUBMISSION]},
        "receiver": {"type": "object", "properties": {"community": {"type": "string", "description": "Id or slug."}}},
    },
}
_SAID: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "payload": {
            "type": "object",
            "properties": {"content": {"type": "string"}, "format": {"type": "string", "enum": ["html"]}},
        },
        "require_review": {"type": "boolean"},
    },
}


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("curation_api", __name__)

    def rule(method: Callable[..., Any], path: str, summary: str, **more: Any) -> Callable[[Any], Any]:
        """A route for those who are signed in."""

        def decorate(view: Any) -> Any:
            documented = document(summary, tag="Reviews", **more)(view)
            return method(path)(access("authenticated")(session("optional")(documented)))

        return decorate

    def answer(request: Request, status: int = 200) -> Response:
        return answer_json(plugin.reviews.requests.json(the_actor(), request), status)

    @rule(api.get, "/records/<id>/draft/review", "Read the review of a draft", answers={200: _REQUEST})
    def read(id: str) -> Response:
        _review, request = plugin.reviews.get(the_actor(), id)
        return answer(request)

    @rule(
        api.put,
        "/records/<id>/draft/review",
        "Choose the community of a draft",
        body=json_body(_CHOSEN),
        answers={200: _REQUEST},
        errors=(409,),
    )
    def choose(id: str) -> Response:
        return answer(plugin.reviews.choose(the_actor(), id, _community(read_object())))

    @rule(api.delete, "/records/<id>/draft/review", "Choose no community for a draft", answers={204: None})
    def drop(id: str) -> Response:
        plugin.reviews.drop(the_actor(), id)
        return Response(status=204)

    @rule(
        api.post,
        "/records/<id>/draft/actions/submit-review",
        "Submit a draft for review",
        description="202 with the request; it is accepted already where the community lets you publish directly and "
        "you do not say `require_review`.",
        body=json_body(_SAID, required=False),
        answers={202: _REQUEST},
        errors=(409,),
    )
    def submit(id: str) -> Response:
        sent = read_object()
        payload = sent.get("payload") or {}
        content = payload.get("content", "") if isinstance(payload, dict) else None
        if not isinstance(content, str):
            raise ValidationFailed(errors=[Problem("payload.content", "Not a valid string.")])
        wanted = sent.get("require_review") is True
        return answer(plugin.reviews.submit(the_actor(), id, content=content, review_wanted=wanted), 202)

    add_inclusion(plugin, rule, api)
    add_checks(plugin, rule, api)
    return BlueprintSpec(api, "api")


def _community(sent: dict[str, Any]) -> str:
    if sent.get("type", SUBMISSION) != SUBMISSION:
        raise ValidationFailed(errors=[Problem("type", f"Only {SUBMISSION} is a review.")])
    receiver = sent.get("receiver")
    community = receiver.get("community") if isinstance(receiver, dict) else None
    if not isinstance(community, str) or not community:
        raise ValidationFailed(errors=[Problem("receiver", 'A community, like {"community": "its id"}.')])
    return community
