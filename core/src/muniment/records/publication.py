"""What happens to one draft in place of being published at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from muniment.access.actor import Actor


@dataclass(frozen=True)
class Publication:
    """What the button for publishing does with a draft that does not simply become public, and how it says so.

    `button` stands below the deposit form, `question` and `text` above `confirm`, the button that does it; all in the
    reader's language. `publishes` tells whether the record is public then. `carry_out(actor, number, revision)` does it
    with that revision of the draft and returns the path of the page to show; it raises what publishing raises.
    `refusal` is told to those who publish it by other ways.
    """

    button: str
    question: str
    text: str
    confirm: str
    refusal: str
    carry_out: Callable[[Actor, str, int], str]
    publishes: bool = False
