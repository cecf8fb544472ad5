"""Where somebody works, as they tell everybody at ORCID; for the form of whoever signs up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from muniment_orcid.addresses import api_address

_MOST: Final = 3


def affiliation_of(site: str) -> Callable[[Callable[[str], Any], str], Mapping[str, Any]]:
    """The function that asks ORCID's public interface for the organisations where somebody works at present."""

    def ask(get: Callable[[str], Any], orcid: str) -> Mapping[str, Any]:
        told = get(f"{api_address(site, 'pub')}/{orcid}/employments")
        return {"affiliation": list(dict.fromkeys(_organisations(told)))[:_MOST]}

    return ask


def _organisations(told: Mapping[str, Any]) -> Iterator[str]:
    for group in told.get("affiliation-group") or []:
        for entry in group.get("summaries") or []:
            employment = entry["employment-summary"]
            if employment.get("end-date") is None:
                yield str(employment["organization"]["name"])
