"""The citation of a record as markup: the plain citation with its title set off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from muniment.records.citation import citation_text
from muniment.records.plain_text import record_title


def citation(data: Mapping[str, Any], locale: str, publisher: str = "") -> Markup:
    """Authors (year). *Title* (version) [type]. Publisher. Address.

    `publisher` stands in where the record has none; without a DOI the address is that of the page.
    """
    metadata = data.get("metadata") or {}
    if publisher and not metadata.get("publisher"):
        data = {**data, "metadata": {**metadata, "publisher": publisher}}
    text, title = citation_text(data, locale), record_title(data)
    start = text.find(title, text.find("(")) if title else -1
    if start >= 0:
        end = start + len(title)
        cited = Markup("{}<cite>{}</cite>{}").format(text[:start], title, text[end:])
    else:
        cited = Markup.escape(text)
    page = str((data.get("links") or {}).get("self_html") or "")
    has_doi = bool(((data.get("pids") or {}).get("doi") or {}).get("identifier"))
    return cited if has_doi or not page else Markup("{} {}").format(cited, page)
