"""The sets of the guidelines, for harvesters: `openaire` and `openaire_data`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from muniment.api import RecordItem
from muniment_openaire import coar

OfferedSet = Mapping[str, str | Callable[[Sequence[RecordItem]], set[str]]]


def offered_sets() -> list[OfferedSet]:
    """What the plugin for OAI-PMH asks for."""
    return [
        {
            "spec": "openaire",
            "name": "OpenAIRE",
            "description": "Publications that are open, or that were funded by a grant.",
            "members": _publications,
        },
        {
            "spec": "openaire_data",
            "name": "OpenAIRE data",
            "description": "Data, software and other results.",
            "members": _data,
        },
    ]


def _publications(items: Sequence[RecordItem]) -> set[str]:
    return {str(item.id) for item in items if _kind(item.data) == "publication" and _is_wanted(item.data)}


def _data(items: Sequence[RecordItem]) -> set[str]:
    return {str(item.id) for item in items if _kind(item.data) != "publication"}


def _kind(record: Mapping[str, Any]) -> str:
    return coar.openaire_type(str(((record.get("metadata") or {}).get("resource_type") or {}).get("id") or ""))


def _is_wanted(record: Mapping[str, Any]) -> bool:
    """Open, or the outcome of a funded project: then whatever its access."""
    is_open = (record.get("access") or {}).get("status") == "open"
    return is_open or bool((record.get("metadata") or {}).get("funding"))
