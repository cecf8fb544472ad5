"""Suggestions of names, from all plugins that have some."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from muniment.errors import PermissionDenied

if TYPE_CHECKING:
    from muniment.access.actor import Actor
    from muniment.names.suggested import NameType, SuggestedName
    from muniment.repository import Repository

#: Fewer letters would list half the alphabet with every key.
SHORTEST: Final = 2
LONGEST: Final = 200  # characters
MOST: Final = 20


class NameService:
    """What is offered where a person or an organisation is named."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository

    def suggest(self, actor: Actor, text: str, type: NameType = "personal") -> list[SuggestedName]:
        """At most `MOST` names that `text` may be the beginning of, those of the first plugin first, each once.

        Raises `PermissionDenied` for visitors: names are offered to those who deposit, not to those who collect them.
        """
        if not actor.is_authenticated:
            raise PermissionDenied()
        text = " ".join(text.replace("\0", "").split())[:LONGEST]
        if len(text) < SHORTEST:
            return []
        found = self.repository.hooks.suggest_names(text=text, type=type, size=MOST)
        return list({_same(name): name for name in reversed(found)}.values())[::-1][:MOST]


def _same(name: SuggestedName) -> object:
    """What two suggestions of one person or organisation have in common."""
    return name.identifiers or (name.name, name.affiliations)
