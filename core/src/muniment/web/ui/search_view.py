"""A page of search results computed from the service's answer and the address of the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from markupsafe import Markup

from muniment.records.plain_text import excerpt, title_text
from muniment.web.ui.clean_html import highlighted
from muniment.web.ui.histogram import YEAR_FACETS, Histogram, histogram, span_label
from muniment.web.ui.people_view import people_view
from muniment.web.ui.record_view import AccessView, KindView, access_view, kind_view
from muniment.web.ui.wording import _, display_date, localized, plain_version

#: So many values of a facet stand on the page; the rest is folded.
SHOWN_BUCKETS = 7
#: So many are on the page at all.
MOST_BUCKETS = 35
#: Names in a search result; the rest is counted.
SHOWN_CREATORS = 6

Arguments = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ResultView:
    """One record in a list. `title` and `summary` carry the marks of what was searched for."""

    id: str
    href: str
    title: Markup
    kind: KindView
    access: AccessView
    date: str
    version: str
    creators: tuple[str, ...]
    more_creators: int
    summary: Markup
    is_draft: bool
    is_published: bool
    is_latest: bool
    updated: str
    data: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)


@dataclass(frozen=True)
class BucketView:
    """A value of a facet; `href` switches it on or off."""

    label: str
    count: int
    selected: bool
    href: str
    key: str = ""
    inner: tuple[BucketView, ...] = ()

    @property
    def open(self) -> bool:
        """Whether the values below are shown: this one or one of them is chosen."""
        return self.selected or any(bucket.selected for bucket in self.inner)


@dataclass(frozen=True)
class FacetView:
    name: str
    label: str
    shown: tuple[BucketView, ...]
    folded: tuple[BucketView, ...]
    note: str = ""
    histogram: Histogram | None = None


@dataclass(frozen=True)
class ActiveFilter:
    """A chip above the results: what is filtered by, and the page without it."""

    facet: str
    label: str
    href: str


@dataclass(frozen=True)
class Step:
    """A page number, or a gap between page numbers."""

    number: int = 0
    href: str = ""
    current: bool = False
    gap: bool = False


@dataclass(frozen=True)
class Pagination:
    page: int
    last: int
    steps: tuple[Step, ...]
    previous_href: str
    next_href: str


def result_view(
    data: Mapping[str, Any], locale: str, highlights: Mapping[str, str] | None = None, *, summary_length: int = 260
) -> ResultView:
    """`data` is a public record or draft; `highlights` maps ``title`` and ``description`` to marked passages."""
    marks, metadata = highlights or {}, data.get("metadata") or {}
    people = people_view(metadata.get("creators"), locale).people
    identifier = str(data.get("id") or "")
    draft = bool(data.get("is_draft"))
    title = title_text(metadata.get("title")) or _("Untitled")
    title_marks, text_marks = _marks(marks, "title"), _marks(marks, "description")
    return ResultView(
        id=identifier,
        href=f"/records/{identifier}" + ("?preview=1" if draft else ""),
        title=highlighted(title_marks) if title_marks else Markup.escape(title),
        kind=kind_view(metadata, locale),
        access=access_view(data, locale),
        date=display_date(metadata.get("publication_date"), locale, "medium"),
        version=plain_version(metadata.get("version")),
        creators=tuple(person.name for person in people[:SHOWN_CREATORS]),
        more_creators=max(0, len(people) - SHOWN_CREATORS),
        summary=highlighted(f"… {text_marks} …")
        if text_marks
        else Markup.escape(excerpt(str(metadata.get("description") or ""), summary_length)),
        is_draft=draft,
        is_published=bool(data.get("is_published")),
        is_latest=bool((data.get("versions") or {}).get("is_latest", True)),
        updated=display_date(data.get("updated"), locale, "medium"),
        data=data,
    )


def _marks(highlights: Mapping[str, Any], name: str) -> str:
    """A highlight by the name of its field, with or without the path before it; lists are joined."""
    value = highlights.get(f"metadata.{name}") or highlights.get(name) or ""
    return " … ".join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)


class Address:
    """The address of a search page with its arguments; every link on the page is a change of it."""

    def __init__(self, path: str, arguments: Iterable[tuple[str, str]]) -> None:
        self.path = path
        self.arguments = tuple((name, value) for name, value in arguments if name not in ("lang",))

    def __str__(self) -> str:
        query = urlencode(self.arguments)
        return f"{self.path}?{query}" if query else self.path

    def having(self, name: str, value: str) -> bool:
        return (name, value) in self.arguments

    def replacing(self, **changes: str | int | None) -> Address:
        """With arguments replaced (or removed, by None), starting at the first page again unless that is asked for."""
        dropped = {*changes, "page"}
        kept = [pair for pair in self.arguments if pair[0] not in dropped]
        return Address(
            self.path, [*kept, *((name, str(value)) for name, value in changes.items() if value is not None)]
        )

    def toggling(self, name: str, value: str, without: Iterable[str] = ()) -> Address:
        """With one filter switched on or off; `without` are values of the same facet that go away with it."""
        gone = {(name, value), *((name, other) for other in without)}
        kept = [pair for pair in self.arguments if pair not in gone and pair[0] != "page"]
        return Address(self.path, kept if self.having(name, value) else [*kept, (name, value)])


def facet_views(aggregations: Mapping[str, Any] | None, address: Address, locale: str) -> tuple[FacetView, ...]:
    """Facets of InvenioRDM's shape as links; those without values are left out."""
    views = []
    for name, aggregation in (aggregations or {}).items():
        buckets = aggregation.get("buckets") or []
        note = _("being prepared") if aggregation.get("preparing") else ""
        if not buckets and not note:
            continue
        found = [_bucket(name, bucket, address, locale) for bucket in buckets]
        shown = [bucket for place, bucket in enumerate(found) if place < SHOWN_BUCKETS or bucket.open]
        folded = [bucket for bucket in found[:MOST_BUCKETS] if bucket not in shown]
        if len(folded) == 1:
            shown, folded = found, []
        label = facet_label(name, aggregation, locale)
        columns = histogram(name, ((bar.key, bar.count) for bar in found), address) if name in YEAR_FACETS else None
        views.append(FacetView(name, label, tuple(shown), tuple(folded), note, columns))
    return tuple(views)


