"""Communities by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from muniment.api import (
    Actor,
    BlueprintSpec,
    access,
    answer_json,
    document,
    expected_revision,
    json_body,
    query,
    read_object,
    session,
    the_actor,
    the_repository,
)
from muniment_communities.arguments import asked_for, number, page_links
from muniment_communities.community import Community
from muniment_communities.listing import SORTS, Asked, Found
from muniment_communities.rendering import community_json, list_json
from muniment_communities.shapes import COMMUNITY, COMMUNITY_INPUT, OBJECT, TEXT, list_of
from muniment_communities.wording import FACET_LABELS, VALUE_LABELS

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

TAG: Final = "Communities"
PATH: Final = {"id": "The id or the slug of a community."}
LISTED: Final = (
    query("q", "Words of the title, the description or the slug."),
    query("type", "A type: organization, event, topic, project; can be repeated."),
    query("visibility", "public or restricted; can be repeated."),
    query("sort", f"One of {', '.join(SORTS)}.", {"type": "string", "enum": list(SORTS)}),
    query("page", "From 1.", {"type": "integer", "minimum": 1}),
    query("size", "How many on a page, 100 at most.", {"type": "integer", "minimum": 1}),
)
_RENAMED: Final[dict[str, Any]] = {"type": "object", "required": ["slug"], "properties": {"slug": TEXT}}


def rule(
    method: Callable[..., Any], address: str, summary: str, who: str = "public", **more: Any
) -> Callable[[Any], Any]:
    """A documented route that may know its reader."""

    def decorate(view: Any) -> Any:
        documented = document(summary, tag=TAG, **more)(view)
        return method(address)(access(who)(session("optional")(documented)))

    return decorate


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_api", __name__)

    @rule(api.get, "/communities", "Search communities", query=LISTED, answers={200: list_of(COMMUNITY)})
    def search() -> Response:
        return answer_list(plugin, "/api/communities", asked_for(request.args), facets=True)

    @rule(
        api.get,
        "/user/communities",
        "List the communities that you are a member of",
        "authenticated",
        query=LISTED,
        answers={200: list_of(COMMUNITY)},
    )
    def own() -> Response:
        return answer_list(plugin, "/api/user/communities", asked_for(request.args, own=True), facets=True)

    @rule(
        api.post,
        "/communities",
        "Make a community",
        "authenticated",
        body=json_body(COMMUNITY_INPUT),
        answers={201: COMMUNITY},
    )
    def create() -> Response:
        return answer_one(plugin, plugin.communities.create(the_actor(), read_object()), 201)

    @rule(api.get, "/communities/<id>", "Read a community", path=PATH, answers={200: COMMUNITY}, errors=(410,))
    def read(id: str) -> Response:
        return answer_one(plugin, plugin.communities.get(the_actor(), id))

    @rule(
        api.put,
        "/communities/<id>",
        "Change a community",
        "authenticated",
        path=PATH,
        body=json_body(COMMUNITY_INPUT),
        answers={200: COMMUNITY},
        errors=(409, 410, 412),
    )
    def update(id: str) -> Response:
        return answer_one(
            plugin, plugin.communities.update(the_actor(), id, read_object(), revision=expected_revision())
        )

    @rule(
        api.post,
        "/communities/<id>/rename",
        "Give a community another slug",
        "authenticated",
        description="Addresses with the former slug lead to the community from then on.",
        path=PATH,
        body=json_body(_RENAMED),
        answers={200: COMMUNITY},
        errors=(409, 410),
    )
    def rename(id: str) -> Response:
        return answer_one(plugin, plugin.communities.rename(the_actor(), id, read_object().get("slug")))

    @rule(
        api.delete,
        "/communities/<id>",
        "Delete a community",
        "authenticated",
        description="A tombstone stays; the body can say what is on it.",
        path=PATH,
        body=json_body(OBJECT, required=False),
        answers={204: None},
        errors=(409, 410),
    )
    def delete(id: str) -> Response:
        plugin.communities.lifecycle.delete(the_actor(), id, read_object())
        return Response(status=204)

    @rule(
        api.post,
        "/communities/<id>/restore",
        "Bring a deleted community back",
        "moderation",
        path=PATH,
        answers={200: COMMUNITY},
    )
    def restore(id: str) -> Response:
        return answer_one(plugin, plugin.communities.lifecycle.restore(the_actor(), id))

    @rule(
        api.get, "/communities/featured", "List featured communities", query=LISTED, answers={200: list_of(COMMUNITY)}
    )
    def featured() -> Response:
        return answer_list(plugin, "/api/communities/featured", asked_for(request.args, featured=True))

    @rule(
        api.get,
        "/communities/<id>/requests",
        "List the requests to a community",
        "authenticated",
        path=PATH,
        answers={200: list_of(OBJECT)},
    )
    def requests(id: str) -> Response:
        community = plugin.communities.get(the_actor(), id)
        page, size = number(request.args, "page", 1, 10_000), number(request.args, "size", 25, 100)
        found, total = plugin.communities.lifecycle.asked_of(the_actor(), community, page, size)
        links = page_links(f"{site()}/api/communities/{community.id}/requests", request.args, total, page, size)
        return answer_json(list_json(found, total, links))

    @rule(
        api.get,
        "/communities/<id>/subcommunities",
        "List the communities that are part of one",
        path=PATH,
        query=LISTED,
        answers={200: list_of(COMMUNITY)},
    )
    def subcommunities(id: str) -> Response:
        community = plugin.communities.get(the_actor(), id)
        path = f"/api/communities/{community.id}/subcommunities"
        return answer_list(plugin, path, asked_for(request.args, parent=community.id))

    @rule(
        api.post,
        "/communities/<id>/actions/join-request",
        "Ask that a community becomes part of this one",
        "authenticated",
        description="`community_id` names one of yours; `community` with `slug` and `title` makes one for it.",
        path=PATH,
        body=json_body(OBJECT),
        answers={201: OBJECT},
        errors=(409,),
    )
    def join(id: str) -> Response:
        community = plugin.communities.get(the_actor(), id)
        made = plugin.communities.subcommunities.ask(the_actor(), community, read_object())
        return answer_json(plugin.communities.requests.json(the_actor(), made), 201)

    return BlueprintSpec(api, "api")


def site() -> str:
    return the_repository().config.site.url.rstrip("/")


def answer_one(plugin: Plugin, community: Community, status: int = 200) -> Response:
    actor = the_actor()
    roles = plugin.communities.roles.of(actor, [community.id])
    body = community_json(site(), actor, community, roles)
    return answer_json(body, status, headers={"ETag": f'"{community.revision}"'})


def answer_list(plugin: Plugin, path: str, asked: Asked, *, facets: bool = False) -> Response:
    actor = the_actor()
    found = plugin.communities.list(actor, asked)
    links = page_links(f"{site()}{path}", request.args, found.total, asked.page, asked.size)
    aggregations = _aggregations(found, asked) if facets else None
    return answer_json(
        list_json(
            shown(plugin, actor, found.communities), found.total, links, sort=found.sort, aggregations=aggregations
        )
    )


def shown(plugin: Plugin, actor: Actor, communities: list[Community]) -> list[dict[str, Any]]:
    roles = plugin.communities.roles.of(actor, [one.id for one in communities])
    return [community_json(site(), actor, one, roles) for one in communities]


def _aggregations(found: Found, asked: Asked) -> dict[str, Any]:
    chosen = {"type": asked.types, "visibility": asked.visibilities}
    return {
        name: {
            "label": FACET_LABELS[name],
            "buckets": [
                {
                    "key": value,
                    "doc_count": count,
                    "label": VALUE_LABELS.get(value, value),
                    "is_selected": value in chosen[name],
                }
                for value, count in counts
            ],
        }
        for name, counts in found.counts.items()
    }
