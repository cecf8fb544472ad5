"""Trees of collections, made of their rows."""

from __future__ import annotations

from muniment_communities.collection import narrowing, planted
from muniment_communities.models import CollectionRow, TreeRow


def tree(id: int, slug: str, place: int) -> TreeRow:
    return TreeRow(id=id, community="c", slug=slug, title=slug.title(), place=place)


def row(id: int, slug: str, place: int, *, within: int = 1, below: int | None = None) -> CollectionRow:
    return CollectionRow(
        id=id, tree=within, parent=below, slug=slug, title=slug, query=f"title:{slug}", place=place, records=0
    )


def test_trees_and_what_is_in_them_stand_in_their_order() -> None:
    rows = [row(3, "sea", 2), row(1, "ice", 1), row(4, "floes", 2, below=1), row(5, "shelves", 1, below=1)]
    rows += [row(2, "new", 1, within=2)]
    first, second = planted([tree(1, "kinds", 5), tree(2, "years", 1)], rows)
    assert (first.slug, second.slug) == ("years", "kinds")
    assert [one.slug for one in second.walk()] == ["ice", "shelves", "floes", "sea"]
    assert [one.depth for one in second.walk()] == [0, 1, 1, 0]
    assert [one.slug for one in first.walk()] == ["new"]


def test_of_two_at_one_place_the_older_comes_first() -> None:
    (kinds,) = planted([tree(1, "kinds", 1)], [row(9, "younger", 1), row(4, "older", 1)])
    assert [one.slug for one in kinds.collections] == ["older", "younger"]


def test_a_collection_finds_what_all_above_it_find() -> None:
    (kinds,) = planted([tree(1, "kinds", 1)], [row(1, "ice", 1), row(2, "shelf", 1, below=1), row(3, "a", 1, below=2)])
    found = kinds.find("a")
    assert found is not None
    assert [above.slug for above in found.path] == ["ice", "shelf"]
    assert narrowing("c", found.queries) == (
        'parent.communities.ids:"c" AND (title:ice) AND (title:shelf) AND (title:a)'
    )
    assert kinds.find("none") is None


def test_a_search_with_alternatives_stays_within_the_community() -> None:
    assert narrowing("c", ["a OR b"]) == 'parent.communities.ids:"c" AND (a OR b)'
