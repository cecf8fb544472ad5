"""What happens to sign-ups, for the worker."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from muniment.api import Event


@dataclass(frozen=True)
class ConfirmationRequested(Event):
    """Somebody agreed to have an account; their address is to be confirmed by a letter."""

    name: ClassVar[str] = "oidc.confirmation_requested"
    arrival_id: int = 0

    @property
    def key(self) -> str:
        return f"oidc.arrival:{self.arrival_id}"
