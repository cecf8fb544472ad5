"""What a check finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    `text` is a sentence in English with places (``%(name)s``) for `values`; pages translate it. That of a warning or an
    error says what to do.
    """

    check: str
    state: State
    text: str
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def message(self) -> str:
        return filled_in(self.text, self.values)

    def to_dict(self) -> dict[str, str]:
        return {"check": self.check, "state": self.state, "message": self.message}


def filled_in(text: str, values: Mapping[str, Any]) -> str:
    """The sentence, in whatever language, with its values. One without values is taken as it stands."""
    return text % dict(values) if values else text


def _(text: str) -> str:
    """Marks a text for translators; pages look it up when they show it."""
    return text
