"""A plain citation of a record in the manner of the American Psychological Association (7th edition)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from muniment.identifiers import IdentifierSchemes
from muniment.records.plain_text import record_title, strip_html

MAXIMUM_AUTHORS = 20
_YEAR = re.compile(r"-?[0-9]{4}")
#: "v1.0" and "Version 2" say themselves that they are versions.
_VERSION = re.compile(r"v(?:ersion|er)?\.?\s*[0-9]", re.IGNORECASE)
_SCHEMES = IdentifierSchemes()


def citation_text(data: Mapping[str, Any], locale: str = "en") -> str:
    """Authors, year, title, version, type, publisher and DOI of a record's public JSON, as one line of plain text.

    After 20 authors follows "et al."; what is missing is left out. `locale` chooses the language of the type.
    """
    metadata = _mapping(data.get("metadata"))
    parts = [
        _sentence(author_list(_sequence(metadata.get("creators")))),
        f"({_year(metadata)}).",
        _sentence(_titled(data, metadata, locale)),
        _sentence(strip_html(_text(metadata.get("publisher")))),
        doi_address(data),
    ]
    return " ".join(part for part in parts if part)


def author_list(creators: Iterable[Any]) -> str:
    """Names of creators: "Carberry, J. S., & CERN", at most `MAXIMUM_AUTHORS` of them."""
    names = [name for name in (_author(_mapping(item)) for item in creators) if name]
    if len(names) > MAXIMUM_AUTHORS:
        return ", ".join(names[:MAXIMUM_AUTHORS]) + ", et al."
    if len(names) < 2:
        return "".join(names)
    return ", ".join(names[:-1]) + f", & {names[-1]}"


def initials(given_name: str) -> str:
    """The initials of given names: "Jean-Pierre Marie" becomes "J.-P. M.".

    Names in scripts that do not abbreviate (Chinese, Japanese, Korean, ...) stay whole.
    """
    names = given_name.replace(".", ". ").split()
    return " ".join("-".join(map(_initial, name.removesuffix(".").split("-"))) for name in names)


def doi_address(data: Mapping[str, Any]) -> str:
    """The address of the record's DOI, or an empty string."""
    doi = _mapping(_mapping(data.get("pids")).get("doi")).get("identifier")
    return _SCHEMES.url("doi", doi) if isinstance(doi, str) else ""


def _author(creator: Mapping[str, Any]) -> str:
    agent = _mapping(creator.get("person_or_org"))
    family, given = _text(agent.get("family_name")), _text(agent.get("given_name"))
    if not family:
        return _text(agent.get("name"))
    return f"{family}, {initials(given)}" if given else family


def _initial(name: str) -> str:
    if not name:
        return ""
    # Letters with case are those of scripts in which names are abbreviated; marks belong to their letter.
    if not (name[0].isupper() or name[0].islower()):
        return name
    marks = 1
    while marks < len(name) and unicodedata.combining(name[marks]):
        marks += 1
    return name[:marks].upper() + "."


def _year(metadata: Mapping[str, Any]) -> str:
    """The year of publication; an interval is cited by its beginning."""
    match = _YEAR.match(_text(metadata.get("publication_date")))
    return match.group() if match else "n.d."


def _titled(data: Mapping[str, Any], metadata: Mapping[str, Any], locale: str) -> str:
    version = strip_html(_text(metadata.get("version")))
    if version:
        version = f"({version})" if _VERSION.match(version) else f"(Version {version})"
    kind = _type(_mapping(metadata.get("resource_type")), locale)
    return " ".join(part for part in (record_title(data), version, f"[{kind}]" if kind else "") if part)


def _type(resource_type: Mapping[str, Any], locale: str) -> str:
    titles = _mapping(resource_type.get("title"))
    return _text(titles.get(locale)) or _text(titles.get("en")) or _text(next(iter(titles.values()), ""))


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "!", "?", "。", "！", "？")) else f"{text}."


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _sequence(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
