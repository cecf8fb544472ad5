"""Offering a published record to communities by the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response

from muniment.api import (
    MunimentError,
    NotFound,
    Problem,
    ValidationFailed,
    answer_json,
    json_body,
    read_object,
    the_actor,
)

if TYPE_CHECKING:
    from muniment_curation.plugin import Plugin

MOST: Final = 10
_COMMUNITIES: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["communities"],
    "properties": {
        "communities": {
            "type": "array",
            "minItems": 1,
            "maxItems": MOST,
            "items": {
                "type": "object",
                "required": ["id"],
                "properties": {
                    "id": {"type": "string", "description": "Id or slug."},
                    "require_review": {"type": "boolean"},
                    "comment": {"type": "object"},
                },
            },
        }
    },
}
_DONE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {"processed": {"type": "array"}, "errors": {"type": "array"}},
}


def add_inclusion(plugin: Plugin, rule: Callable[..., Callable[[Any], Any]], api: Blueprint) -> None:
    """Add the route; `rule` declares one for those who are signed in."""

    def post(path: str) -> Callable[[Any], Any]:
        """The address is shared with `communities`, which answers OPTIONS."""
        return api.post(path, provide_automatic_options=False)

    @rule(
        post,
        "/records/<id>/communities",
        "Offer a record to communities",
        description="400 when none of them could be asked. Where you need no review the request is accepted at once.",
        body=json_body(_COMMUNITIES),
        answers={200: _DONE, 400: _DONE},
    )
    def include(id: str) -> Response:
        actor, done, errors = the_actor(), list[dict[str, Any]](), list[dict[str, str]]()
        wanted = _wanted(read_object())
        plugin.inclusion.require_manager(actor, id)
        for name, review, content in wanted:
            try:
                request = plugin.inclusion.ask(actor, id, name, content, review=review)
            except NotFound:
                errors.append({"community_id": name, "message": "The community does not exist."})
            except MunimentError as error:
                errors.append({"community_id": name, "message": error.message})
            else:
                document = plugin.reviews.requests.json(actor, request)
                done.append({"community_id": request.receiver.id, "request_id": request.id, "request": document})
        return answer_json({"processed": done, "errors": errors}, 200 if done else 400)


def _wanted(sent: dict[str, Any]) -> list[tuple[str, bool, str]]:
    """Communities, whether a review is wanted, and what is said; raises `ValidationFailed`."""
    listed = sent.get("communities")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST:
        raise ValidationFailed(errors=[Problem("communities", f"A list of 1 to {MOST} objects with an id.")])
    found = []
    for place, one in enumerate(listed):
        name = one.get("id") if isinstance(one, dict) else None
        if not isinstance(name, str) or not name:
            raise ValidationFailed(errors=[Problem(f"communities.{place}.id", "The id of a community.")])
        payload = (one.get("comment") or {}).get("payload") if isinstance(one.get("comment") or {}, dict) else None
        content = payload.get("content", "") if isinstance(payload, dict) else ""
        found.append((name, one.get("require_review") is True, content if isinstance(content, str) else ""))
    return found
