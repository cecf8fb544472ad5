"""Identifiers in queries and documents, brought into the one form in which they are indexed."""

from __future__ import annotations

import re
from typing import Final

from muniment.search.folding import fold_exact

_DOI: Final = re.compile(r"^(?:https?://(?:dx\.|www\.)?doi\.org/|doi:\s*)?(10\.\d{2,9}(?:\.\d+)*/\S+)$", re.IGNORECASE)
_SCHEME: Final = re.compile(r"^(?:https?|ftp)://(?:www\.)?", re.IGNORECASE)
_RESOLVERS: Final = re.compile(
    r"^(?:https?://)?(?:www\.)?"
    r"(?:orcid\.org/|ror\.org/|isni\.org/(?:isni/)?|d-nb\.info/gnd/|hdl\.handle\.net/|arxiv\.org/abs/|"
    r"www\.wikidata\.org/wiki/|wikidata\.org/wiki/)",
    re.IGNORECASE,
)
_PREFIX: Final = re.compile(
    r"^(?:orcid|ror|isni|gnd|hdl|handle|arxiv|pmid|pmc|isbn|e?issn|wikidata|url):\s*(?=\S)", re.IGNORECASE
)

BARE: Final = re.compile(
    r"(?:https?://|ftp://|(?:urn|ark|hdl|handle|oai|arxiv|info|pmid|swh|igsn|rrid|lsid|purl):(?=\S))",
    re.IGNORECASE,
)
"""Words that contain a colon and are nevertheless one identifier, not a field with its value."""

TRAILING: Final = ".,;:!?"


def as_doi(text: str) -> str | None:
    """The DOI in `text` (bare, ``doi:…`` or a resolver's address) in lower case, or None."""
    match = _DOI.match(text.strip())
    return fold_exact(match[1].rstrip(TRAILING)) if match else None


def normalise_identifier(text: str) -> str:
    """An identifier without resolver, scheme prefix and case, so that all ways to write it are one."""
    text = text.strip()
    doi = as_doi(text)
    if doi is not None:
        return doi
    bare = _PREFIX.sub("", _RESOLVERS.sub("", text))
    return fold_exact(_SCHEME.sub("", bare)).rstrip("/")
