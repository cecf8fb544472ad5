"""What a process keeps across generations: the open index, the storage, caches; made once, closed in reverse order."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

Resource = TypeVar("Resource")


class Resources:
    """Named process-wide objects. Safe to use from many threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._objects: dict[str, Any] = {}

    def get(self, name: str, make: Callable[[], Resource]) -> Resource:
        """The object called `name`, made by `make` when it is first asked for."""
        with self._lock:
            if name not in self._objects:
                self._objects[name] = make()
            found: Resource = self._objects[name]
            return found

    def close(self) -> None:
        """Close what has a `close` method, newest first."""
        with self._lock:
            while self._objects:
                _, value = self._objects.popitem()
                close = getattr(value, "close", None)
                if callable(close):
                    close()
