"""Events about somebody's data; they name the subject only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.users.events import UserEvent


@dataclass(frozen=True)
class DataExportRequested(UserEvent):
    """Somebody asked for a copy of everything that is stored about them, and it is too much to make at once."""

    name: ClassVar[str] = "user.export_requested"
    export_id: int = 0


@dataclass(frozen=True)
class ErasureRequested(UserEvent):
    """Somebody asked for their account to be deleted; until it is, signing in takes that back."""

    name: ClassVar[str] = "user.erasure_requested"


@dataclass(frozen=True)
class UserErased(UserEvent):
    """An account was deleted: nothing but the empty subject is left. Systems outside forget it now.

    `erased` is the time in ISO 8601; `heir` got the records, None for nobody.
    """

    name: ClassVar[str] = "user.erased"
    erased: str = ""
    heir: int | None = None
