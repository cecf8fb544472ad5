"""Collections of a community as services hand them out: trees of saved searches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from muniment_communities.models import CollectionRow, TreeRow


class Above(NamedTuple):
    """A collection above another one."""

    slug: str
    title: str
    query: str


@dataclass(frozen=True)
class Collection:
    """A saved search. It finds what is in the community, matches its own `query` and those of all above it.

    `records` is how many it had when they were last counted, `path` those above it from the root, and `tree` the slug
    of its tree.
    """

    id: int
    slug: str
    title: str
    query: str
    order: int
    records: int
    tree: str
    path: tuple[Above, ...] = ()
    children: tuple[Collection, ...] = ()

    @property
    def depth(self) -> int:
        return len(self.path)

    @property
    def queries(self) -> list[str]:
        return [*(above.query for above in self.path), self.query]

    def walk(self) -> Iterator[Collection]:
        """The collection, and all below it in the order in which they are shown."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Tree:
    """Collections under one heading."""

    id: int
    slug: str
    title: str
    order: int
    collections: tuple[Collection, ...]

    def walk(self) -> Iterator[Collection]:
        for root in self.collections:
            yield from root.walk()

    def find(self, slug: str) -> Collection | None:
        return next((one for one in self.walk() if one.slug == slug), None)


def planted(trees: Iterable[TreeRow], collections: Sequence[CollectionRow]) -> list[Tree]:
    """Trees of their rows, in order."""
    return [_tree(row, [one for one in collections if one.tree == row.id]) for row in sorted(trees, key=_place)]


def _tree(row: TreeRow, collections: Sequence[CollectionRow]) -> Tree:
    below: dict[int | None, list[CollectionRow]] = {}
    for one in sorted(collections, key=_place):
        below.setdefault(one.parent, []).append(one)

    def grown(above: int | None, path: tuple[Above, ...]) -> tuple[Collection, ...]:
        return tuple(
            Collection(
                id=one.id,
                slug=one.slug,
                title=one.title,
                query=one.query,
                order=one.place,
                records=one.records,
                tree=row.slug,
                path=path,
                children=grown(one.id, (*path, Above(one.slug, one.title, one.query))),
            )
            for one in below.get(above, ())
        )

    return Tree(row.id, row.slug, row.title, row.place, grown(None, ()))


def _place(row: TreeRow | CollectionRow) -> tuple[int, int]:
    return row.place, row.id


def narrowing(community: str, queries: Iterable[str]) -> str:
    """The query for what of a community all of `queries` find."""
    return " AND ".join([f'parent.communities.ids:"{community}"', *(f"({query})" for query in queries)])
