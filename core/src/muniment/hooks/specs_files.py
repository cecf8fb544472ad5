"""Hooks of files: where bytes are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from muniment.hooks.meta import hook

if TYPE_CHECKING:
    from muniment.files.limits import Limits
    from muniment.files.storage import StorageBackendSpec
    from muniment.files.usage import FileUsage
    from muniment.records.snapshots import RecordHandle


class FileHooks:
    """What plugins add to the keeping of files."""

    @hook(kind="collect", when="build", errors="quarantine", since="0.1")
    def register_storage_backends(self) -> list[StorageBackendSpec]:
        """Offer a place for bytes; `files.backend` in the configuration chooses the one for new files.

        :returns: backends; the name is stored with every object and must stay the same.
        """

    @hook(kind="filter", when="transaction", errors="raise", since="0.1")
    def file_limits(self, value: Limits, draft: RecordHandle, usage: FileUsage) -> Limits:
        """Say how many files of what size one draft may have, in place of the limits of the site.

        Called whenever files are announced, received or shown in the form: while reading, and again inside the
        transaction that adds them, where `usage` counts what others have added meanwhile. It reads and no more. An
        error refuses the files.

        :param value: the limits of the site, as the plugins before have changed them.
        :param draft: the draft whose files they are.
        :param usage: what the owner of the draft keeps elsewhere; counted only when it is asked.
        :returns: limits; a plugin that returns None changes nothing.
        """
