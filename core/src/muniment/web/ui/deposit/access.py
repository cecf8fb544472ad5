"""Who may see a record and its files, as one choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

PUBLIC: Final = "public"
FILES: Final = "files"
RESTRICTED: Final = "restricted"

_CHOSEN: Final = {
    PUBLIC: {"record": "public", "files": "public"},
    FILES: {"record": "public", "files": "restricted"},
    RESTRICTED: {"record": "restricted", "files": "restricted"},
}


def access_choice(access: Any) -> str:
    """The choice that `access` of a draft amounts to."""
    if not isinstance(access, Mapping):
        return PUBLIC
    if access.get("record") == "restricted":
        return RESTRICTED
    return FILES if access.get("files") == "restricted" else PUBLIC


def chosen_access(choice: str) -> dict[str, str]:
    """What a choice means; nothing becomes public by a choice that is not understood."""
    return dict(_CHOSEN.get(choice, _CHOSEN[RESTRICTED]))
