"""What a plugin says of a search backend that it offers. Imports nothing heavy: every command reads it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from muniment.search.port import SearchBackend
    from muniment.search.query.field import FieldMap

EMBEDDED: Final = "embedded"
"""The backend that is always there. It serves as long as the one that was chosen is not offered."""
SETTINGS: Final = "embedded-search"
"""The built-in plugin whose settings name the backend."""
SWITCH_JOB: Final = "search.switch"


@dataclass(frozen=True)
class SearchBackendSpec:
    """A search engine that a plugin offers; `search.backend` chooses by `name`, `title` is what operators read.

    `factory` is given a folder of its own on this machine and what tells the fields of the present generation. With
    another `key` (the settings that it is opened with) the backend is opened anew.
    """

    name: str
    title: Any
    factory: Callable[[Path, Callable[[], FieldMap]], SearchBackend]
    key: Hashable = ""
