"""Addresses that mail does not reach: they are paused until the person asks again or has another address."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.policy import default
from typing import Final

from sqlalchemy import func, select

from muniment.api import SYSTEM, Actor, Repository
from muniment_notifications.models import Paused
from muniment_notifications.sending import keep

#: So many are listed to operators.
LISTED: Final = 50


@dataclass(frozen=True)
class Pause:
    """A person to whose address nothing is mailed."""

    subject: int
    reason: str
    since: datetime


class Bounces:
    """The paused addresses of one repository."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.database = repository.database

    def of(self, subject: int, address: str) -> Pause | None:
        """The pause of a person's present address."""
        with self.database.read() as session:
            row = session.get(Paused, subject)
        return _pause(row) if row is not None and row.address == hashed(address) else None

    def record(self, address: str, reason: str, actor: Actor = SYSTEM) -> bool:
        """Pause the account with an address; whether there is one."""
        user = self.repository.users.find(address)
        if user is None:
            return False
        self.pause(user.subject_id, user.email, reason, actor)
        return True

    def pause(self, subject: int, address: str, reason: str, actor: Actor = SYSTEM) -> None:
        with self.database.write() as unit:
            row = unit.session.get(Paused, subject) or Paused(subject=subject)
            row.address, row.reason, row.since = hashed(address), reason[:200], unit.now
            unit.session.add(row)
            keep(unit, subject, "mail", "bounced", detail=reason)
            unit.audit("notifications.paused", f"user:{subject}", actor)

    def resume(self, subject: int, actor: Actor) -> None:
        """Mail somebody again."""
        with self.database.write() as unit:
            row = unit.session.get(Paused, subject)
            if row is not None:
                unit.session.delete(row)
                unit.audit("notifications.resumed", f"user:{subject}", actor)

    def list(self) -> tuple[list[Pause], int]:
        """The newest pauses, and how many there are."""
        with self.database.read() as session:
            rows = session.execute(select(Paused).order_by(Paused.since.desc()).limit(LISTED)).scalars()
            return [_pause(row) for row in rows], session.execute(select(func.count()).select_from(Paused)).scalar_one()


def hashed(address: str) -> str:
    return hashlib.sha256(address.strip().casefold().encode()).hexdigest()


def read_report(report: bytes) -> list[tuple[str, str]]:
    """The addresses that a delivery report (RFC 3464) says are not reached for good, each with its status."""
    found = []
    for part in message_from_bytes(report, policy=default).walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Message) and (failed := _failed(block)) is not None:
                found.append(failed)
    return found


def _failed(block: Message) -> tuple[str, str] | None:
    status, action = str(block.get("Status", "")).strip(), str(block.get("Action", "")).strip().lower()
    recipient = str(block.get("Original-Recipient") or block.get("Final-Recipient") or "")
    address = recipient.rpartition(";")[2].strip().strip("<>")
    if action != "failed" or not status.startswith("5") or "@" not in address:
        return None
    return address, status[:20]


def _pause(row: Paused) -> Pause:
    return Pause(row.subject, row.reason, row.since)
