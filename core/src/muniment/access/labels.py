"""Labels: who may do what with a record. An action is allowed when the actor holds one of its labels.

The labels for viewing are stored in the search index too, so that lists, counts and pages cannot disagree.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from muniment.access.actor import PUBLIC, SYSTEM_LABEL

Action = Literal["view", "read_files", "preview", "review", "edit", "manage", "moderate"]

ADMINISTRATOR = "role:administrator"
MODERATOR = "role:moderator"


@lru_cache(maxsize=4096)
def record_labels(action: str, owner: int | None, access_record: str, access_files: str) -> frozenset[str]:
    """The labels that allow `action` on a published record with this owner and visibility."""
    if action == "view" and access_record == "public":
        return frozenset({PUBLIC})
    if action == "read_files" and access_record == "public" and access_files == "public":
        return frozenset({PUBLIC})
    return draft_labels(action, owner)


@lru_cache(maxsize=4096)
def draft_labels(action: str, owner: int | None) -> frozenset[str]:
    """The labels that allow `action` on a draft, or on a restricted record."""
    labels = {ADMINISTRATOR, SYSTEM_LABEL}
    if action in ("view", "read_files", "preview", "moderate"):
        labels.add(MODERATOR)
    if owner is not None and action != "moderate":
        labels.add(f"subject:{owner}")
    return frozenset(labels)
