"""`?expand=1`: the objects that a record refers to, beside it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from muniment.access.actor import Actor
from muniment.errors import NotFound, PermissionDenied

if TYPE_CHECKING:
    from muniment.repository import Repository


def expanded(repository: Repository, data: Mapping[str, Any], reader: Actor) -> dict[str, Any]:
    """InvenioRDM's `expanded`: the owner's public profile under the path where the record names the owner.

    An account that is gone or hidden is named by its id only.
    """
    owner = (((data.get("parent") or {}).get("access") or {}).get("owned_by") or {}).get("user")
    if not owner:
        return {}
    return {"parent": {"access": {"owned_by": _profile(repository, str(owner), reader)}}}


def _profile(repository: Repository, subject: str, reader: Actor) -> dict[str, Any]:
    try:
        profile: dict[str, Any] = repository.users.public_profile(reader, int(subject))
    except (NotFound, PermissionDenied, ValueError):
        return {"id": subject}
    return profile
