"""Communities that are shown before others, by the API; there is one entry for each, with the moment it begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response

from muniment.api import (
    BlueprintSpec,
    NotFound,
    PermissionDenied,
    Problem,
    ValidationFailed,
    answer_json,
    json_body,
    read_object,
    the_actor,
)
from muniment_communities.community import Community
from muniment_communities.rendering import list_json
from muniment_communities.rest import PATH, rule, site
from muniment_communities.shapes import OBJECT, TEXT, list_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

_ENTRY: Final = {**PATH, "entry": "The number of the entry: 1."}
_BODY: Final[dict[str, Any]] = {"type": "object", "required": ["start_date"], "properties": {"start_date": TEXT}}
NO_ENTRY: Final = "The community is not featured."
NO_DATE: Final = "A moment in ISO 8601, like 2026-01-31T00:00:00+00:00."


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_featured_api", __name__, url_prefix="/communities/<id>/featured")
    service = plugin.communities

    def known(id: str, entry: str = "1") -> Community:
        """A community for an administrator, featured under this number."""
        if not the_actor().is_administrator:
            raise PermissionDenied()
        community = service.get(the_actor(), id)
        if entry != "1" or community.featured is None:
            raise NotFound(NO_ENTRY)
        return community

    @rule(
        api.get,
        "",
        "Read whether a community is featured",
        "authenticated",
        path=PATH,
        answers={200: list_of(OBJECT)},
    )
    def entries(id: str) -> Response:
        if not the_actor().is_administrator:
            raise PermissionDenied()
        community = service.get(the_actor(), id)
        hits = [_entry(community)] if community.featured is not None else []
        links = {"self": f"{site()}/api/communities/{community.id}/featured"}
        return answer_json(list_json(hits, len(hits), links))

    @rule(api.post, "", "Feature a community", "authenticated", path=PATH, body=json_body(_BODY), answers={201: OBJECT})
    def feature(id: str) -> Response:
        if not the_actor().is_administrator:
            raise PermissionDenied()
        return answer_json(_entry(service.lifecycle.feature(the_actor(), id, _start(read_object()))), 201)

    @rule(
        api.put,
        "/<entry>",
        "Change when a community is featured",
        "authenticated",
        path=_ENTRY,
        body=json_body(_BODY),
        answers={200: OBJECT},
    )
    def change(id: str, entry: str) -> Response:
        community = known(id, entry)
        return answer_json(_entry(service.lifecycle.feature(the_actor(), community.id, _start(read_object()))))

    @rule(
        api.delete,
        "/<entry>",
        "End featuring a community",
        "authenticated",
        path=_ENTRY,
        answers={204: None},
    )
    def end(id: str, entry: str) -> Response:
        service.lifecycle.feature(the_actor(), known(id, entry).id, None)
        return Response(status=204)

    return BlueprintSpec(api, "api")


def _entry(community: Community) -> dict[str, Any]:
    return {"id": 1, "start_date": community.featured.isoformat() if community.featured else None}


def _start(sent: dict[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(sent["start_date"])
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (KeyError, TypeError, ValueError, OverflowError):
        raise ValidationFailed(errors=[Problem("start_date", NO_DATE)]) from None
