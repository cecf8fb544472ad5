"""Scopes: what a token, or an application that acts for a person, can be limited to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


def _(text: str) -> str:
    """Marks a text for translators; pages look it up when they show it."""
    return text


@dataclass(frozen=True)
class Scope:
    """One scope. `title` says in a few English words what it allows; pages translate it.

    `changes` says that whoever has it may send requests that change something; services ask for the exact scope.
    `personal` says that people can choose it for access tokens of their own, besides applications that ask for it.
    """

    name: str
    title: str
    changes: bool = False
    personal: bool = True


CORE_SCOPES: Final = (
    Scope("user:email", _("Read your e-mail address and your preferences")),
    Scope("deposit:write", _("Create and change uploads, but not publish them"), changes=True),
    Scope("deposit:actions", _("Publish uploads and take other actions on them"), changes=True),
)
