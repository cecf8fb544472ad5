"""The built-in plugin `known-names`: names that public records of this repository have already."""

from __future__ import annotations

from muniment.builtin.known_names.lookup import known_names
from muniment.hooks.meta import implements
from muniment.names.suggested import NameType, SuggestedName
from muniment.plugins.context import PluginContext


class Plugin:
    """Answers from the search index, so that nothing is stored twice and nothing outlives its record."""

    def __init__(self, context: PluginContext) -> None:
        self.context = context

    @implements
    def suggest_names(self, text: str, type: NameType, size: int) -> list[SuggestedName]:
        return known_names(self.context.repository, text, type, size)
