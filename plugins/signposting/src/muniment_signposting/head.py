"""What stands in the head of pages: citation tags for Google Scholar, JSON-LD for search engines, links to feeds."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from flask import request
from markupsafe import Markup

from muniment.api import Repository, strip_html, title_text

#: Longer descriptions than these bytes are linked to, but not put into the page, which should stay light.
_LONGEST = 40_000
_DATE = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")


def of_record(repository: Repository, data: Mapping[str, Any]) -> Markup:
    """Citation tags, and JSON-LD when a format for it is there."""
    tags = Markup("\n").join(
        Markup('<meta name="{}" content="{}">').format(name, text)
        for name, text in citation_tags(repository, data)
        if text
    )
    return Markup("\n").join(part for part in (tags, _json_ld(repository, data)) if part)


def citation_tags(repository: Repository, data: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Names and texts of the tags that Google Scholar reads, in its order."""
    metadata = data.get("metadata") or {}
    custom = data.get("custom_fields") or {}
    journal, meeting = custom.get("journal:journal") or {}, custom.get("meeting:meeting") or {}
    links = data.get("links") or {}
    yield "citation_title", title_text(metadata.get("title"))
    for creator in metadata.get("creators") or []:
        agent = creator.get("person_or_org") or {}
        yield "citation_author", str(agent.get("name") or "")
        for affiliation in creator.get("affiliations") or []:
            yield "citation_author_institution", str(affiliation.get("name") or "")
        for entry in agent.get("identifiers") or []:
            if entry.get("scheme") == "orcid":
                yield "citation_author_orcid", str(entry.get("identifier") or "")
    date = _DATE.match(str(metadata.get("publication_date") or ""))
    yield "citation_publication_date", "/".join(part for part in date.groups() if part) if date else ""
    yield "citation_publisher", strip_html(str(metadata.get("publisher") or repository.config.site.name))
    yield "citation_journal_title", str(journal.get("title") or "")
    yield "citation_issn", str(journal.get("issn") or "")
    yield "citation_volume", str(journal.get("volume") or "")
    yield "citation_issue", str(journal.get("issue") or "")
    first, _, last = str(journal.get("pages") or "").partition("-")
    yield "citation_firstpage", first.strip()
    yield "citation_lastpage", last.strip()
    yield "citation_conference_title", str(meeting.get("title") or "")
    yield "citation_dissertation_institution", str((custom.get("thesis:thesis") or {}).get("university") or "")
    yield "citation_doi", str(((data.get("pids") or {}).get("doi") or {}).get("identifier") or "")
    for language in metadata.get("languages") or []:
        yield "citation_language", str(language.get("id") or "")
    for subject in metadata.get("subjects") or []:
        yield "citation_keywords", str(subject.get("subject") or "")
    yield "citation_abstract_html_url", str(links.get("self_html") or "")
    for key in (data.get("files") or {}).get("entries") or {}:
        if key.lower().endswith(".pdf"):
            yield "citation_pdf_url", f"{links.get('self_html')}/files/{quote(key)}"


def _json_ld(repository: Repository, data: Mapping[str, Any]) -> Markup:
    """A block of data; what could end the element is escaped."""
    format = next((each for each in repository.exports.formats if each.name == "json-ld"), None)
    if format is None:
        return Markup("")
    text = format.write(data).decode()
    if len(text) > _LONGEST:
        return Markup("")
    for letter in "<>&\u2028\u2029":
        text = text.replace(letter, f"\\u{ord(letter):04x}")
    # Every letter that means something in HTML is escaped above.
    return Markup('<script type="application/ld+json">') + Markup(text) + Markup("</script>")


def of_page(title: str) -> Markup:
    """Where feeds are: of the newest records, and on a page of results of that search."""
    searched = request.query_string.decode("ascii", "ignore") if request.path == "/search" else ""
    suffix = f"?{searched}" if searched else ""
    return Markup("\n").join(
        Markup('<link rel="alternate" type="application/{0}+xml" title="{1}" href="/feeds/records.{0}{2}">').format(
            kind, title, suffix
        )
        for kind in ("atom", "rss")
    )
