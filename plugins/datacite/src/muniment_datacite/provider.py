"""The provider: proposes DOIs, and says which ones belong to this repository."""

from __future__ import annotations

from typing import Any

from muniment.api import IdentifierRequest, InvalidRequest
from muniment_datacite.settings import active_prefix, own_prefixes


class DataCiteProvider:
    """DOIs under the repository's prefixes. Nothing here talks to DataCite."""

    scheme = "doi"
    name = "datacite"
    parent_follows = True

    def __init__(self, settings: Any) -> None:
        self.prefix: str = active_prefix(settings)
        self.prefixes = own_prefixes(settings)
        self.suffix: str = settings.suffix
        self.required: bool = settings.dois == "required"
        self.offered: bool = settings.dois != "off"

    def propose(self, request: IdentifierRequest) -> str:
        """The DOI for a version, or the concept DOI for a parent: they differ by the number in them."""
        if not self.offered and request.level == "record":
            raise InvalidRequest("This repository gives no DOIs.")
        return f"{self.prefix}/{self.suffix.format(id=request.number)}"

    def check(self, identifier: str, _request: IdentifierRequest) -> str | None:
        return None if identifier.startswith("10.") and "/" in identifier else f"'{identifier}' is not a DOI."

    def owns(self, identifier: str) -> bool:
        prefix, slash, _ = identifier.lower().partition("/")
        return bool(slash) and prefix in self.prefixes

    def url(self, identifier: str) -> str:
        return f"https://doi.org/{identifier}"
