"""Collections: saved searches in trees."""

from __future__ import annotations

from typing import Any

import pytest

from muniment.api import ANONYMOUS, Conflict, InvalidRequest, NotFound, PermissionDenied, ValidationFailed
from muniment_communities.collection import narrowing
from muniment_communities.collections import DEEPEST

pytestmark = pytest.mark.plugins("communities", "requests")

_TREES = "/api/communities/polar/collection-trees"


def test_managers_plant_trees_whose_collections_narrow_each_other(
    communities: Any, polar: Any, put: Any, make_record: Any, ada: Any, grace: Any, join: Any, repository: Any
) -> None:
    collections = communities.collections
    join(polar, grace, "curator")
    with pytest.raises(PermissionDenied):
        collections.create_tree(grace.actor, polar, {"title": "Kinds"})
    kinds = collections.create_tree(ada.actor, polar, {"title": "Kinds of data"})
    assert kinds.slug == "kinds-of-data"
    with pytest.raises(Conflict):
        collections.create_tree(ada.actor, polar, {"title": "Kinds of data"})
    with pytest.raises(ValidationFailed) as caught:
        collections.create(ada.actor, polar, kinds.slug, {"title": "", "slug": "a b", "search_query": "x"})
    assert [problem.field for problem in caught.value.errors] == ["title", "slug"]
    with pytest.raises(ValidationFailed, match="control character") as caught:
        collections.create_tree(ada.actor, polar, {"title": "\x13", "slug": "fine"})
    assert [problem.field for problem in caught.value.errors] == ["title"]
    with pytest.raises(ValidationFailed) as caught:
        collections.create(ada.actor, polar, kinds.slug, {"title": "Odd", "search_query": "ice AND ("})
    assert [problem.field for problem in caught.value.errors] == ["search_query"]
    assert "character" in caught.value.errors[0].message
    for title in ("Tides of ice", "Ice cores", "Dunes"):
        put(make_record(title), polar)
    make_record("Ice elsewhere")
    ice = collections.create(ada.actor, polar, kinds.slug, {"title": "Ice", "search_query": "title:ice OR title:snow"})
    below = collections.create(
        ada.actor, polar, kinds.slug, {"title": "Tides", "search_query": "title:tides"}, under="ice"
    )
    assert (ice.records, below.records, below.depth) == (2, 1, 1)
    assert narrowing("x", below.queries) == 'parent.communities.ids:"x" AND (title:ice OR title:snow) AND (title:tides)'
    changed = collections.update(ada.actor, polar, kinds.slug, "ice", {"search_query": "title:cores"})
    assert (changed.title, changed.records) == ("Ice", 1)
    assert collections.recount(polar) == 1
    assert collections.collection(polar, kinds.slug, "tides").records == 0
    above = "tides"
    for number in range(2, DEEPEST + 1):
        sent = {"title": f"Level {number}", "slug": f"l{number}", "search_query": "a"}
        above = collections.create(ada.actor, polar, kinds.slug, sent, under=above).slug
    with pytest.raises(InvalidRequest, match="five levels"):
        collections.create(ada.actor, polar, kinds.slug, {"title": "No", "search_query": "a"}, under=above)
    with pytest.raises(Conflict):
        collections.delete(ada.actor, polar, kinds.slug, "ice")
    collections.delete(ada.actor, polar, kinds.slug, "ice", cascade=True)
    with pytest.raises(NotFound):
        collections.collection(polar, kinds.slug, "tides")
    collections.delete_tree(ada.actor, polar, kinds.slug)
    assert collections.trees(communities.get(ANONYMOUS, "polar")) == []
    actions = [line.action for line in communities.lifecycle.log(ada.actor, polar)]
    assert "collections_removed" in actions


