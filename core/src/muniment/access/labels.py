"""Labels: who may do what with a record. An action is allowed when the actor holds one of its labels.

The labels for viewing are stored in the search index too, so that lists, counts and pages cannot disagree. What is not
open to all carries labels of its parent (``parent:12:view``): plugins give those to readers, request by request, so
that what is given and taken away concerns readers only and nothing has to be indexed again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

from muniment.access.actor import PUBLIC, SYSTEM_LABEL

Action = Literal["view", "read_files", "preview", "review", "edit", "manage", "moderate"]
Level = Literal["view", "preview", "edit", "manage"]

ADMINISTRATOR = "role:administrator"
MODERATOR = "role:moderator"

#: What somebody may do to whom a level was given. Publishing a draft is an action of its own.
LEVELS: Final[dict[str, tuple[str, ...]]] = {
    "view": ("view", "read_files"),
    "preview": ("view", "read_files", "preview"),
    "edit": ("view", "read_files", "preview", "review", "edit", "publish"),
    "manage": ("view", "read_files", "preview", "review", "edit", "publish", "manage"),
}
#: What may be done by whoever is not to learn who made the record.
BLIND_ACTIONS: Final = frozenset(LEVELS["preview"])
_GIVEN: Final = frozenset(LEVELS["manage"])


def parent_label(parent: int, action: str) -> str:
    """The label that allows one action on all versions and drafts of a parent."""
    return f"parent:{parent}:{action}"


def blind_label(parent: int) -> str:
    """The label that shows all versions and drafts of a parent without the people behind them. It is never indexed: a
    search for a name would tell."""
    return f"blind:{parent}"


def shared_label(parent: int) -> str:
    """Marks what was given to a person, so that it is listed as shared with them; allows nothing by itself."""
    return f"shared:{parent}"


def labels_given(parent: int, level: str, *, listed: bool = True) -> frozenset[str]:
    """The labels of whoever was given a level (view, preview, edit, manage) on a parent; `listed` under what is shared
    with them."""
    labels = {parent_label(parent, action) for action in LEVELS[level]}
    return frozenset(labels | {shared_label(parent)} if listed else labels)


@dataclass(frozen=True)
class LabelOnWork:
    """Whoever holds `label`, one of a plugin's own, has a level (view, preview, edit, manage) on a parent."""

    parent: int
    label: str
    level: str = "view"


def labels_held(held: frozenset[str], works: Iterable[LabelOnWork]) -> frozenset[str]:
    """The labels on works that follow from the labels that somebody holds."""
    return frozenset().union(*(labels_given(one.parent, one.level, listed=False) for one in works if one.label in held))


def labels_by_parent(works: Sequence[LabelOnWork]) -> dict[int, frozenset[str]]:
    """The labels of plugins that see works, by parent."""
    found: dict[int, frozenset[str]] = {}
    for one in works:
        found[one.parent] = found.get(one.parent, frozenset()) | {one.label}
    return found


def labels_given_blindly(parent: int) -> frozenset[str]:
    """The labels of whoever may see everything of a parent but who made it."""
    return frozenset({blind_label(parent)})


def shared_parents(labels: frozenset[str]) -> list[int]:
    """The parents that were given to whoever holds `labels`."""
    return sorted(int(label.removeprefix("shared:")) for label in labels if label.startswith("shared:"))


def record_labels(
    action: str, owner: int | None, access_record: str, access_files: str, parent: int | None = None
) -> frozenset[str]:
    """The labels that allow `action` on a published record with this owner, visibility and parent."""
    if action == "view" and access_record == "public":
        return _EVERYBODY
    if action == "read_files" and access_record == "public" and access_files == "public":
        return _EVERYBODY
    return draft_labels(action, owner, parent)


def draft_labels(action: str, owner: int | None, parent: int | None = None) -> frozenset[str]:
    """The labels that allow `action` on a draft, or on a restricted record."""
    labels = _own_labels(action, owner)
    if parent is None or action not in _GIVEN:
        return labels
    given = {parent_label(parent, action)}
    if action in BLIND_ACTIONS:
        given.add(blind_label(parent))
    return labels | given


def seeing(labels: frozenset[str], parent: int) -> frozenset[str]:
    """Those of the labels of a record that show it whole; only these are indexed."""
    return labels - {blind_label(parent)}


_EVERYBODY: Final = frozenset({PUBLIC})


@lru_cache(maxsize=4096)
def _own_labels(action: str, owner: int | None) -> frozenset[str]:
    labels = {ADMINISTRATOR, SYSTEM_LABEL}
    if action in ("view", "read_files", "preview", "moderate"):
        labels.add(MODERATOR)
    if owner is not None and action != "moderate":
        labels.add(f"subject:{owner}")
    return frozenset(labels)
