"""CodeMeta 3.0: software in the words that registries of software exchange."""

from __future__ import annotations

from typing import Any

import orjson

from muniment_exports import schema_org
from muniment_exports.work import Work

CONTEXT = "https://w3id.org/codemeta/3.0"
#: Of schema.org's properties those that CodeMeta has in its context.
_SHARED = (
    "@id", "identifier", "url", "name", "alternateName", "description", "author", "editor", "contributor",
    "publisher", "datePublished", "dateCreated", "dateModified", "keywords", "inLanguage", "license",
    "copyrightNotice", "version", "isAccessibleForFree", "codeRepository", "programmingLanguage", "fileFormat",
    "sameAs", "isPartOf", "hasPart", "citation", "mentions", "subjectOf", "funder", "size", "additionalType",
    "exampleOfWork", "isBasedOn",
)  # fmt: skip


def write(work: Work) -> bytes:
    return orjson.dumps(document(work))


def document(work: Work) -> dict[str, Any]:
    node = schema_org.node(work)
    kind = "SoftwareSourceCode" if work.kind.startswith("software") else node["@type"]
    found: dict[str, Any] = {"@context": CONTEXT, "@type": kind}
    found.update({name: node[name] for name in _SHARED if name in node})
    found["developmentStatus"] = node.get("creativeWorkStatus")
    found["funding"] = "; ".join(
        " ".join(part for part in (grant.funder.name, grant.number, grant.title) if part) for grant in work.grants
    )
    found["downloadUrl"] = [file.address for file in work.files]
    found["readme"] = next((file.address for file in work.files if file.key.lower().startswith("readme")), "")
    return {key: value for key, value in found.items() if value not in ("", [], None)}
