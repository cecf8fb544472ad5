"""A community as services hand it out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from muniment_communities.models import CommunityRow

PUBLIC, RESTRICTED = "public", "restricted"
#: Each policy with what it can be; the first is what a new community has.
POLICIES: Final[Mapping[str, tuple[str, ...]]] = {
    "visibility": (PUBLIC, RESTRICTED),
    "members_visibility": (PUBLIC, RESTRICTED),
    "member_policy": ("closed", "open"),
    "record_policy": ("open", "closed"),
    "record_submission_policy": ("open", "closed"),
    "review_policy": ("closed", "open", "members"),
}


@dataclass(frozen=True)
class Community:
    """A community as it is stored. `metadata` is what it says about itself, `access` its policies, both as in the
    JSON. `status` is P, or D once it was deleted."""

    id: str
    slug: str
    metadata: Mapping[str, Any]
    access: Mapping[str, str]
    theme: Mapping[str, Any]
    children_allowed: bool
    parent: str | None
    logo: str
    verified: datetime | None
    featured: datetime | None
    status: str
    tombstone: Mapping[str, Any] | None
    created: datetime
    updated: datetime
    revision: int

    @property
    def title(self) -> str:
        return str(self.metadata["title"])

    @property
    def description(self) -> str:
        return str(self.metadata.get("description", ""))

    @property
    def is_public(self) -> bool:
        return self.access["visibility"] == PUBLIC

    @property
    def href(self) -> str:
        """The address of its page."""
        return f"/communities/{self.slug}"

    @classmethod
    def of(cls, row: CommunityRow) -> Community:
        return cls(
            id=row.id,
            slug=row.slug,
            metadata=row.document["metadata"],
            access={name: values[0] for name, values in POLICIES.items()} | row.document["access"],
            theme=row.theme,
            children_allowed=row.children_allowed,
            parent=row.parent,
            logo=row.logo,
            verified=row.verified,
            featured=row.featured,
            status=row.status,
            tombstone=row.tombstone,
            created=row.created,
            updated=row.updated,
            revision=row.revision,
        )
