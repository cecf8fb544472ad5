"""The storage backends of a generation, by the names that stored objects remember."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from muniment.errors import ConfigurationError
from muniment.files.errors import StorageFailed
from muniment.files.staging import StagingArea
from muniment.files.storage import AdoptingStorage, Storage

if TYPE_CHECKING:
    from muniment.repository import Repository


class Storages:
    """Opens each backend once."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self._opened: dict[str, Storage] = {}

    @cached_property
    def _offered(self) -> dict[str, object]:
        specifications = self._repository.hooks.register_storage_backends()
        return {specification.name: specification.factory for specification in specifications}

    @property
    def names(self) -> list[str]:
        return sorted(self._offered)

    @property
    def default_name(self) -> str:
        """The backend that takes new files (`files.backend`)."""
        return self._repository.config.files.backend

    @property
    def default(self) -> Storage:
        """Raises `ConfigurationError` when the configured backend is not there."""
        if self.default_name not in self._offered and self.default_name not in self._opened:
            offered = ", ".join(self.names) or "none"
            raise ConfigurationError(
                f"files.backend: there is no storage backend '{self.default_name}' (there are: {offered}). Enable the "
                "plugin that brings it, or name another one."
            )
        return self.named(self.default_name)

    def named(self, name: str) -> Storage:
        """The backend that holds an object; raises `StorageFailed` when its plugin is not enabled."""
        storage = self._opened.get(name)
        if storage is None:
            factory = self._offered.get(name)
            if factory is None:
                raise StorageFailed(f"The storage backend '{name}' that holds this file is not enabled.")
            storage = self._opened.setdefault(name, factory())  # type: ignore[operator]
        return storage

    @cached_property
    def staging(self) -> StagingArea:
        """Where uploads in pieces are gathered: on the disk of the default storage, if it has one."""
        storage = self.default
        folder = storage.staging if isinstance(storage, AdoptingStorage) else self._repository.instance.var / "incoming"
        return StagingArea(folder, self._repository.config.files.min_free_bytes)
