"""The schemes that every instance knows: those of InvenioRDM, for records, people, organisations, places and awards."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache
from urllib.parse import urlsplit

from muniment.identifiers.addresses import (
    address,
    funder_address,
    geonames_address,
    own_address,
    own_or,
    urn_address,
)
from muniment.identifiers.check_digits import bare_gnd, bare_isni, bare_orcid, bare_ror
from muniment.identifiers.library import checked_by, normalized_as
from muniment.identifiers.scheme import IdentifierScheme, Use

Check = Callable[[str], bool]

_RECORD: frozenset[Use] = frozenset({"record", "related"})
_AGENT: frozenset[Use] = frozenset({"person", "organization"})
_DOI = re.compile(r"(?:doi:\s*|(?:https?://)?(?:dx\.|www\.)?doi\.org/)?(10\.[0-9]+(?:\.[0-9]+)*/\S+)", re.I | re.A)
#: Addresses that run code or read local files when followed.
_UNSAFE_PROTOCOLS = frozenset({"javascript", "vbscript", "data", "file", "blob"})


def bare_doi(value: str) -> str | None:
    """The DOI without resolver or ``doi:``, in its given case; None when it is not a DOI (ISO 26324)."""
    match = _DOI.fullmatch(value.strip())
    return match[1] if match else None


def is_web_address(value: str) -> bool:
    """An absolute URL with a host and without spaces, of a protocol that is safe to follow."""
    parts = urlsplit(value)
    if not parts.scheme or not parts.netloc or re.search(r"\s", value):
        return False
    return parts.scheme.lower() not in _UNSAFE_PROTOCOLS


def _never(_value: str) -> bool:
    return False


def _not_empty(value: str) -> bool:
    return bool(value.strip())


def _bare(function: Callable[[str], str | None]) -> tuple[Check, Callable[[str], str]]:
    """The check and the normal form that a `bare_...` function stands for."""
    return (lambda value: function(value) is not None), (lambda value: function(value) or value)


def _ascii(check: Callable[[str], object]) -> Check:
    """Digits of other scripts count as digits in Python; identifiers have none of them."""
    return lambda value: value.isascii() and bool(check(value))


def _agent_schemes() -> list[IdentifierScheme]:
    orcid, isni, gnd, ror = _bare(bare_orcid), _bare(bare_isni), _bare(bare_gnd), _bare(bare_ror)
    return [
        IdentifierScheme("orcid", "ORCID", *orcid, address("https://orcid.org/{}"), _AGENT, datacite="ORCID"),
        IdentifierScheme("isni", "ISNI", *isni, address("https://isni.org/isni/{}"), _AGENT | _RECORD, datacite="ISNI"),
        IdentifierScheme(
            "gnd",
            "GND",
            gnd[0],
            lambda value: f"gnd:{bare_gnd(value)}",
            lambda value: address("https://d-nb.info/gnd/{}")(value.removeprefix("gnd:")),
            _AGENT,
            datacite="GND",
        ),
        IdentifierScheme("ror", "ROR", *ror, address("https://ror.org/{}"), _AGENT, datacite="ROR"),
    ]


def _checked_schemes() -> list[IdentifierScheme]:
    """Schemes with a form that can be checked."""
    doi = _bare(bare_doi)
    portal = address("https://portal.issn.org/resource/ISSN/{}")
    issn, issn_form = _ascii(checked_by("is_issn")), normalized_as("issn")
    entity = address("https://www.wikidata.org/entity/{}")
    return [
        IdentifierScheme("ark", "ARK", checked_by("is_ark"), url=own_or("https://n2t.net/{}"), datacite="ARK"),
        IdentifierScheme(
            "arxiv",
            "arXiv",
            checked_by("is_arxiv"),
            normalized_as("arxiv"),
            address("https://arxiv.org/abs/{}"),
            datacite="arXiv",
        ),
        IdentifierScheme(
            "ads",
            "Bibcode",
            checked_by("is_ads"),
            normalized_as("ads"),
            address("https://ui.adsabs.harvard.edu/abs/{}"),
            datacite="bibcode",
            aliases=frozenset({"bibcode"}),
        ),
        IdentifierScheme("cstr", "CSTR", checked_by("is_cstr"), url=own_or("https://cstr.cn/{}"), datacite="CSTR"),
        IdentifierScheme(
            "doi", "DOI", *doi, address("https://doi.org/{}"), _RECORD | frozenset({"award"}), datacite="DOI"
        ),
        IdentifierScheme("ean13", "EAN13", _ascii(checked_by("is_ean13")), datacite="EAN13"),
        IdentifierScheme("eissn", "EISSN", _never, issn_form, portal, validate=issn, datacite="EISSN"),
        IdentifierScheme(
            "handle",
            "Handle",
            checked_by("is_handle"),
            normalized_as("handle"),
            address("https://hdl.handle.net/{}"),
            datacite="Handle",
            aliases=frozenset({"hdl"}),
        ),
        IdentifierScheme("isbn", "ISBN", _ascii(checked_by("is_isbn")), normalized_as("isbn"), datacite="ISBN"),
        IdentifierScheme("issn", "ISSN", issn, issn_form, portal, datacite="ISSN"),
        IdentifierScheme("istc", "ISTC", _ascii(checked_by("is_istc")), datacite="ISTC"),
        IdentifierScheme("lissn", "LISSN", _never, issn_form, portal, validate=issn, datacite="LISSN"),
        IdentifierScheme("lsid", "LSID", checked_by("is_lsid"), datacite="LSID"),
        IdentifierScheme(
            "pmid",
            "PMID",
            _ascii(checked_by("is_pmid")),
            normalized_as("pmid"),
            address("https://pubmed.ncbi.nlm.nih.gov/{}/"),
            datacite="PMID",
        ),
        IdentifierScheme("purl", "PURL", checked_by("is_purl"), url=own_address, datacite="PURL"),
        IdentifierScheme(
            "rrid", "RRID", checked_by("is_rrid"), url=address("https://scicrunch.org/resolver/{}"), datacite="RRID"
        ),
        IdentifierScheme(
            "url",
            "URL",
            is_web_address,
            url=own_address,
            uses=_RECORD | frozenset({"award"}),
            datacite="URL",
            aliases=frozenset({"uri"}),
        ),
        IdentifierScheme("urn", "URN", checked_by("is_urn"), normalized_as("urn"), urn_address, datacite="URN"),
        IdentifierScheme(
            "wikidata",
            "Wikidata",
            checked_by("is_wikidata"),
            normalized_as("wikidata"),
            entity,
            _RECORD | frozenset({"location"}),
        ),
    ]


def _declared_schemes() -> list[IdentifierScheme]:
    """Schemes without a form of their own: never recognised, believed when they are named."""
    return [
        IdentifierScheme(
            "crossreffunderid",
            "Crossref Funder ID",
            _never,
            url=funder_address,
            validate=_not_empty,
            datacite="Crossref Funder ID",
            aliases=frozenset({"crossref funder id"}),
        ),
        IdentifierScheme("grid", "GRID", _never, validate=_not_empty, datacite="GRID"),
        IdentifierScheme(
            "igsn", "IGSN", _never, url=own_or("https://igsn.org/{}"), validate=_not_empty, datacite="IGSN"
        ),
        IdentifierScheme("upc", "UPC", _never, validate=_not_empty, datacite="UPC"),
        IdentifierScheme(
            "w3id", "W3ID", _never, url=own_or("https://w3id.org/{}"), validate=_not_empty, datacite="w3id"
        ),
        IdentifierScheme(
            "geonames",
            "GeoNames",
            _never,
            url=geonames_address,
            uses=frozenset({"location"}),
            validate=_not_empty,
        ),
        IdentifierScheme("other", "Other", _never, url=own_address, validate=_not_empty),
    ]


@lru_cache(maxsize=1)
def core_schemes() -> tuple[IdentifierScheme, ...]:
    """The schemes of the core, in the order in which they are tried."""
    return (*_agent_schemes(), *_checked_schemes(), *_declared_schemes())
