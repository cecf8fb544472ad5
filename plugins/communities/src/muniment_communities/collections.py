"""The collections of communities: reading them, and what their managers change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from muniment.api import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    Conflict,
    InvalidRequest,
    NotFound,
    Problem,
    SearchPage,
    SearchRequest,
    UnitOfWork,
    ValidationFailed,
)
from muniment_communities.collection import Collection, Tree, narrowing
from muniment_communities.collection_rows import locked, placed, trees_in, unique
from muniment_communities.collection_schemas import checked_heading, checked_order, checked_query
from muniment_communities.community import Community
from muniment_communities.log import note
from muniment_communities.models import CollectionRow, CommunityRow, TreeRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

MOST_TREES: Final = 20
MOST_COLLECTIONS: Final = 200
DEEPEST: Final = 4
NO_TREE: Final = "There is no such tree of collections."
NO_COLLECTION: Final = "There is no such collection."
TREE_TAKEN: Final = "The community has a tree with this identifier already."
COLLECTION_TAKEN: Final = "The tree has a collection with this identifier already."
NOT_EMPTY: Final = "There are collections below it: delete them first."
TOO_DEEP: Final = "Collections stand in five levels at most."
TOO_MANY: Final = f"A community has at most {MOST_TREES} trees and {MOST_COLLECTIONS} collections."


class Collections:
    """The collections of the communities of one repository."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service
        self.repository = service.repository
        self.database = service.database

    def trees(self, community: Community) -> list[Tree]:
        """All trees of a community that the reader may read, in order; two statements."""
        with self.database.read() as session:
            return trees_in(session, community.id)

    def any(self, community: Community) -> bool:
        """Whether a community has a tree."""
        with self.database.read() as session:
            return (
                session.execute(select(TreeRow.id).where(TreeRow.community == community.id).limit(1)).first()
                is not None
            )

    def tree(self, community: Community, slug: str) -> Tree:
        """One tree. Raises `NotFound`."""
        found = next((one for one in self.trees(community) if one.slug == slug), None)
        if found is None:
            raise NotFound(NO_TREE)
        return found

    def collection(self, community: Community, tree: str, slug: str) -> Collection:
        """One collection with all below it. Raises `NotFound`."""
        found = self.tree(community, tree).find(slug)
        if found is None:
            raise NotFound(NO_COLLECTION)
        return found

    def by_id(self, actor: Actor, id: int) -> tuple[Community, Collection]:
        """A collection by its number, with the community that it is of. Raises `NotFound`."""
        statement = select(TreeRow.community, TreeRow.slug, CollectionRow.slug).join(
            CollectionRow, CollectionRow.tree == TreeRow.id
        )
        with self.database.read() as session:
            row = session.execute(statement.where(CollectionRow.id == id)).one_or_none()
        if row is None:
            raise NotFound(NO_COLLECTION)
        community = self.service.get(actor, row[0])
        return community, self.collection(community, row[1], row[2])

    def tried(
        self, actor: Actor, community: Community, queries: Iterable[str], query: str, size: int = 5
    ) -> SearchPage:
        """What a search would find below others, before it is kept. Raises `ValidationFailed` that names what of it
        cannot be understood."""
        within = narrowing(community.id, queries)
        try:
            asked = SearchRequest(q=query, within=within, size=size, with_facets=False)
            return self.repository.records.search(actor, asked)
        except InvalidRequest as error:
            messages = [problem.message for problem in error.errors] or [error.message]
            raise ValidationFailed(errors=[Problem("search_query", message) for message in messages]) from error

    def create_tree(self, actor: Actor, community: Community, sent: Mapping[str, Any]) -> Tree:
        """Plant a tree. Raises `PermissionDenied`, `ValidationFailed`, and `Conflict` for a slug that is taken."""
        self.service.roles.require(actor, community, "manage")
        heading = checked_heading(sent)
        with unique(TREE_TAKEN), self.database.write() as unit:
            self.service.locked(unit, community.id)
            there = trees_in(unit.session, community.id)
            if len(there) >= MOST_TREES:
                raise InvalidRequest(TOO_MANY)
            place = placed(heading, [one.order for one in there])
            row = TreeRow(community=community.id, slug=heading["slug"], title=heading["title"], place=place)
            unit.session.add(row)
            self._changed(unit, actor, community, "collections_changed", heading["title"])
        return self.tree(community, heading["slug"])

    def update_tree(self, actor: Actor, community: Community, slug: str, sent: Mapping[str, Any]) -> Tree:
        """Change the title, the slug or the place of a tree."""
        self.service.roles.require(actor, community, "manage")
        found = self.tree(community, slug)
        heading = checked_heading(sent, {"title": found.title, "slug": found.slug, "order": found.order})
        with unique(TREE_TAKEN), self.database.write() as unit:
            row = locked(unit, TreeRow, found.id)
            row.slug, row.title, row.place = heading["slug"], heading["title"], heading["order"]
            self._changed(unit, actor, community, "collections_changed", heading["title"])
        return self.tree(community, heading["slug"])

    def delete_tree(self, actor: Actor, community: Community, slug: str, *, cascade: bool = False) -> None:
        """Fell a tree; with `cascade` one that has collections. Raises `Conflict`."""
        self.service.roles.require(actor, community, "manage")
        found = self.tree(community, slug)
        if found.collections and not cascade:
            raise Conflict(NOT_EMPTY)
        with self.database.write() as unit:
            unit.session.delete(locked(unit, TreeRow, found.id))
            self._changed(unit, actor, community, "collections_removed", found.title)

    def create(
        self, actor: Actor, community: Community, tree: str, sent: Mapping[str, Any], *, under: str = ""
    ) -> Collection:
        """Add a collection to a tree, at its root or `under` another one. Raises `PermissionDenied`, `NotFound`,
        `ValidationFailed`, and `Conflict` for a slug that is taken."""
        self.service.roles.require(actor, community, "manage")
        found = self.tree(community, tree)
        above = self.collection(community, tree, under) if under else None
        if above is not None and above.depth >= DEEPEST:
            raise InvalidRequest(TOO_DEEP)
        heading, query = checked_heading(sent), checked_query(sent)
        records = self._counted(community, [*(above.queries if above is not None else ()), query])
        with unique(COLLECTION_TAKEN), self.database.write() as unit:
            self.service.locked(unit, community.id)
            if sum(1 for one in trees_in(unit.session, community.id) for _ in one.walk()) >= MOST_COLLECTIONS:
                raise InvalidRequest(TOO_MANY)
            beside = above.children if above is not None else found.collections
            unit.session.add(
                CollectionRow(
                    tree=found.id,
                    parent=above.id if above is not None else None,
                    slug=heading["slug"],
                    title=heading["title"],
                    query=query,
                    place=placed(heading, [one.order for one in beside]),
                    records=records,
                )
            )
            self._changed(unit, actor, community, "collections_changed", heading["title"])
        return self.collection(community, tree, heading["slug"])

    def update(self, actor: Actor, community: Community, tree: str, slug: str, sent: Mapping[str, Any]) -> Collection:
        """Change a collection; what is not sent stays."""
        self.service.roles.require(actor, community, "manage")
        found = self.collection(community, tree, slug)
        heading = checked_heading(sent, {"title": found.title, "slug": found.slug, "order": found.order})
        query = checked_query(sent, found.query)
        records = self._counted(community, [*found.queries[:-1], query])
        with unique(COLLECTION_TAKEN), self.database.write() as unit:
            row = locked(unit, CollectionRow, found.id)
            row.slug, row.title, row.place = heading["slug"], heading["title"], heading["order"]
            row.query, row.records = query, records
            self._changed(unit, actor, community, "collections_changed", heading["title"])
        return self.collection(community, tree, heading["slug"])

    def delete(self, actor: Actor, community: Community, tree: str, slug: str, *, cascade: bool = False) -> None:
        """Remove a collection; with `cascade` one that has others below it. Its records stay. Raises `Conflict`."""
        self.service.roles.require(actor, community, "manage")
        found = self.collection(community, tree, slug)
        if found.children and not cascade:
            raise Conflict(NOT_EMPTY)
        with self.database.write() as unit:
            unit.session.delete(locked(unit, CollectionRow, found.id))
            self._changed(unit, actor, community, "collections_removed", found.title)

    def reorder(self, actor: Actor, community: Community, sent: Mapping[str, Any], tree: str = "") -> None:
        """Give trees, or the collections of one, the places that are sent. Raises `NotFound` for one that is not
        there; nothing is moved then."""
        self.service.roles.require(actor, community, "manage")
        places = checked_order(sent)
        there: dict[str, int]
        if tree:
            there = {one.slug: one.id for one in self.tree(community, tree).walk()}
        else:
            there = {one.slug: one.id for one in self.trees(community)}
        if not places.keys() <= there.keys():
            raise NotFound(NO_COLLECTION if tree else NO_TREE)
        with self.database.write() as unit:
            for slug, place in places.items():
                kind: type[CollectionRow] | type[TreeRow] = CollectionRow if tree else TreeRow
                locked(unit, kind, there[slug]).place = place
            self._changed(unit, actor, community, "collections_ordered", "")

    def move(self, actor: Actor, community: Community, tree: str, slug: str, steps: int) -> None:
        """Move a tree, or a collection among those beside it, up or down by steps."""
        beside = [one.slug for one in self._beside(community, tree, slug)]
        name = slug or tree
        before = beside.index(name)
        beside.insert(max(0, before + steps), beside.pop(before))
        places = [{"slug": one, "order": 10 * place} for place, one in enumerate(beside, 1)]
        self.reorder(actor, community, {"order": places}, tree if slug else "")

    def _beside(self, community: Community, tree: str, slug: str) -> Sequence[Tree | Collection]:
        """The trees of a community, or the collections beside one. Raises `NotFound`."""
        found = self.tree(community, tree)
        if not slug:
            return self.trees(community)
        path = self.collection(community, tree, slug).path
        if not path:
            return found.collections
        return self.collection(community, tree, path[-1].slug).children

    def recount(self, community: Community) -> int:
        """Count the records of all collections of a community anew; returns how many had changed."""
        counted = {}
        for tree in self.trees(community):
            for one in tree.walk():
                records = self._counted(community, one.queries)
                if records != one.records:
                    counted[one.id] = records
        if counted:
            with self.database.write() as unit:
                rows = unit.session.execute(select(CollectionRow).where(CollectionRow.id.in_(counted))).scalars()
                for row in rows:
                    row.records = counted[row.id]
        return len(counted)

    def communities(self) -> list[str]:
        """The ids of communities that have collections."""
        statement = (
            select(TreeRow.community)
            .join(CommunityRow, CommunityRow.id == TreeRow.community)
            .where(CommunityRow.status == "P")
        )
        with self.database.read() as session:
            return list(session.execute(statement.distinct()).scalars())

    def _counted(self, community: Community, queries: list[str]) -> int:
        """How many records a collection has: for everybody, or of a restricted community for its members."""
        reader = ANONYMOUS if community.is_public else SYSTEM
        return self.tried(reader, community, queries[:-1], queries[-1], size=1).total

    def _changed(self, unit: UnitOfWork, actor: Actor, community: Community, action: str, title: str) -> None:
        unit.session.flush()
        note(unit, actor, community.id, action, **({"group": title} if title else {}))
