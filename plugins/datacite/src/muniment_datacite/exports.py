"""Records as DataCite JSON and XML, for everybody who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import orjson

from muniment.api import ExportFormat, HarvestForm, Repository

JSON_TYPE: Final = "application/vnd.datacite.datacite+json"
XML_TYPE: Final = "application/vnd.datacite.datacite+xml"
#: Changes whenever the same record would be written differently.
REVISION: Final = "1"
_NAMESPACE: Final = "http://datacite.org/schema/kernel-4"
_SCHEMA: Final = "https://schema.datacite.org/meta/kernel-4.6/metadata.xsd"
#: What DataCite's kernel has a place for.
CARRIED: Final = frozenset(
    f"metadata.{name}"
    for name in (
        "resource_type", "creators", "title", "publication_date", "additional_titles", "description",
        "additional_descriptions", "rights", "contributors", "subjects", "languages", "dates", "version", "publisher",
        "identifiers", "related_identifiers", "funding", "locations", "sizes", "formats",
    )
) | {"pids.doi"}  # fmt: skip


def formats(repository: Callable[[], Repository]) -> list[ExportFormat]:
    def as_document(record: Mapping[str, Any]) -> dict[str, Any]:
        # The schema and its writer take a while to load, which processes that never write a format are spared.
        from muniment_datacite.metadata import document

        return document(repository(), record)

    def as_json(record: Mapping[str, Any]) -> bytes:
        return orjson.dumps(as_document(record), option=orjson.OPT_INDENT_2)

    def as_xml(record: Mapping[str, Any]) -> bytes:
        from muniment_datacite import kernel

        return kernel.to_xml(as_document(record))

    def losses(record: Mapping[str, Any]) -> list[str]:
        from muniment_datacite.works import untold

        return ["metadata.related_identifiers"] if untold(repository(), record.get("metadata") or {}) else []

    return [
        ExportFormat(
            "datacite-json",
            "DataCite JSON",
            JSON_TYPE,
            ".datacite.json",
            as_json,
            revision=REVISION,
            join=_joined,
            carries=CARRIED,
            loses=losses,
            order=60,
        ),
        ExportFormat(
            "datacite-xml",
            "DataCite XML",
            XML_TYPE,
            ".datacite.xml",
            as_xml,
            revision=REVISION,
            accepts=(XML_TYPE, "application/x-datacite+xml"),
            aliases=("dcite4",),
            carries=CARRIED,
            loses=losses,
            harvest=tuple(HarvestForm(prefix, _NAMESPACE, _SCHEMA) for prefix in ("datacite", "datacite4")),
            order=61,
        ),
    ]


def _joined(documents: Sequence[bytes]) -> bytes:
    return b"[" + b",".join(documents) + b"]"
