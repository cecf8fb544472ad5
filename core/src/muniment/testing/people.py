"""People in tests."""

from __future__ import annotations

from dataclasses import dataclass

from muniment.access.actor import Actor

PASSWORD = "a long enough password 1867"


@dataclass(frozen=True)
class Person:
    """An account made for a test; `actor` is that person signed in."""

    email: str
    password: str
    subject: int
    actor: Actor
