"""What a search for records asks, and what it answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from muniment.records.items import RecordItem


@dataclass(frozen=True)
class SearchRequest:
    """A search as people and clients write it.

    `sort` is a name from the sort options (None chooses by the query); `page` starts at 1; `facets` holds the chosen
    values by facet name. `include_deleted` takes deleted records in and `only_deleted` leaves all others out, for
    moderators; `highlight` asks for fragments, `with_facets` for counts. `within` is a second query, of a page rather
    than of its reader: it narrows everything, facets too, and has no say in the order.
    """

    q: str = ""
    sort: str | None = None
    page: int = 1
    size: int = 25
    facets: Mapping[str, Sequence[str]] = field(default_factory=dict)
    all_versions: bool = False
    suggest: str | None = None
    include_deleted: bool = False
    only_deleted: bool = False
    shared_with_me: bool = False
    highlight: bool = False
    with_facets: bool = True
    within: str = ""


@dataclass(frozen=True)
class SearchPage:
    """One page of a result: records as the reader may see them, the total, and facets in InvenioRDM's shape.

    `highlights` gives for each record id the marked fragments by field.
    """

    hits: Sequence[RecordItem]
    total: int
    aggregations: Mapping[str, Any] | None
    sort_by: str
    page: int
    size: int
    highlights: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
