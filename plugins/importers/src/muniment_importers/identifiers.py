"""Identifiers of works, people and organisations: names of schemes, and forms that a checksum confirms."""

from __future__ import annotations

import re

import idutils

from muniment_importers.values import Losses

#: How DataCite, Zenodo, InvenioRDM and their depositors call a scheme, squeezed to letters and digits, and our name.
_SCHEMES = {
    **{
        name: name
        for name in [
            "ark",
            "arxiv",
            "ads",
            "crossreffunderid",
            "cstr",
            "doi",
            "ean13",
            "eissn",
            "grid",
            "handle",
            "igsn",
            "isbn",
            "isni",
            "issn",
            "istc",
            "lissn",
            "lsid",
            "pmid",
            "purl",
            "rrid",
            "upc",
            "url",
            "urn",
            "wikidata",
            "w3id",
            "other",
        ]
    },
    "bibcode": "ads",
    "hdl": "handle",
    "isbn13": "isbn",
    "isbn10": "isbn",
    "eisbn": "isbn",
    "pissn": "issn",
    "uri": "url",
    "website": "url",
    "pubmed": "pmid",
    "pubmedid": "pmid",
    "nbn": "urn",
    "urnnbn": "urn",
    "arxivid": "arxiv",
    "crossreffunder": "crossreffunderid",
}
_SINGLE = re.compile(r"\S+")
#: Schemes whose printed form has spaces.
_SPACED = frozenset({"isbn", "issn", "eissn", "lissn", "istc", "ean13"})
_CHECKS = {
    "doi": idutils.is_doi,
    "url": idutils.is_url,
    "isbn": idutils.is_isbn,
    "issn": idutils.is_issn,
    "eissn": idutils.is_issn,
    "lissn": idutils.is_issn,
    "arxiv": idutils.is_arxiv,
    "ads": idutils.is_ads,
    "handle": idutils.is_handle,
    "pmid": idutils.is_pmid,
    "purl": idutils.is_purl,
    "lsid": idutils.is_lsid,
    "urn": idutils.is_urn,
    "ark": idutils.is_ark,
    "ean13": idutils.is_ean13,
    "istc": idutils.is_istc,
}
_HOSTS = {"orcid": "orcid.org", "ror": "ror.org", "isni": "isni.org", "gnd": "d-nb.info/gnd"}
_NAMES = {"orcid": idutils.is_orcid, "isni": idutils.is_isni, "gnd": idutils.is_gnd, "ror": idutils.is_ror}


def scheme(name: str) -> str | None:
    """Our name of an identifier scheme for works, or None for one that we do not have."""
    return _SCHEMES.get(re.sub(r"[^a-z0-9]", "", name.lower()))


def doi(value: str) -> str | None:
    """A DOI without resolver or `doi:`, in the case it was written in; None if it is no DOI."""
    value = value.strip()
    if not _SINGLE.fullmatch(value) or not idutils.is_doi(value):
        return None
    return str(idutils.normalize_doi(value))


def is_valid(value: str, name: str) -> bool:
    """Whether a value has the form of its scheme; schemes without a known form take any text."""
    check = _CHECKS.get(name)
    if check is None:
        return bool(value)
    return bool(_SINGLE.fullmatch(value) or name in _SPACED) and bool(check(value))


def work(value: str, name: str, field: str, losses: Losses) -> dict[str, str] | None:
    """An identifier of a work; one of a scheme that we lack is kept as `other`.

    One of a wrong form is kept only if it is an address, as which it can at least be followed.
    """
    if not value:
        return None
    ours = scheme(name) if name else _detected(value)
    if ours is None:
        losses.add(field, f"the scheme '{name}' is not known here; kept as 'other'")
        return {"identifier": value, "scheme": "other"}
    if ours == "doi" and (plain := doi(value)):
        value = plain
    if is_valid(value, ours):
        return {"identifier": value, "scheme": ours}
    if _detected(value) == "url" and is_valid(value, "url"):
        losses.add(field, f"'{value}' is not a valid {ours}; kept as a URL")
        return {"identifier": value, "scheme": "url"}
    losses.add(field, f"'{value}' is not a valid {ours}")
    return None


def _detected(value: str) -> str:
    """The scheme of an identifier without one, as far as its own form tells it beyond doubt."""
    if doi(value):
        return "doi"
    return "url" if value.startswith(("http://", "https://")) else "other"


def person_or_org(value: str, name: str, field: str, losses: Losses) -> dict[str, str] | None:
    """An identifier of a person or organisation (ORCID, ISNI, GND, ROR) in its short form."""
    ours = _name_scheme(value, name)
    if ours is None:
        losses.add(field, f"identifiers of the scheme '{name}' cannot be kept with a name")
        return None
    check = _NAMES[ours]
    if not check(value):
        losses.add(field, f"'{value}' is not a valid {ours.upper()}")
        return None
    return {"scheme": ours, "identifier": str(idutils.normalize_pid(value, ours))}


def _name_scheme(value: str, name: str) -> str | None:
    squeezed = re.sub(r"[^a-z]", "", name.lower())
    if squeezed in _NAMES:
        return squeezed
    both = f"{name} {value}".lower()
    return next((ours for ours, host in _HOSTS.items() if host in both), None)


def ror(value: str, name: str) -> str | None:
    """The ROR id (`04wxnsj81`) in an affiliation's or funder's identifier, or None."""
    if _name_scheme(value, name) != "ror" or not idutils.is_ror(value):
        return None
    return str(idutils.normalize_pid(value, "ror"))