def test_collections_have_the_addresses_of_inveniordm(
    api: Any, ada: Any, grace: Any, polar: Any, put: Any, make_record: Any, repository: Any
) -> None:
    put(make_record("Tides of ice"), polar)
    put(make_record("Dunes"), polar)
    mine = api.as_(ada)
    assert api.as_(grace).post(_TREES, json={"title": "Kinds", "slug": "kinds"}).status_code == 403
    tree = mine.post(_TREES, json={"title": "Kinds", "slug": "kinds", "order": 10})
    assert (tree.status_code, tree.json["community_id"], tree.json["collections"]) == (201, polar.id, [])
    assert mine.post(_TREES, json={"title": "Kinds", "slug": "kinds"}).status_code == 409
    path = f"{_TREES}/kinds/collections"
    ice = mine.post(path, json={"slug": "ice", "title": "Ice", "search_query": "title:ice", "order": 1})
    assert ice.status_code == 201
    assert mine.post(path, json={"slug": "ice", "title": "Ice", "search_query": "title:ice"}).status_code == 409
    assert mine.post(path, json={"slug": "reorder", "title": "A", "search_query": "ice"}).status_code == 400
    child = mine.post(f"{path}/ice", json={"slug": "tides", "title": "Tides", "search_query": "title:tides"}).json
    number = ice.json["root"]
    assert child[str(child["root"])]["breadcrumbs"][0]["slug"] == "ice"
    read = api.get(f"{path}/ice").json
    assert read[str(number)]["children"] == [child["root"]]
    assert read[str(number)]["num_records"] == 1
    assert read[str(number)]["links"]["self_html"].endswith("/communities/polar/collections/kinds/ice")
    trees = api.get(_TREES).json[str(tree.json["id"])]
    assert [one["root"] for one in trees["collections"]] == [number]
    for address in (f"{path}/ice/records", f"/api/collections/{number}/records", f"{path}/tides/records?q=tides"):
        assert api.get(address).json["hits"]["total"] == 1
    assert api.get("/api/collections/x/records").status_code == 404
    test = f"{_TREES}/kinds/collections-records-test"
    assert mine.post(test, json={"search_query": "title:dunes"}).json["hits"]["total"] == 1
    assert mine.post(f"{test}?test_col_slug=ice", json={"search_query": "title:dunes"}).json["hits"]["total"] == 0
    assert mine.post(test, json={"search_query": "(("}).status_code == 400
    assert api.as_(grace).post(test, json={"search_query": "a"}).status_code == 403
    mine.post(path, json={"slug": "all", "title": "All", "search_query": "*", "order": 2})
    moved = mine.post(f"{path}/reorder", json={"order": [{"slug": "ice", "order": 9}]})
    assert moved.status_code == 200
    assert mine.post(f"{path}/reorder", json={"order": [{"slug": "none", "order": 9}]}).status_code == 404
    assert mine.post(f"{_TREES}/reorder", json={"order": [{"slug": "kinds", "order": "a"}]}).status_code == 400
    listed = api.get(f"{_TREES}/kinds").json["collections"]
    assert [one[str(one["root"])]["slug"] for one in listed] == ["all", "ice"]
    assert mine.put(f"{path}/ice", json={"title": "Snow"}).json[str(number)]["title"] == "Snow"
    assert mine.delete(f"{path}/ice").status_code == 409
    assert mine.delete(f"{path}/ice?cascade=1").status_code == 204
    assert mine.put(f"{_TREES}/kinds", json={"title": "Sorts"}).json["title"] == "Sorts"
    assert mine.delete(f"{_TREES}/kinds").status_code == 409
    assert mine.delete(f"{_TREES}/kinds?cascade=1").status_code == 204
    assert api.get(_TREES).json == {}


@pytest.mark.hook("register_jobs")
def test_pages_show_and_change_collections(
    panel_of: Any,
    ada: Any,
    grace: Any,
    found: Any,
    put: Any,
    make_record: Any,
    client: Any,
    communities: Any,
    join: Any,
) -> None:
    polar = found()
    put(make_record("Tides of ice"), polar)
    path = "/communities/polar/collections"
    browser = panel_of(ada)
    assert "There are no collections yet" in browser.get(path)
    assert path not in client.get("/communities/polar").get_data(as_text=True)
    browser.get(f"{path}/new")
    assert 'href="#f-title"' in browser.post(f"{path}/new", 422, title="")
    assert "The change is saved" in browser.post(f"{path}/new", title="Kinds")
    browser.get(f"{path}/new?tree=kinds")
    tried = browser.post(f"{path}/new?tree=kinds", 200, do="try", title="Ice", search_query="ice")
    assert "1 record matches." in tried
    assert "Tides of ice" in tried
    assert 'href="#f-search_query"' in browser.post(f"{path}/new?tree=kinds", 422, title="Ice", search_query="(")
    browser.post(f"{path}/new?tree=kinds", title="Ice", search_query="ice")
    browser.post(f"{path}/new?tree=kinds&under=ice", title="Tides", search_query="tides")
    browser.post(f"{path}/new?tree=kinds", title="Sand", search_query="sand")
    assert "Ice" in client.get("/communities/polar").get_data(as_text=True)
    page = client.get(f"{path}/kinds/tides?q=ice").get_data(as_text=True)
    assert "Tides of <mark>ice</mark>" in page
    assert f'href="{path}/kinds/ice"' in page
    browser.get(path)
    browser.post(f"{path}/move", tree="kinds", collection="sand", to="up")
    assert [one.slug for one in communities.collections.tree(polar, "kinds").collections] == ["sand", "ice"]
    browser.get(f"{path}/change?tree=kinds&collection=ice")
    browser.post(f"{path}/change?tree=kinds&collection=ice", title="Frozen", slug="frozen", search_query="ice")
    assert client.get(f"{path}/kinds/frozen").status_code == 200
    assert client.get(f"{path}/kinds/ice").status_code == 404
    panel_of(grace).get(f"{path}/new", 403)
    browser.post(f"{path}/remove", tree="kinds", collection="frozen")
    browser.post(f"{path}/remove", tree="kinds")
    assert communities.collections.trees(polar) == []
    communities.rename(ada.actor, "polar", "arctic")
    assert client.get(path).headers["Location"].endswith("/communities/arctic/collections")


def test_the_list_needs_two_statements(communities: Any, polar: Any, ada: Any, sql_statements: list[str]) -> None:
    for number in range(3):
        tree = communities.collections.create_tree(ada.actor, polar, {"title": f"Tree {number}"})
        for one in range(3):
            communities.collections.create(ada.actor, polar, tree.slug, {"title": f"C{one}", "search_query": "ice"})
    sql_statements.clear()
    assert len(communities.collections.trees(polar)) == 3
    assert len([one for one in sql_statements if one.startswith("SELECT")]) == 2
