"""Sitemaps: an index, and a file for each range of numbers, so that millions of records cost one range at a time."""

from __future__ import annotations

from datetime import datetime
from xml.etree.ElementTree import Element, SubElement, tostring

from muniment.api import ANONYMOUS, NotFound, Repository, SearchRequest
from muniment_signposting import ranges
from muniment_signposting.ranges import Ranges, is_shown

_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def index(repository: Repository) -> bytes:
    """The list of files that hold something, each with the moment of the last change in it."""
    root = Element("sitemapindex", {"xmlns": _NAMESPACE})
    for number, changed in Ranges(repository).named(_last(repository)).items():
        entry = SubElement(root, "sitemap")
        SubElement(entry, "loc").text = f"{repository.config.site.url}/sitemap_{number}.xml"
        if changed is not None:
            SubElement(entry, "lastmod").text = _moment(changed)
    return _document(root)


def page(repository: Repository, number: int) -> bytes:
    """The public records of one range with the moment of their last change; raises `NotFound` for an empty one other
    than the first."""
    root = Element("urlset", {"xmlns": _NAMESPACE})
    if number == 0:
        SubElement(SubElement(root, "url"), "loc").text = f"{repository.config.site.url}/"
    for state in Ranges(repository).states(number):
        if is_shown(state):
            entry = SubElement(root, "url")
            SubElement(entry, "loc").text = f"{repository.config.site.url}/records/{state.number}"
            SubElement(entry, "lastmod").text = _moment(state.updated)
    if len(root) == 0:
        raise NotFound("There is no sitemap of that number.")
    return _document(root)


def _last(repository: Repository) -> int:
    """The last range that the search knows of: that of the record which was published last, which need not have the
    largest number. What is kept of ranges may not have come to it yet."""
    newest = repository.records.search(
        ANONYMOUS, SearchRequest(sort="newest", size=1, all_versions=True, with_facets=False)
    )
    return max((repository.records.number_of(item.id) // ranges.SIZE for item in newest.hits), default=0)


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")


def _document(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text
