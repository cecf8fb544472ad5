"""CSL-JSON: what citation processors and reference managers read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from muniment_exports.work import Agent, Work, date_parts

#: Where CSL has a nearer type than the vocabulary names: its reports are technical ones and manuals too.
_TYPES = {
    "publication-report": "report", "publication-technicalnote": "report", "publication-workingpaper": "report",
    "publication-softwaredocumentation": "report", "audio": "song",
}  # fmt: skip
_ROLES = {"editor": "editor", "translator": "translator", "producer": "producer", "projectleader": "chair"}


def item(work: Work) -> dict[str, Any]:
    """One entry; what the record does not have is left out."""
    kind = _TYPES.get(work.kind) or str(work.props.get("csl") or "document")
    journal, imprint = work.field("journal:journal"), work.field("imprint:imprint")
    meeting, thesis = work.field("meeting:meeting"), work.field("thesis:thesis")
    found: dict[str, Any] = {
        "id": work.id,
        "type": kind,
        "title": work.title,
        "title-short": next((text for name, text, _ in work.titles if name == "alternative-title"), ""),
        "author": [_name(agent) for agent in work.creators],
        "issued": _issued(work),
        "abstract": work.description,
        "DOI": work.doi,
        "URL": work.address,
        "publisher": str(thesis.get("university") or work.publisher),
        "version": work.version,
        "language": work.language_code(work.languages[0]) if work.languages else "",
        "genre": str(thesis.get("type") or "") or work.kind_title,
        "keyword": ", ".join(text for text, _ in work.subjects),
        "container-title": str(journal.get("title") or imprint.get("title") or ""),
        "collection-title": str(imprint.get("title") or "") if journal.get("title") else "",
        "archive": work.publisher if thesis.get("university") else "",
        "volume": str(journal.get("volume") or ""),
        "issue": str(journal.get("issue") or ""),
        "page": str(journal.get("pages") or imprint.get("pages") or ""),
        "ISSN": str(journal.get("issn") or ""),
        "ISBN": str(imprint.get("isbn") or ""),
        "edition": str(imprint.get("edition") or ""),
        "publisher-place": str(imprint.get("place") or ""),
        "event-title": str(meeting.get("title") or meeting.get("acronym") or ""),
        "event-place": str(meeting.get("place") or ""),
    }
    for role, name in _ROLES.items():
        found[name] = [_name(agent) for agent in work.contributors if agent.role == role]
    return {key: value for key, value in found.items() if value}


def write(work: Work) -> bytes:
    return orjson.dumps(item(work))


def join(items: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(items) + b"]"


def _name(agent: Agent) -> dict[str, str]:
    if not agent.personal or not agent.family:
        return {"literal": agent.name}
    return {"family": agent.family, **({"given": agent.given} if agent.given else {})}


def _issued(work: Work) -> dict[str, Any]:
    parts = [[int(part) for part in date] for date in date_parts(work.date)]
    return {"date-parts": parts} if parts else {}
