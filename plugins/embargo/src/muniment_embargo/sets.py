"""Sets for harvesters: the records by who may have their files, so that those can be fetched whose embargo is over."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from muniment.api import RecordItem

OfferedSet = Mapping[str, str | Callable[[Sequence[RecordItem]], set[str]]]

#: Name and description by access status, in the language of machines.
_STATUSES: Final = {
    "open": ("Open access", "Records whose files everybody may have."),
    "embargoed": ("Under embargo", "Records whose files open by themselves on a day."),
    "restricted": ("Restricted", "Records whose files are for people with permission."),
    "metadata-only": ("Metadata only", "Records without files."),
}


def sets() -> list[OfferedSet]:
    """One for each access status: `access:open`, `access:embargoed`, …"""
    return [
        {"spec": f"access:{status}", "name": name, "description": text, "members": partial(_with_status, status=status)}
        for status, (name, text) in _STATUSES.items()
    ]


def _with_status(items: Sequence[RecordItem], status: str) -> set[str]:
    return {item.id for item in items if _status(item.data) == status}


def _status(record: Mapping[str, Any]) -> Any:
    return (record.get("access") or {}).get("status")
