"""What plugins that require `sharing` may import."""

from __future__ import annotations

from muniment.api import Repository
from muniment_sharing.service import SharingService


def sharing_of(repository: Repository) -> SharingService:
    """The service of the generation at hand."""
    found: SharingService = next(
        plugin.plugin.sharing for plugin in repository.generation.plugins if plugin.name == "sharing"
    )
    return found


__all__ = ["SharingService", "sharing_of"]
