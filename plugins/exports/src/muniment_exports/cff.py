"""Citation File Format 1.2.0: the CITATION.cff of a work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import orjson

from muniment_exports import coar
from muniment_exports.work import Agent, Work, date_parts

_REFERENCE_TYPES = {
    "publication-article": "article", "publication-book": "book", "publication-conferencepaper": "conference-paper",
    "publication-conferenceproceeding": "proceedings", "publication-dissertation": "thesis",
    "publication-patent": "patent",
    "publication-report": "report", "publication-standard": "standard", "audio": "sound-recording", "video": "video",
    "presentation": "slides",
}  # fmt: skip
#: The DOIs that the schema takes; others are told by their address.
_DOI = re.compile(r"10\.\d{4,9}(\.\d+)?/[A-Za-z0-9:/_;\-.()\[\]\\]+")
#: What YAML does not take inside double quotes though JSON does.
_UNPRINTABLE = re.compile("[\\x7f-\\x9f\\u2028\\u2029\\ufeff\\ud800-\\udfff\\ufffe\\uffff]")


def write(work: Work) -> bytes:
    """The document, in YAML whose texts are all quoted."""
    return ("\n".join(_lines(document(work))) + "\n").encode()


def document(work: Work) -> dict[str, Any]:
    """The document; works that are neither software nor data are the preferred citation of their files."""
    cited = work.kind.startswith("software") or work.kind == "dataset"
    found: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use this work, please cite it as below.",
        "type": "dataset" if work.kind == "dataset" else "software",
        **_common(work),
        "repository-code": _address(str(work.value("code:codeRepository") or "")),
        "abstract": work.description,
        "keywords": list(dict.fromkeys(text for text, _ in work.subjects)),
        **_licence(work),
    }
    found["identifiers"] = [
        {"type": "doi" if scheme == "doi" else "url", "value": value if scheme == "doi" else address}
        for scheme, value, address in work.identifiers
        if address
    ]
    if not cited:
        found.pop("type")
        found["preferred-citation"] = _preferred(work)
    return {key: value for key, value in found.items() if value}


def _common(work: Work) -> dict[str, Any]:
    dates = date_parts(work.date)
    released = "-".join(dates[0]) if dates and len(dates[0]) == 3 else ""
    found = {
        "title": work.title,
        "authors": _authors(work),
        "version": work.version,
        "doi": work.doi if _DOI.fullmatch(work.doi) else "",
        "url": _address(work.address),
        "date-released": released,
    }
    return {key: value for key, value in found.items() if value}


def _preferred(work: Work) -> dict[str, Any]:
    dates, journal = date_parts(work.date), work.field("journal:journal")
    found: dict[str, Any] = {
        "type": _REFERENCE_TYPES.get(work.kind, "generic"),
        **_common(work),
        "publisher": {"name": work.publisher},
        "languages": [code for code in work.languages if len(code) in (2, 3)],
        "journal": journal.get("title"),
        "issue": journal.get("issue"),
        "volume": journal.get("volume"),
        "issn": _issn(str(journal.get("issn") or "")),
    }
    if dates:
        found["year"] = int(dates[0][0])
        if len(dates[0]) > 1:
            found["month"] = int(dates[0][1])
    return {key: value for key, value in found.items() if value}


def _licence(work: Work) -> dict[str, Any]:
    known = [item.spdx for item in work.licences if coar.is_in_cff(item.spdx)]
    if known:
        return {"license": known if len(known) > 1 else known[0]}
    return {"license-url": next((_address(item.address) for item in work.licences if item.address), "")}


def _authors(work: Work) -> list[dict[str, str]]:
    """Each once, as the schema wants it; the publisher where nobody is named."""
    found = {orjson.dumps(author): author for author in map(_author, work.creators)}
    return list(found.values()) or [{"name": work.publisher}]


def _issn(text: str) -> str:
    return f"{text[:4]}-{text[4:]}" if re.fullmatch(r"\d{7}[\dxX]", text) else text


def _author(agent: Agent) -> dict[str, str]:
    orcid = f"https://orcid.org/{agent.orcid}" if agent.orcid else ""
    belongs = "; ".join(item.name for item in agent.affiliations)
    if not agent.personal or not agent.family:
        website = _address(agent.address) if not orcid else ""
        found = {"name": agent.name, "orcid": orcid, "website": website}
    else:
        found = {"family-names": agent.family, "given-names": agent.given, "orcid": orcid, "affiliation": belongs}
    return {key: value for key, value in found.items() if value}


def _address(text: str) -> str:
    return text if text.startswith(("https://", "http://", "ftp://", "sftp://")) else ""


def _lines(value: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for key, item in value.items():
        if isinstance(item, Mapping):
            yield f"{indent}{key}:"
            yield from _lines(item, indent + "  ")
        elif isinstance(item, list):
            yield f"{indent}{key}:"
            for entry in item:
                yield from _entry(entry, indent + "  ")
        else:
            yield f"{indent}{key}: {_scalar(item)}"


def _entry(entry: Any, indent: str) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"{indent}- {_scalar(entry)}"
        return
    lead = "- "
    for line in _lines(entry, ""):
        yield f"{indent}{lead}{line}"
        lead = "  "


def _scalar(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
