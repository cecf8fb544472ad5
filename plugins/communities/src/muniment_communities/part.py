"""The communities of a record in its JSON: `parent.communities`, and the facet over it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from muniment.api import PartSubject, RecordFacet, RecordLink, RecordPart, Repository
from muniment_communities.community import Community

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

PATH: Final = "communities"
FACET: Final = "communities"


def part(service: Callable[[], CommunityService]) -> RecordPart:
    def dump(_repository: Repository, subjects: Sequence[PartSubject]) -> dict[int, Any]:
        found = service().records.of_parents(subject.parent_id for subject in subjects)
        return {subject.record_id: _json(found[subject.parent_id]) for subject in subjects if found[subject.parent_id]}

    return RecordPart(PATH, level="parent", dump=dump)


def _json(communities: Sequence[tuple[Community, bool]]) -> dict[str, Any]:
    default = [one.id for one, is_default in communities if is_default]
    return {
        "ids": [one.id for one, _ in communities],
        **({"default": default[0]} if default else {}),
        "entries": [entry(one) for one, _ in communities],
    }


def entry(community: Community) -> dict[str, Any]:
    """What records show of a community."""
    metadata: dict[str, Any] = {"title": community.title}
    if "type" in community.metadata:
        metadata["type"] = community.metadata["type"]
    return {
        "id": community.id,
        "slug": community.slug,
        "created": community.created.isoformat(),
        "metadata": metadata,
        "access": {"visibility": community.access["visibility"]},
        "is_verified": community.verified is not None,
    }


def json_links() -> list[RecordLink]:
    return [RecordLink(name, f"/api/records/{{id}}/{name}") for name in ("communities", "communities-suggestions")]


def facet() -> RecordFacet:
    """By slug, since that is what people write into addresses; titles come from the vocabulary of the same name."""
    return RecordFacet(FACET, "Communities", _slugs, vocabulary=FACET)


def _slugs(record: Mapping[str, Any]) -> Iterable[str]:
    entries = ((record.get("parent") or {}).get("communities") or {}).get("entries") or ()
    return [str(one["slug"]) for one in entries]
