"""How long and how large an answer may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class OutgoingLimits:
    """Limits of one request with all that it is sent on to.

    Seconds: `connecting`, `waiting` between two pieces of an answer, and `longest` for everything. `largest` in bytes,
    counted after decompression. `redirects` that are followed; each is judged as the first address was.
    """

    connecting: float = 5.0
    waiting: float = 10.0
    longest: float = 15.0
    largest: int = 1_000_000
    redirects: int = 0
