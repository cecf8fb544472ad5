"""The orders in which results can be listed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from muniment.errors import InvalidRequest, Problem
from muniment.search.port import Order, Scope


@dataclass(frozen=True)
class SortOption:
    """A named order. `title` is shown to people; without `order` results are ranked by relevance."""

    name: str
    title: str
    order: Order | None


BEST_MATCH: Final = SortOption("bestmatch", "Best match", None)
NEWEST: Final = SortOption("newest", "Newest", Order("created"))
UPDATED: Final = SortOption("updated-desc", "Recently updated", Order("updated"))

CORE_SORTS: Final = (
    BEST_MATCH,
    NEWEST,
    SortOption("oldest", "Oldest", Order("created", descending=False)),
    SortOption("version", "Version", Order("version_order")),
    UPDATED,
    SortOption("updated-asc", "Least recently updated", Order("updated", descending=False)),
    SortOption("publication-desc", "Publication date, newest first", Order("publication_order")),
    SortOption("publication-asc", "Publication date, oldest first", Order("publication_order", descending=False)),
)


class Sorts:
    """All orders of one generation: those of the core and those that plugins add."""

    def __init__(self, options: tuple[SortOption, ...] = CORE_SORTS) -> None:
        self.options = {option.name: option for option in options}

    def choose(self, name: str | None, *, has_query: bool, scope: Scope) -> SortOption:
        """The option called `name`; without one, the best match for a query, else the newest first.

        Raises `InvalidRequest` for an unknown name.
        """
        if not name:
            if has_query:
                return BEST_MATCH
            return NEWEST if scope is Scope.RECORDS else UPDATED
        option = self.options.get(name)
        if option is None:
            known = ", ".join(self.options)
            raise InvalidRequest(
                "A validation error occurred.",
                errors=[Problem("sort", f"Invalid sort option '{name}'. Possible are: {known}.")],
            )
        return option

    @staticmethod
    def order_of(option: SortOption, *, ranked: bool, scope: Scope) -> Order | None:
        """Where nothing can match better than anything else relevance is time."""
        if option.order is None and not ranked:
            return NEWEST.order if scope is Scope.RECORDS else UPDATED.order
        return option.order
