"""Sitemaps: an index, and a file for each range of numbers, so that millions of records cost one range at a time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from muniment.api import ANONYMOUS, NotFound, Repository, SearchRequest
from muniment_signposting import ranges
from muniment_signposting.ranges import Ranges

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def index(repository: Repository) -> bytes:
    """The list of files up to the newest public record, each with the moment of the last change in it."""
    changed = Ranges(repository).changed()
    root = Element("sitemapindex", {"xmlns": _NAMESPACE})
    for number in range(_last(repository, changed) + 1):
        entry = SubElement(root, "sitemap")
        SubElement(entry, "loc").text = f"{repository.config.site.url}/sitemap_{number}.xml"
        if number in changed:
            SubElement(entry, "lastmod").text = _moment(changed[number])
    return _document(root)


def page(repository: Repository, number: int) -> bytes:
    """The public records of one range with the moment of their last change; raises `NotFound` for an empty one other
    than the first."""
    root = Element("urlset", {"xmlns": _NAMESPACE})
    if number == 0:
        SubElement(SubElement(root, "url"), "loc").text = f"{repository.config.site.url}/"
    for state in Ranges(repository).states(number):
        if state.is_public and not state.is_deleted:
            entry = SubElement(root, "url")
            SubElement(entry, "loc").text = f"{repository.config.site.url}/records/{state.number}"
            SubElement(entry, "lastmod").text = _moment(state.updated)
    if len(root) == 0:
        raise NotFound("There is no sitemap of that number.")
    return _document(root)


def _last(repository: Repository, changed: Mapping[int, datetime]) -> int:
    """The last range. The search knows the record that was published last, which need not have the largest number; the
    dates may not have come to the newest yet."""
    newest = repository.records.search(
        ANONYMOUS, SearchRequest(sort="newest", size=1, all_versions=True, with_facets=False)
    )
    numbers = [repository.records.number_of(item.id) // ranges.SIZE for item in newest.hits]
    return max([*numbers, *changed], default=0)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _document(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text
