"""What `muniment doctor` finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from muniment.cli.session import Session


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `state` is ok, warning or error; the message of an error says what to do."""

    check: str
    state: str
    message: str


Check = tuple[str, Callable[[Session], Iterator[Finding]]]
