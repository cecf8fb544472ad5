"""The provider: proposes DOIs, and says which ones belong to this repository."""

from __future__ import annotations

from typing import Any

from muniment.api import IdentifierRequest
from muniment_datacite.settings import TEST_PREFIX


class DataCiteProvider:
    """DOIs under the repository's prefix. Nothing here talks to DataCite."""

    scheme = "doi"
    name = "datacite"
    parent_follows = True

    def __init__(self, settings: Any) -> None:
        self.prefix: str = TEST_PREFIX if settings.test_mode else settings.prefix
        self.suffix: str = settings.suffix
        self.required: bool = settings.required

    def propose(self, request: IdentifierRequest) -> str:
        """The DOI for a version, or the concept DOI for a parent: they differ by the number in them."""
        return f"{self.prefix}/{self.suffix.format(id=request.number)}"

    def check(self, identifier: str, _request: IdentifierRequest) -> str | None:
        return None if identifier.startswith("10.") and "/" in identifier else f"'{identifier}' is not a DOI."

    def owns(self, identifier: str) -> bool:
        return identifier.lower().startswith((f"{self.prefix}/", f"{TEST_PREFIX}/"))

    def url(self, identifier: str) -> str:
        return f"https://doi.org/{identifier}"
