"""Providers of persistent identifiers, as plugins offer them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol


@dataclass(frozen=True)
class IdentifierRequest:
    """For what an identifier is wanted: a version (`level` ``record``) or all versions (``parent``).

    `number` is the record's or parent's number as it is shown in public; `record_number` the version's; `data` is the
    draft's metadata document.
    """

    level: str
    number: str
    record_number: str
    data: dict[str, Any]


class IdentifierProvider(Protocol):
    """Gives identifiers of one scheme. Nothing here may talk to the outside: these run inside transactions.

    `required` providers give every version an identifier at publishing at the latest. `parent_follows` asks for one
    at parent level whenever a version gets its own. One that is not `offered` gives versions no new identifiers and
    keeps those that there are; who leaves it out is.
    """

    scheme: str
    name: str
    required: bool
    parent_follows: bool

    def propose(self, request: IdentifierRequest) -> str:
        """The identifier to reserve."""

    def check(self, identifier: str, request: IdentifierRequest) -> str | None:
        """Why `identifier`, sent by a client under this provider's name, cannot be used; None when it can."""

    def owns(self, identifier: str) -> bool:
        """Whether an identifier given as external belongs to this provider, and so may not be used as such."""

    def url(self, identifier: str) -> str:
        """Where the identifier resolves."""
