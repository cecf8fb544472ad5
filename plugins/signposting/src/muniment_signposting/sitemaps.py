"""Sitemaps: an index, and a file for each range of numbers, so that millions of records cost one range at a time."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree.ElementTree import Element, SubElement, tostring

from muniment.api import ANONYMOUS, NotFound, Repository, SearchRequest

#: Numbers in one file; the protocol allows 50,000 addresses.
RANGE = 20_000
_NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def index(repository: Repository) -> bytes:
    """The list of files up to the newest public record."""
    newest = repository.records.search(
        ANONYMOUS, SearchRequest(sort="newest", size=1, all_versions=True, with_facets=False)
    )
    root = Element("sitemapindex", {"xmlns": _NAMESPACE})
    site = repository.config.site.url
    last = max((repository.records.number_of(item.id) for item in newest.hits), default=0)
    for number in range(last // RANGE + 1):
        entry = SubElement(root, "sitemap")
        SubElement(entry, "loc").text = f"{site}/sitemap_{number}.xml"
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text


def page(repository: Repository, number: int) -> bytes:
    """The public records of one range with the moment of their last change; raises `NotFound` for an empty one other
    than the first."""
    root = Element("urlset", {"xmlns": _NAMESPACE})
    if number == 0:
        SubElement(SubElement(root, "url"), "loc").text = f"{repository.config.site.url}/"
    for public_id, changed in _records(repository, number):
        entry = SubElement(root, "url")
        SubElement(entry, "loc").text = f"{repository.config.site.url}/records/{public_id}"
        SubElement(entry, "lastmod").text = changed
    if len(root) == 0:
        raise NotFound("There is no sitemap of that number.")
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text


def _records(repository: Repository, number: int) -> Iterator[tuple[str, str]]:
    """Public ids and dates of the public records whose numbers are in a range, read in pieces by their numbers."""
    after, end = number * RANGE - 1, (number + 1) * RANGE
    while True:
        states = repository.records.states_after(after, 2000)
        for state in states.values():
            if state.record_id >= end:
                return
            if state.is_public and not state.is_deleted:
                yield state.number, state.updated.isoformat(timespec="seconds")
        if not states:
            return
        after = max(states)
