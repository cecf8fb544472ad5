"""How long messages stay in the mailbox folder."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from muniment.mail.transport import sweep_mailbox

if TYPE_CHECKING:
    from muniment.repository import Repository

KEPT: Final = timedelta(days=30)


def sweep_stored_messages(repository: Repository, now: datetime) -> int:
    """Remove stored messages that are older than thirty days; returns how many."""
    return sweep_mailbox(repository.mail.mailbox, now - KEPT)
