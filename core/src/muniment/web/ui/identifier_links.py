"""Where an identifier leads: its address and how it is written beside its scheme."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

import idutils

_BY_SCHEME = {
    "wikidata": "https://www.wikidata.org/wiki/{}",
    "geonames": "https://www.geonames.org/{}",
    "crossreffunderid": "https://doi.org/{}",
    "isni": "https://isni.org/isni/{}",
    "swhid": "https://archive.softwareheritage.org/{}",
    "swh": "https://archive.softwareheritage.org/{}",
    "rrid": "https://identifiers.org/RRID/{}",
    "issn": "https://portal.issn.org/resource/ISSN/{}",
    "eissn": "https://portal.issn.org/resource/ISSN/{}",
    "grid": "https://www.grid.ac/institutes/{}",
    "igsn": "https://igsn.org/{}",
}

_NAMES = {
    "doi": "DOI", "url": "URL", "urn": "URN", "isbn": "ISBN", "issn": "ISSN", "eissn": "eISSN", "issn-l": "ISSN-L",
    "lissn": "ISSN-L", "ark": "ARK", "arxiv": "arXiv", "ads": "ADS", "crossreffunderid": "Crossref Funder ID",
    "ean13": "EAN-13", "grid": "GRID", "handle": "Handle", "igsn": "IGSN", "isni": "ISNI", "istc": "ISTC",
    "lsid": "LSID", "pmid": "PubMed ID", "pmcid": "PubMed Central ID", "purl": "PURL", "rrid": "RRID", "upc": "UPC",
    "w3id": "W3ID", "orcid": "ORCID", "ror": "ROR", "gnd": "GND", "wikidata": "Wikidata", "geonames": "GeoNames",
    "oai": "OAI", "swhid": "SWHID", "swh": "SWHID", "cstr": "CSTR", "edmo": "EDMO", "other": "",
}  # fmt: skip

_WEB_ADDRESS = re.compile(r"https?://[^\s\x00-\x1f<>\"]+", re.IGNORECASE)


@dataclass(frozen=True)
class IdentifierView:
    """An identifier to show. `href` is an http(s) address or ""; `scheme_name` is "" for schemes without a name."""

    identifier: str
    scheme: str
    scheme_name: str
    href: str


def web_address(text: str) -> str:
    """`text` if it is an http(s) address, else "": nothing else may become a link (`javascript:`, `data:`)."""
    return text if _WEB_ADDRESS.fullmatch(text.strip()) else ""


def identifier_address(identifier: str, scheme: str) -> str:
    """The http(s) address of an identifier of a known scheme, or ""."""
    value = identifier.strip()
    if not value:
        return ""
    if address := web_address(value):
        return address
    if pattern := _BY_SCHEME.get(scheme):
        return web_address(pattern.format(quote(value, safe="/:;=")))
    try:
        return web_address(str(idutils.to_url(value, scheme, "https") or ""))
    except (ValueError, TypeError, AttributeError, IndexError):
        return ""


def identifier_view(identifier: object, scheme: object) -> IdentifierView:
    text, name = str(identifier or ""), str(scheme or "").lower()
    return IdentifierView(text, name, _NAMES.get(name, name.upper()), identifier_address(text, name))
