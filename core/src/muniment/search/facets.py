"""Facets: what can be counted and chosen beside a list of results, and the JSON that InvenioRDM's clients know."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from muniment.errors import InvalidRequest, Problem
from muniment.search.port import ColumnRange, FacetFilter, FacetRequest, FacetValue, Scope


class FacetKind(Enum):
    """How the values of a facet are arranged."""

    TERMS = "terms"
    NESTED = "nested"
    YEARS = "years"


@dataclass(frozen=True)
class Facet:
    """A facet. `label` is English and translated when shown; `column` holds its values in the index.

    `vocabulary` names the vocabulary whose titles label the values, `value_labels` label those of a fixed set.
    `group_column` (nested) holds the part of a value before its first hyphen. `scopes` says in which lists it
    appears. `extension` is the plugin field that fills the column, for facets that plugins add.
    """

    name: str
    label: str
    column: str
    kind: FacetKind = FacetKind.TERMS
    size: int = 50
    vocabulary: str = ""
    value_labels: tuple[tuple[str, str], ...] = ()
    group_column: str = ""
    scopes: frozenset[Scope] = frozenset(Scope)
    extension: str = ""


CORE_FACETS: Final = (
    Facet(
        "resource_type",
        "Resource types",
        "resource_type",
        FacetKind.NESTED,
        size=200,
        vocabulary="resourcetypes",
        group_column="resource_type_group",
    ),
    Facet(
        "access_status",
        "Access status",
        "access_status",
        value_labels=(
            ("open", "Open"),
            ("embargoed", "Embargoed"),
            ("restricted", "Restricted"),
            ("metadata-only", "Metadata-only"),
        ),
    ),
    Facet(
        "is_published",
        "State",
        "is_published",
        value_labels=(("true", "Published"), ("false", "New")),
        scopes=frozenset({Scope.USER}),
    ),
    Facet("subject", "Subjects", "subject"),
    Facet("language", "Languages", "language", vocabulary="languages"),
    Facet("file_type", "File type", "file_type"),
    Facet("publication_date", "Publication date", "year", FacetKind.YEARS, size=250),
)

Labels = Callable[[Facet, Sequence[str]], Mapping[str, str]]
"""Gives titles for values of a facet; values that it leaves out are shown as they are."""

_YEARS: Final = re.compile(r"(\d{4})?(?:-[\d-]+)?(\.\.)?(\d{4})?(?:-[\d-]+)?\Z")
_INNER: Final = re.compile(r"::|\+inner:")


class Facets:
    """All facets of one generation, in the order in which they are shown."""

    def __init__(self, facets: Iterable[Facet] = CORE_FACETS) -> None:
        self.facets = {facet.name: facet for facet in facets}

    def chosen(self, selections: Mapping[str, Sequence[str]], scope: Scope) -> tuple[FacetFilter, ...]:
        """The filters for what was selected; names that are no facets are ignored, as InvenioRDM does.

        Raises `InvalidRequest` for years that are none.
        """
        filters = []
        for name, values in selections.items():
            facet = self.facets.get(name)
            kept = tuple(value for value in values if value)
            if facet is not None and scope in facet.scopes and kept:
                filters.append(FacetFilter(name, tuple(_alternative(facet, value) for value in kept)))
        return tuple(sorted(filters, key=lambda chosen: chosen.facet))

    def requests(self, scope: Scope, prepared: Callable[[Facet], bool]) -> tuple[FacetRequest, ...]:
        """What the backend counts; facets whose values are still being prepared are left out."""
        return tuple(
            FacetRequest(facet.name, facet.column, facet.size, facet.kind is FacetKind.YEARS)
            for facet in self.facets.values()
            if scope in facet.scopes and prepared(facet)
        )

    def terms(self, counts: Mapping[str, tuple[tuple[str, int], ...]]) -> set[tuple[str, str]]:
        """The terms that label what was counted, as pairs of vocabulary and id."""
        found: set[tuple[str, str]] = set()
        for name, values in counts.items():
            facet = self.facets[name]
            if facet.vocabulary:
                found.update((facet.vocabulary, key) for key, _ in values)
            if facet.vocabulary and facet.kind is FacetKind.NESTED:
                found.update((facet.vocabulary, key.partition("-")[0]) for key, _ in values)
        return found

    def aggregations(
        self,
        counts: Mapping[str, tuple[tuple[str, int], ...]],
        selections: Mapping[str, Sequence[str]],
        scope: Scope,
        labels: Labels,
    ) -> dict[str, Any]:
        """InvenioRDM's `aggregations`: `{name: {label, buckets: [{key, doc_count, label, is_selected, inner?}]}}`.

        A facet whose values are still being prepared has no buckets and says ``"preparing": true``.
        """
        found: dict[str, Any] = {}
        for facet in self.facets.values():
            if scope not in facet.scopes:
                continue
            if facet.name not in counts:
                found[facet.name] = {"label": facet.label, "buckets": [], "preparing": True}
                continue
            selected = frozenset(selections.get(facet.name, ()))
            buckets = _buckets(facet, counts[facet.name], selected, labels)
            found[facet.name] = {"label": facet.label, "buckets": buckets}
        return found


def _alternative(facet: Facet, value: str) -> FacetValue | ColumnRange:
    if facet.kind is FacetKind.YEARS:
        return _years(facet, value)
    if facet.kind is FacetKind.NESTED:
        inner = _INNER.split(value)[-1]
        grouped = "-" not in inner and inner == value
        return FacetValue(facet.group_column if grouped else facet.column, inner)
    return FacetValue(facet.column, value)


def _years(facet: Facet, value: str) -> ColumnRange:
    """``2024``, ``2020..2024``, ``2020..`` or ``..2024``; of longer dates only the year counts."""
    match = _YEARS.match(value)
    if match is None or not (match[1] or match[3]):
        raise InvalidRequest(
            "A validation error occurred.",
            errors=[Problem(facet.name, f"'{value}' is neither a year nor a range like 2020..2024.")],
        )
    first, dots, last = match.groups()
    low = int(first) if first else None
    high = int(last) if last else (None if dots else low)
    return ColumnRange(facet.column, low, high)


def _buckets(
    facet: Facet, counts: tuple[tuple[str, int], ...], selected: frozenset[str], labels: Labels
) -> list[dict[str, Any]]:
    if facet.kind is FacetKind.NESTED:
        return _nested_buckets(facet, counts, selected, labels)
    titles = {**labels(facet, [key for key, _ in counts]), **dict(facet.value_labels)}
    return [_bucket(key, count, titles, key in selected) for key, count in counts]


def _nested_buckets(
    facet: Facet, counts: tuple[tuple[str, int], ...], selected: frozenset[str], labels: Labels
) -> list[dict[str, Any]]:
    """Values by the part before their hyphen: ``publication-article`` stands within ``publication``."""
    groups: dict[str, list[tuple[str, int]]] = {}
    for key, count in counts:
        groups.setdefault(key.partition("-")[0], []).append((key, count))
    titles = labels(facet, [*groups, *(key for key, _ in counts)])
    chosen = {_INNER.split(value)[-1] for value in selected}
    buckets = []
    for group, members in groups.items():
        bucket = _bucket(group, sum(count for _, count in members), titles, group in selected)
        inner = [_bucket(key, count, titles, key in chosen) for key, count in members if key != group]
        if inner:
            bucket["inner"] = {"buckets": inner}
        buckets.append(bucket)
    return sorted(buckets, key=lambda bucket: (-bucket["doc_count"], bucket["key"]))


def _bucket(key: str, count: int, titles: Mapping[str, str], selected: bool) -> dict[str, Any]:
    return {"key": key, "doc_count": count, "label": titles.get(key) or key, "is_selected": selected}
