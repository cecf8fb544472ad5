"""CodeMeta 3.0: software in the words that registries of software exchange."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

from muniment_exports import schema_org
from muniment_exports.work import Work

CONTEXT = "https://w3id.org/codemeta/3.0"
#: Properties that CodeMeta's context has. Others of schema.org are written with its prefix, since readers of JSON-LD
#: drop what they do not find there.
_IN_CONTEXT = frozenset(
    {
        "affiliation", "author", "citation", "codeRepository", "contributor", "dateCreated", "dateModified",
        "datePublished", "description", "editor", "familyName", "funder", "givenName", "hasPart", "identifier",
        "isAccessibleForFree", "isPartOf", "keywords", "license", "name", "programmingLanguage", "publisher", "sameAs",
        "url", "version",
    }
)  # fmt: skip
_TYPES_IN_CONTEXT = frozenset({"Organization", "Person", "SoftwareSourceCode"})
#: Of a record's properties those that registries of software have a use for.
_SHARED = (
    "@id", "identifier", "url", "name", "alternateName", "description", "author", "editor", "contributor",
    "publisher", "datePublished", "dateCreated", "dateModified", "keywords", "inLanguage", "license",
    "copyrightNotice", "version", "isAccessibleForFree", "fileFormat", "sameAs", "isPartOf", "hasPart", "citation",
    "mentions", "subjectOf", "funder", "size", "additionalType", "exampleOfWork", "isBasedOn",
)  # fmt: skip
_ADDRESSES = frozenset({"codeRepository", "identifier", "license", "sameAs", "url"})
_REPOSTATUS = frozenset({"concept", "wip", "suspended", "abandoned", "active", "inactive", "unsupported", "moved"})


def write(work: Work) -> bytes:
    return orjson.dumps(document(work))


def document(work: Work) -> dict[str, Any]:
    node = {**schema_org.node(work), **schema_org.software(work)}
    kind = "SoftwareSourceCode" if work.kind.startswith("software") else node["@type"]
    shared = {name: node[name] for name in (*_SHARED, "codeRepository", "programmingLanguage") if name in node}
    found: dict[str, Any] = {"@context": CONTEXT, **_named({"@type": kind, **shared})}
    found.update(_status(work, node))
    found["funding"] = "; ".join(
        " ".join(part for part in (grant.funder.name, grant.number, grant.title) if part) for grant in work.grants
    )
    found["downloadUrl"] = [file.address for file in work.files]
    found["readme"] = next((file.address for file in work.files if file.key.lower().startswith("readme")), "")
    return {key: value for key, value in found.items() if value not in ("", [], None)}


def _status(work: Work, node: Mapping[str, Any]) -> dict[str, str]:
    """The status by its address, as the context wants it; one of one's own in words."""
    status = str((work.value("code:developmentStatus") or {}).get("id") or "")
    if status in _REPOSTATUS:
        return {"developmentStatus": f"https://www.repostatus.org/#{status}"}
    return {"schema:creativeWorkStatus": node.get("creativeWorkStatus", "")}


def _named(value: Any) -> Any:
    """Nodes with names that the context knows."""
    if isinstance(value, list):
        return [_named(item) for item in value]
    if not isinstance(value, dict):
        return value
    kind = value["@type"]
    return {
        "@type": kind if kind in _TYPES_IN_CONTEXT else f"schema:{kind}",
        **{_name(name, item): _named(item) for name, item in value.items() if name != "@type"},
    }


def _name(name: str, value: Any) -> str:
    """A property's name. Of some the context says that texts are addresses; another text needs the prefix too."""
    if name.startswith("@"):
        return name
    is_wrong = name in _ADDRESSES and isinstance(value, str) and not value.startswith(("http://", "https://"))
    return f"schema:{name}" if is_wrong or name not in _IN_CONTEXT else name