def facet_label(name: str, aggregation: Mapping[str, Any], locale: str) -> str:
    labels = {
        "resource_type": _("Type"),
        "access_status": _("Access"),
        "subject": _("Subjects"),
        "language": _("Languages"),
        "file_type": _("File types"),
        "publication_date": _("Year"),
        "is_published": _("State"),
    }
    told = localized(aggregation.get("label"), locale)
    # Facets of plugins bring an English label; their catalogues translate it.
    return labels.get(name) or (_(told) if told else name)


def access_label(status: str) -> str:
    labels = {
        "open": _("Open"),
        "embargoed": _("Embargoed"),
        "restricted": _("Restricted"),
        "metadata-only": _("Metadata only"),
    }
    return labels.get(status, status)


def _bucket(
    name: str, bucket: Mapping[str, Any], address: Address, locale: str, outer: tuple[str, ...] = ()
) -> BucketView:
    key, count = str(bucket.get("key")), int(bucket.get("doc_count") or 0)
    children = (bucket.get("inner") or {}).get("buckets") or []
    inner = tuple(_bucket(name, child, address, locale, (key,)) for child in children)
    label = localized(bucket.get("label"), locale) or key
    return BucketView(
        label=access_label(key) if name == "access_status" else label,
        count=count,
        selected=bool(bucket.get("is_selected")) or address.having(name, key),
        href=str(address.toggling(name, key, [*outer, *(str(child.get("key")) for child in children)])),
        key=key,
        inner=inner,
    )


def active_filters(
    facets: Mapping[str, Sequence[str]],
    aggregations: Mapping[str, Any] | None,
    address: Address,
    locale: str,
    titles: Mapping[tuple[str, str], str] | None = None,
) -> tuple[ActiveFilter, ...]:
    """One chip for each filter of the address, in its order. `titles` names, by facet and value, those that no
    record has."""
    chips = []
    for name, values in facets.items():
        aggregation = (aggregations or {}).get(name) or {}
        labels = dict(_labels(aggregation.get("buckets") or [], locale))
        for value in values:
            named = labels.get(value) or (titles or {}).get((name, value)) or value
            label = access_label(value) if name == "access_status" else named
            label = span_label(value) if name in YEAR_FACETS else label
            chips.append(
                ActiveFilter(facet_label(name, aggregation, locale), label, str(address.toggling(name, value)))
            )
    return tuple(chips)


def _labels(buckets: Sequence[Mapping[str, Any]], locale: str) -> Iterable[tuple[str, str]]:
    for bucket in buckets:
        yield str(bucket.get("key")), localized(bucket.get("label"), locale) or str(bucket.get("key"))
        yield from _labels((bucket.get("inner") or {}).get("buckets") or [], locale)


def pagination(total: int, page: int, size: int, address: Address, window: int = 10_000) -> Pagination:
    """Steps around the present page; results beyond `window` cannot be reached by page, only by a narrower search."""
    last = max(1, -(-min(total, window) // size))
    page = min(page, last)
    near = {1, last, *range(max(1, page - 2), min(last, page + 2) + 1)}
    steps: list[Step] = []
    before = 0
    for number in sorted(near):
        if number - before == 2:
            steps.append(_step(number - 1, page, address))
        elif number - before > 2:
            steps.append(Step(gap=True))
        steps.append(_step(number, page, address))
        before = number
    return Pagination(
        page=page,
        last=last,
        steps=tuple(steps),
        previous_href=str(address.replacing(page=page - 1)) if page > 1 else "",
        next_href=str(address.replacing(page=page + 1)) if page < last else "",
    )


def _step(number: int, page: int, address: Address) -> Step:
    return Step(number, str(address.replacing(page=number)), number == page)
