"""Sets for harvesters: one for each public community."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from muniment.api import RecordItem
from muniment_communities.community import PUBLIC
from muniment_communities.fragments import entries_of
from muniment_communities.models import CommunityRow

if TYPE_CHECKING:
    from muniment_communities.service import CommunityService

OfferedSet = Mapping[str, str | Callable[[Sequence[RecordItem]], set[str]]]


class CommunitySets:
    """The sets of one generation: fixed when they are first asked for."""

    def __init__(self, service: CommunityService) -> None:
        self.service = service

    @cached_property
    def there(self) -> dict[str, tuple[str, str]]:
        return self._read()

    def offered(self) -> list[OfferedSet]:
        """`community-SLUG`; members are told by the id, so that a new slug keeps them."""
        return [
            {"spec": f"community-{slug}", "name": title, "description": "", "members": partial(_within, community=id)}
            for id, (slug, title) in self.there.items()
        ]

    def are_stale(self) -> bool:
        """Whether communities were made, renamed or deleted since."""
        return self._read() != self.there

    def _read(self) -> dict[str, tuple[str, str]]:
        statement = select(CommunityRow.id, CommunityRow.slug, CommunityRow.title)
        statement = statement.where(CommunityRow.status == "P", CommunityRow.visibility == PUBLIC)
        with self.service.database.read() as session:
            return {row.id: (row.slug, row.title) for row in session.execute(statement.order_by(CommunityRow.slug_key))}


def _within(items: Sequence[RecordItem], community: str) -> set[str]:
    return {item.id for item in items if any(entry["id"] == community for entry in entries_of(item.data))}
