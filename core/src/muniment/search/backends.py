"""The search backends of a generation, the one that serves, and the indexes that a process has open."""

from __future__ import annotations

import threading
from collections.abc import Hashable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING

import structlog

from muniment.errors import NotFound
from muniment.search.backend_spec import EMBEDDED, SearchBackendSpec
from muniment.search.runtime import SearchRuntime

if TYPE_CHECKING:
    from muniment.repository import Repository

log = structlog.get_logger(__name__)


class Runtimes:
    """The indexes that a process has open, by the name and key of their backend."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[tuple[str, Hashable], SearchRuntime] = {}

    def open(self, repository: Repository, spec: SearchBackendSpec) -> SearchRuntime:
        """Raises `ConfigurationError` when the backend cannot be opened here at all."""
        var = repository.instance.var
        folder = var / "index" if spec.name == EMBEDDED else var / "search" / spec.name
        with self._lock:
            found = self._open.get((spec.name, spec.key))
            if found is None:
                found = self._open[spec.name, spec.key] = SearchRuntime(folder, spec.factory)
            return found

    def retire_others(self, repository: Repository, serving: SearchRuntime) -> None:
        """Only `serving` follows the log in this process from now on."""
        with self._lock:
            others = [runtime for runtime in self._open.values() if runtime is not serving]
        for runtime in others:
            runtime.retire(repository)

    def close(self) -> None:
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()


class Backends:
    """What this generation offers, and which of it serves."""

    def __init__(self, repository: Repository) -> None:
        self._repository = repository
        self.runtimes: Runtimes = repository.resources.get("search", Runtimes)

    @cached_property
    def offered(self) -> Mapping[str, SearchBackendSpec]:
        return {spec.name: spec for spec in self._repository.hooks.register_search_backends()}

    @cached_property
    def serving(self) -> str:
        """The name of the backend that answers."""
        chosen = self._repository.config.search.backend
        if chosen in self.offered:
            return chosen
        log.error("search_backend_missing", backend=chosen, serving=EMBEDDED)
        return EMBEDDED

    @property
    def problem(self) -> str:
        """Why another backend answers than the one that was chosen; empty when it does."""
        chosen = self._repository.config.search.backend
        if chosen == self.serving:
            return ""
        return f"search.backend: '{chosen}' is not there; enable the plugin that brings it. {self.serving} serves."

    def spec(self, name: str) -> SearchBackendSpec:
        """Raises `NotFound` for a name that is not offered."""
        if name not in self.offered:
            raise NotFound(f"There is no search backend '{name}' (there are: {', '.join(sorted(self.offered))}).")
        return self.offered[name]

    def open(self, name: str) -> SearchRuntime:
        return self.runtimes.open(self._repository, self.spec(name))
