"""Atom and RSS: the newest records, of the whole repository or of a search."""

from __future__ import annotations

from datetime import datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from muniment.api import ANONYMOUS, RecordItem, Repository, SearchRequest, strip_html, title_text

_ATOM = "http://www.w3.org/2005/Atom"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
SIZE = 25
_SUMMARY = 1000


def newest(repository: Repository, asked: SearchRequest) -> list[RecordItem]:
    """The newest public records that fit; what somebody may see who is signed in is in no feed."""
    return list(repository.records.search(ANONYMOUS, asked).hits)


def atom(repository: Repository, items: list[RecordItem], address: str, query: str) -> bytes:
    site = repository.config.site
    root = Element("feed", {"xmlns": _ATOM})
    _texts(root, title=_title(site.name, query), id=address, updated=_updated(items, repository))
    SubElement(root, "link", {"rel": "self", "href": address, "type": "application/atom+xml"})
    SubElement(root, "link", {"rel": "alternate", "href": f"{site.url}/search", "type": "text/html"})
    for item in items:
        data = item.data
        entry = SubElement(root, "entry")
        page = str(data["links"]["self_html"])
        _texts(entry, title=_name(data), id=page, updated=data["updated"], published=data["created"])
        SubElement(entry, "link", {"rel": "alternate", "href": page, "type": "text/html"})
        for name in _authors(data):
            _texts(SubElement(entry, "author"), name=name)
        _texts(entry, summary=_summary(data))
    return _written(root)


def rss(repository: Repository, items: list[RecordItem], address: str, query: str) -> bytes:
    site = repository.config.site
    root = Element("rss", {"version": "2.0", "xmlns:atom": _ATOM, "xmlns:dc": "http://purl.org/dc/elements/1.1/"})
    channel = SubElement(root, "channel")
    title = _title(site.name, query)
    _texts(channel, title=title, link=f"{site.url}/", description=site.description or title)
    SubElement(channel, "atom:link", {"rel": "self", "href": address, "type": "application/rss+xml"})
    for item in items:
        data = item.data
        entry = SubElement(channel, "item")
        page = str(data["links"]["self_html"])
        published = format_datetime(datetime.fromisoformat(data["created"]))
        _texts(entry, title=_name(data), link=page, guid=page, pubDate=published, description=_summary(data))
        for name in _authors(data):
            SubElement(entry, "dc:creator").text = _clean(name)
    return _written(root)


def _texts(parent: Element, **texts: str) -> None:
    for name, text in texts.items():
        SubElement(parent, name).text = _clean(text)


def _clean(text: str) -> str:
    """Text without what XML excludes."""
    return "".join(letter for letter in text if letter >= " " and letter not in "\ufffe\uffff")


def _title(site: str, query: str) -> str:
    return f"{site}: {query}" if query else site


def _updated(items: list[RecordItem], repository: Repository) -> str:
    return max((str(item.data["updated"]) for item in items), default=repository.now().isoformat())


def _name(data: dict[str, Any]) -> str:
    return title_text((data.get("metadata") or {}).get("title")) or str(data["id"])


def _summary(data: dict[str, Any]) -> str:
    return strip_html(str((data.get("metadata") or {}).get("description") or ""))[:_SUMMARY]


def _authors(data: dict[str, Any]) -> list[str]:
    """At most twenty, so that one record of a large experiment is not the whole feed."""
    creators = (data.get("metadata") or {}).get("creators") or []
    names = [str((creator.get("person_or_org") or {}).get("name") or "") for creator in creators[:20]]
    return [name for name in names if name] or ["–"]


def _written(root: Element) -> bytes:
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text
