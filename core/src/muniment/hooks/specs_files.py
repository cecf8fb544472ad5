"""Hooks of files: where bytes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from muniment.files.storage import StorageBackendSpec


class FileHooks:
    """What plugins add to the keeping of files."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_storage_backends(self) -> list[StorageBackendSpec]:
        """Offer a place for bytes; `files.backend` in the configuration chooses the one for new files.

        :returns: backends; the name is stored with every object and must stay the same.
        """
