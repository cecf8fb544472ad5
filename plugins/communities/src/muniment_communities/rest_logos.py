"""Logos by the API, as raw bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, Response, request
from werkzeug.exceptions import ClientDisconnected

from muniment.api import BlueprintSpec, InvalidRequest, Problem, ValidationFailed, bytes_body, the_actor
from muniment_communities.logos import LARGEST, TOO_LARGE
from muniment_communities.rest import PATH, answer_one, rule
from muniment_communities.shapes import COMMUNITY

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_logos_api", __name__, url_prefix="/communities/<id>")
    service = plugin.communities

    @rule(api.get, "/logo", "Read a logo", path=PATH, answers={200: {"type": "string"}})
    def read(id: str) -> Response:
        return picture(*service.logos.read(service.get(the_actor(), id)))

    @rule(
        api.put,
        "/logo",
        "Replace a logo",
        "authenticated",
        description="A PNG or JPEG picture of 1 MB at most.",
        path=PATH,
        body=bytes_body(),
        answers={200: COMMUNITY},
    )
    def replace(id: str) -> Response:
        return answer_one(plugin, service.logos.replace(the_actor(), id, _sent()))

    @rule(api.delete, "/logo", "Remove a logo", "authenticated", path=PATH, answers={204: None})
    def remove(id: str) -> Response:
        service.logos.remove(the_actor(), id)
        return Response(status=204)

    return BlueprintSpec(api, "api")


def picture(content: bytes, media_type: str) -> Response:
    """An answer that is nothing but a picture."""
    answer = Response(content, content_type=media_type)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


def _sent() -> bytes:
    if request.content_length is not None and request.content_length > LARGEST:
        raise ValidationFailed(errors=[Problem("logo", TOO_LARGE)])
    request.max_content_length = LARGEST + 1
    try:
        return request.get_data(cache=False)
    except ClientDisconnected:
        raise InvalidRequest("The file ended before its declared length.") from None
