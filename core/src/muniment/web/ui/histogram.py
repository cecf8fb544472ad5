"""The years of a facet as columns to choose from: one for each year, or for some years where there are many."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from muniment.web.ui.wording import _

if TYPE_CHECKING:
    from muniment.web.ui.search_view import Address

#: Facets that count years.
YEAR_FACETS: Final = frozenset({"publication_date"})
#: More columns would be narrower than the 24 px that a finger needs.
MOST_COLUMNS: Final = 10

#: The part of the records at either end that may stand together when they lie far from the rest.
FAR_OUT: Final = 0.03

Span = tuple[int | None, int | None]
"""The first and last of some years, both included; None where it is open."""

_WIDTHS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_SPAN: Final = re.compile(r"(\d{4})?(\.\.)?(\d{4})?\Z")


@dataclass(frozen=True)
class Column:
    """Years that are chosen together; without records there is nothing to choose.

    `selected`: exactly these are chosen; `within`: they are among what is chosen.
    """

    key: str
    label: str
    count: int
    href: str
    selected: bool
    within: bool


@dataclass(frozen=True)
class Histogram:
    """Columns to choose from, and the form for years of one's own.

    `first` and `last` stand below the axis; `most` is the count of the fullest column.
    `low` and `high` are the chosen bounds as text, empty where open; `kept` are the other arguments of the page;
    `all_href` is the page for all years, empty when all are shown and none is chosen.
    """

    name: str
    columns: tuple[Column, ...]
    first: str
    last: str
    most: int
    low: str = ""
    high: str = ""
    all_href: str = ""
    kept: Sequence[tuple[str, str]] = field(default=())


def histogram(name: str, counts: Iterable[tuple[str, int]], address: Address) -> Histogram | None:
    """The histogram for the counted years of a facet, or None without any. What is chosen stands in the address."""
    years = {int(year): count for year, count in counts if year.isascii() and year.isdigit() and count > 0}
    if not years:
        return None
    chosen = [span for pair, value in address.arguments if pair == name and (span := read_span(value))]
    low, high = _shown((min(years), max(years)), chosen)
    first, last = _crowded(years, low, high)
    spans: list[Span] = list(_spans(first, last))
    if low < first:
        spans[0] = (low if low > min(years) else None, spans[0][1])
    if high > last:
        spans[-1] = (spans[-1][0], high if high < max(years) else None)
    columns = tuple(_column(name, span, _total(years, span), chosen, address) for span in spans)
    one = chosen[0] if len(chosen) == 1 else (None, None)
    return Histogram(
        name,
        columns,
        first=str(first) if spans[0][0] is not None else f"< {first}",
        last=str(last) if spans[-1][1] is not None else f"> {last}",
        most=max(column.count for column in columns) or 1,
        low=_year(one[0]),
        high=_year(one[1]),
        all_href=str(address.replacing(**{name: None})) if chosen else "",
        kept=address.replacing(**{name: None}).arguments,
    )


def read_span(value: str) -> Span | None:
    """``2024``, ``2020..2024``, ``2020..`` or ``..2024`` as bounds, or None for anything else."""
    match = _SPAN.match(value)
    if match is None or not (match[1] or match[3]):
        return None
    low = int(match[1]) if match[1] else None
    high = int(match[3]) if match[3] else None if match[2] else low
    return low, high


def span_label(value: str) -> str:
    """A chosen span in words; what is no span stays as it is."""
    span = read_span(value)
    if span is None:
        return value
    return _label(span)


def written_span(first: str, last: str) -> str:
    """What the form's two fields say as a value of the facet; exchanged when the first is later, empty without any."""
    first, last = first.strip(), last.strip()
    if first.isdigit() and last.isdigit() and int(first) > int(last):
        first, last = last, first
    if first == last:
        return first
    return f"{first}..{last}" if first or last else ""


def _shown(whole: tuple[int, int], chosen: Sequence[Span]) -> tuple[int, int]:
    """The years that are shown: all where they have room, else those that are chosen, or ten around a single one."""
    if whole[1] - whole[0] < MOST_COLUMNS or not chosen:
        return whole
    low = max(whole[0], min(whole[0] if span[0] is None else span[0] for span in chosen))
    high = min(whole[1], max(whole[1] if span[1] is None else span[1] for span in chosen))
    if low > high:
        return whole
    if low == high:
        decade = low - low % 10
        return max(whole[0], decade), min(whole[1], decade + 9)
    return low, high


def _crowded(years: Mapping[int, int], low: int, high: int) -> tuple[int, int]:
    """The years without the few that lie far out, which would press all others into one column."""
    counted = sorted((year, count) for year, count in years.items() if low <= year <= high)
    if high - low < MOST_COLUMNS or not counted:
        return low, high
    most_left_out = sum(count for _year, count in counted) * FAR_OUT
    first, last = _after(counted, most_left_out), _after(counted[::-1], most_left_out)
    return (first, last) if (last - first) * 2 < high - low else (low, high)


def _after(counted: Sequence[tuple[int, int]], left_out: float) -> int:
    """The first year that is not among so many records from the beginning."""
    seen = 0
    for year, count in counted:
        seen += count
        if seen > left_out:
            return year
    return counted[-1][0]


def _total(years: Mapping[int, int], span: Span) -> int:
    low, high = span
    return sum(
        count for year, count in years.items() if (low is None or low <= year) and (high is None or year <= high)
    )


def _spans(first: int, last: int) -> list[tuple[int, int]]:
    """At most `MOST_COLUMNS` spans of the same width at round years, cut to what is shown."""
    for width in _WIDTHS:
        start = first - first % width if width > 1 else first
        if (last - start) // width < MOST_COLUMNS:
            return [(max(first, low), min(last, low + width - 1)) for low in range(start, last + 1, width)]
    return [(first, last)]


def _column(name: str, span: Span, total: int, chosen: Sequence[Span], address: Address) -> Column:
    low, high = span
    key = _year(low) if low == high else f"{_year(low)}..{_year(high)}"
    selected = chosen == [span]
    return Column(
        key=key,
        label=_label(span),
        count=total,
        href=str(address.replacing(**{name: None if selected else key})),
        selected=selected,
        within=any(_contains(outer, span) for outer in chosen),
    )


def _contains(outer: Span, inner: Span) -> bool:
    below = outer[0] is None or (inner[0] is not None and outer[0] <= inner[0])
    return below and (outer[1] is None or (inner[1] is not None and inner[1] <= outer[1]))


def _label(span: Span) -> str:
    low, high = span
    if low is None:
        return _("until %(year)s", year=_year(high))
    if high is None:
        return _("since %(year)s", year=_year(low))
    return str(low) if low == high else f"{low}–{high}"


def _year(year: int | None) -> str:
    return "" if year is None else f"{year:04}"
