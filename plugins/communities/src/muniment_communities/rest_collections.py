"""Collections by the API, at InvenioRDM's addresses and with its JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from flask import Blueprint, Response, request

from muniment.api import BlueprintSpec, answer_json, json_body, query, read_object, the_actor
from muniment_communities.collection import Collection, Tree, narrowing
from muniment_communities.community import Community
from muniment_communities.rest import rule, site
from muniment_communities.rest_records import SEARCHED, answer_records
from muniment_communities.shapes import OBJECT, TEXT, list_of

if TYPE_CHECKING:
    from muniment_communities.plugin import Plugin

_TREE: Final = {"id": "The id or the slug of a community.", "tree": "The slug of a tree."}
_COLLECTION: Final = {**_TREE, "slug": "The slug of a collection."}
_HEADING: Final[dict[str, Any]] = {"slug": TEXT, "title": TEXT, "order": {"type": "integer"}}
TREE_INPUT: Final[dict[str, Any]] = {"type": "object", "required": ["title"], "properties": _HEADING}
COLLECTION_INPUT: Final[dict[str, Any]] = {"type": "object", "properties": {**_HEADING, "search_query": TEXT}}
_CASCADE: Final = (query("cascade", "1 removes what is below too."),)
_SHOWN_BY_TEST: Final = ("resource_type", "title", "description", "creators")


def resources(plugin: Plugin) -> BlueprintSpec:
    api = Blueprint("communities_collections_api", __name__)
    _trees(api, plugin)
    _collections(api, plugin)
    _order(api, plugin)
    _records(api, plugin)
    return BlueprintSpec(api, "api")


def _trees(api: Blueprint, plugin: Plugin) -> None:
    service, path = plugin.communities, "/communities/<id>/collection-trees"
    community = {"id": _TREE["id"]}

    @rule(api.get, path, "List the trees of collections of a community", path=community, answers={200: OBJECT})
    def trees(id: str) -> Response:
        found = service.get(the_actor(), id)
        return answer_json({str(one.id): tree_json(found, one) for one in service.collections.trees(found)})

    @rule(
        api.post,
        path,
        "Plant a tree of collections",
        "authenticated",
        path=community,
        body=json_body(TREE_INPUT),
        answers={201: OBJECT},
        errors=(409,),
    )
    def plant(id: str) -> Response:
        found = service.get(the_actor(), id)
        return answer_json(tree_json(found, service.collections.create_tree(the_actor(), found, read_object())), 201)

    @rule(api.get, f"{path}/<tree>", "Read a tree of collections", path=_TREE, answers={200: OBJECT})
    def tree(id: str, tree: str) -> Response:
        found = service.get(the_actor(), id)
        return answer_json(tree_json(found, service.collections.tree(found, tree)))

    @rule(
        api.put,
        f"{path}/<tree>",
        "Change a tree of collections",
        "authenticated",
        path=_TREE,
        body=json_body(TREE_INPUT),
        answers={200: OBJECT},
        errors=(409,),
    )
    def change_tree(id: str, tree: str) -> Response:
        found = service.get(the_actor(), id)
        return answer_json(tree_json(found, service.collections.update_tree(the_actor(), found, tree, read_object())))

    @rule(
        api.delete,
        f"{path}/<tree>",
        "Remove a tree of collections",
        "authenticated",
        path=_TREE,
        query=_CASCADE,
        answers={204: None},
        errors=(409,),
    )
    def fell(id: str, tree: str) -> Response:
        found = service.get(the_actor(), id)
        service.collections.delete_tree(the_actor(), found, tree, cascade=_cascades())
        return Response(status=204)


def _collections(api: Blueprint, plugin: Plugin) -> None:
    service, path = plugin.communities, "/communities/<id>/collection-trees/<tree>/collections"

    def adding(address: str, summary: str, described: dict[str, str], name: str) -> None:
        def add(id: str, tree: str, slug: str = "") -> Response:
            found = service.get(the_actor(), id)
            made = service.collections.create(the_actor(), found, tree, read_object(), under=slug)
            return answer_json(collection_json(found, made), 201)

        add.__name__ = name
        more: dict[str, Any] = {"body": json_body(COLLECTION_INPUT), "answers": {201: OBJECT}, "errors": (409,)}
        rule(api.post, address, summary, "authenticated", path=described, **more)(add)

    adding(path, "Add a collection", _TREE, "add")
    adding(f"{path}/<slug>", "Add a collection below another one", _COLLECTION, "add_below")

    @rule(api.get, f"{path}/<slug>", "Read a collection", path=_COLLECTION, answers={200: OBJECT})
    def read(id: str, tree: str, slug: str) -> Response:
        found = service.get(the_actor(), id)
        return answer_json(collection_json(found, service.collections.collection(found, tree, slug)))

    @rule(
        api.put,
        f"{path}/<slug>",
        "Change a collection",
        "authenticated",
        path=_COLLECTION,
        body=json_body(COLLECTION_INPUT),
        answers={200: OBJECT},
        errors=(409,),
    )
    def change(id: str, tree: str, slug: str) -> Response:
        found = service.get(the_actor(), id)
        changed = service.collections.update(the_actor(), found, tree, slug, read_object())
        return answer_json(collection_json(found, changed))

    @rule(
        api.delete,
        f"{path}/<slug>",
        "Remove a collection",
        "authenticated",
        path=_COLLECTION,
        query=_CASCADE,
        answers={204: None},
        errors=(409,),
    )
    def remove(id: str, tree: str, slug: str) -> Response:
        found = service.get(the_actor(), id)
        service.collections.delete(the_actor(), found, tree, slug, cascade=_cascades())
        return Response(status=204)


def _order(api: Blueprint, plugin: Plugin) -> None:
    service, path = plugin.communities, "/communities/<id>/collection-trees"

    def ordering(address: str, summary: str, described: dict[str, str], name: str) -> None:
        def order(id: str, tree: str = "") -> Response:
            sent = read_object()
            service.collections.reorder(the_actor(), service.get(the_actor(), id), sent, tree)
            return answer_json({"order": sent["order"]})

        order.__name__ = name
        more: dict[str, Any] = {"body": json_body(OBJECT), "answers": {200: OBJECT}}
        rule(api.post, address, summary, "authenticated", path=described, **more)(order)

    ordering(f"{path}/reorder", "Order trees of collections", {"id": _TREE["id"]}, "order_trees")
    ordering(f"{path}/<tree>/collections/reorder", "Order collections", _TREE, "order_collections")


def _records(api: Blueprint, plugin: Plugin) -> None:
    service, path = plugin.communities, "/communities/<id>/collection-trees/<tree>"

    @rule(
        api.get,
        "/collections/<id>/records",
        "Search the records of a collection",
        path={"id": "The number of a collection."},
        query=SEARCHED,
        answers={200: list_of(OBJECT)},
    )
    def records(id: str) -> Response:
        number = int(id) if id.isascii() and id.isdigit() and len(id) < 18 else 0
        community, found = service.collections.by_id(the_actor(), number)
        return answer_records(plugin, f"/api/collections/{found.id}/records", narrowing(community.id, found.queries))

    @rule(
        api.get,
        f"{path}/collections/<slug>/records",
        "Search the records of a collection",
        path=_COLLECTION,
        query=SEARCHED,
        answers={200: list_of(OBJECT)},
    )
    def records_by_slug(id: str, tree: str, slug: str) -> Response:
        community = service.get(the_actor(), id)
        found = service.collections.collection(community, tree, slug)
        return answer_records(plugin, f"/api/collections/{found.id}/records", narrowing(community.id, found.queries))

    @rule(
        api.post,
        f"{path}/collections-records-test",
        "Try the search of a collection",
        "authenticated",
        description="`search_query` is tried below the collection `test_col_slug` of the query, or at the root.",
        path=_TREE,
        query=(query("test_col_slug", "The slug of a collection."),),
        body=json_body(OBJECT),
        answers={200: list_of(OBJECT)},
    )
    def try_out(id: str, tree: str) -> Response:
        community = service.get(the_actor(), id)
        service.roles.require(the_actor(), community, "manage")
        slug, words = request.args.get("test_col_slug", ""), read_object().get("search_query")
        above = service.collections.collection(community, tree, slug) if slug else None
        service.collections.tree(community, tree)
        found = service.collections.tried(
            the_actor(), community, above.queries if above is not None else (), words if isinstance(words, str) else ""
        )
        hits = [{"metadata": {name: item.data["metadata"].get(name) for name in _SHOWN_BY_TEST}} for item in found.hits]
        return answer_json({"hits": {"hits": hits, "total": found.total}})


def tree_json(community: Community, tree: Tree) -> dict[str, Any]:
    return {
        "id": tree.id,
        "slug": tree.slug,
        "title": tree.title,
        "order": tree.order,
        "community_id": community.id,
        "collections": [collection_json(community, one) for one in tree.collections],
    }


def collection_json(community: Community, collection: Collection) -> dict[str, Any]:
    """A collection and all below it, each under its number, as InvenioRDM's API writes them."""
    found: dict[str, Any] = {"root": collection.id}
    for one in collection.walk():
        found[str(one.id)] = {
            "id": one.id,
            "slug": one.slug,
            "title": one.title,
            "depth": one.depth,
            "order": one.order,
            "num_records": one.records,
            "search_query": one.query,
            "children": [child.id for child in one.children],
            "links": {
                "search": f"{site()}/api/collections/{one.id}/records",
                "self_html": f"{site()}{href_of(community, one.tree, one.slug)}",
            },
        }
    found[str(collection.id)]["breadcrumbs"] = [
        {"title": title, "slug": slug, "link": f"{site()}{href_of(community, collection.tree, slug)}"}
        for slug, title in (
            *((above.slug, above.title) for above in collection.path),
            (collection.slug, collection.title),
        )
    ]
    return found


def href_of(community: Community, tree: str, slug: str) -> str:
    """The address of the page of a collection."""
    return f"{community.href}/collections/{tree}/{slug}"


def _cascades() -> bool:
    return request.args.get("cascade", "").lower() in ("1", "true")
