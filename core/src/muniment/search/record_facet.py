"""Facets that plugins add over what records hold already."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import structlog

from muniment.hooks.caller import Contribution, PluginFailure, attempt
from muniment.search.facets import CORE_FACETS, Facet
from muniment.search.query.field import Kind, SearchField

log = structlog.get_logger(__name__)

_NAME: Final = re.compile(r"[a-z][a-z_]*")
#: Arguments of searches that are no facets.
_TAKEN: Final = frozenset({"q", "sort", "page", "size", "lang", "expand", "token", "allversions", "suggest"})


@dataclass(frozen=True)
class RecordFacet:
    """A facet of searches. `name` is its argument in addresses, `label` English and translated when shown.

    `values` takes from a record's or draft's JSON what is counted; it is called whenever one is indexed, so it must not
    be slow. `vocabulary` names the vocabulary whose titles label the values; what it does not know is shown as it is.

    Raises `ValueError` for a name of another form, or one that searches have already.
    """

    name: str
    label: str
    values: Callable[[Mapping[str, Any]], Iterable[str]]
    vocabulary: str = ""

    def __post_init__(self) -> None:
        if _NAME.fullmatch(self.name) is None:
            raise ValueError(f"a facet cannot be named '{self.name}': use small letters and _")
        if self.name in _TAKEN or self.name in {facet.name for facet in CORE_FACETS}:
            raise ValueError(f"searches have an argument '{self.name}' already")

    @property
    def field(self) -> str:
        """The name under which its values lie in the index."""
        return f"facet.{self.name}"

    def facet(self) -> Facet:
        return Facet(self.name, str(self.label), self.field, vocabulary=self.vocabulary, extension=self.field)


def facet_fields(offered: Iterable[Contribution]) -> list[SearchField]:
    """One search field for each facet of plugins; those that fail for a record leave its values out."""
    return [
        SearchField(
            item.value.field, Kind.KEYWORD, path=("facet", item.value.name), read=_reading(item.plugin, item.value)
        )
        for item in offered
    ]


def _reading(plugin: str, facet: RecordFacet) -> Callable[[Mapping[str, Any]], list[str]]:
    def read(record: Mapping[str, Any]) -> list[str]:
        try:
            return attempt(plugin, f"the facet '{facet.name}'", lambda: [str(value) for value in facet.values(record)])
        except PluginFailure as failure:
            log.warning("facet_failed", plugin=plugin, facet=facet.name, record=record.get("id"), error=str(failure))
            return []

    return read
