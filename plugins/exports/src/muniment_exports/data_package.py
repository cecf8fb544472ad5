"""Data Package 2.0: the description that data tools (Frictionless and others) read."""

from __future__ import annotations

import re
import unicodedata
from typing import Any
from urllib.parse import quote

import orjson

from muniment_exports.work import Agent, Work

PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"


def write(work: Work) -> bytes:
    return orjson.dumps(document(work))


def document(work: Work) -> dict[str, Any]:
    """The package; a work without public files has its description as its one resource."""
    found: dict[str, Any] = {
        "$schema": PROFILE,
        "name": f"record-{work.id}",
        "id": work.address,
        "title": work.title,
        "description": work.description,
        "homepage": work.page,
        "version": work.version,
        "created": str(work.data.get("created") or "")[:19] + "Z",
        "keywords": list(dict.fromkeys(text for text, _ in work.subjects)),
        "contributors": [*_contributors(work.creators, "creator"), *_contributors(work.contributors, "contributor")],
        "licenses": _licences(work),
        "sources": _sources(work),
        "resources": _resources(work),
        "resourceType": work.kind,
        "datePublished": work.date,
        "languages": work.languages,
    }
    return {key: value for key, value in found.items() if value not in ("", [])}


def _contributors(agents: tuple[Agent, ...], role: str) -> list[dict[str, Any]]:
    found = []
    for agent in agents:
        entry: dict[str, Any] = {
            "title": agent.name,
            "givenName": agent.given,
            "familyName": agent.family,
            "path": agent.address,
            "roles": [agent.role or role],
            "organization": "; ".join(item.name for item in agent.affiliations),
        }
        found.append({key: value for key, value in entry.items() if value})
    return found


def _licences(work: Work) -> list[dict[str, str]]:
    found = []
    for item in work.licences:
        entry = {"name": item.spdx, "path": item.address, "title": item.title}
        if item.spdx or item.address:
            found.append({key: value for key, value in entry.items() if value})
    return found


def _sources(work: Work) -> list[dict[str, str]]:
    found = [{"title": text} for text in work.references]
    wanted = ("isderivedfrom", "references", "cites", "issupplementto")
    for item in work.related:
        if item.relation in wanted:
            entry = {"title": f"{item.scheme}:{item.identifier}", "path": item.address}
            found.append({key: value for key, value in entry.items() if value})
    return found


def _resources(work: Work) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    taken: set[str] = set()
    for file in work.files:
        extension = file.key.rpartition(".")[2].lower() if "." in file.key.rpartition("/")[2] else ""
        entry: dict[str, Any] = {
            "name": _name(file.key, taken),
            "path": file.address,
            "title": file.key,
            "format": extension,
            "mediatype": file.media_type,
            "bytes": file.size,
            "hash": file.checksum.removeprefix("md5:"),
        }
        found.append({key: value for key, value in entry.items() if value not in ("", None)})
    if not found:
        address = f"{work.page}/export/{quote('json')}"
        found = [{"name": "metadata", "path": address, "format": "json", "mediatype": "application/json"}]
    return found


def _name(key: str, taken: set[str]) -> str:
    """A name for a resource: small ASCII letters, digits, hyphens; each once."""
    ascii_ = unicodedata.normalize("NFKD", key).encode("ascii", "ignore").decode().lower()
    name = re.sub(r"[^a-z0-9._-]+", "-", ascii_).strip("-.") or "file"
    unique, number = name, 2
    while unique in taken:
        unique, number = f"{name}-{number}", number + 1
    taken.add(unique)
    return unique
