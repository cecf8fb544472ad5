"""Documents that tests deposit."""

from __future__ import annotations

from typing import Any

TITLE = "Hourly sea-ice drift vectors"


def document(
    title: str = TITLE,
    *,
    files_enabled: bool = False,
    record_access: str = "public",
    files_access: str = "public",
    metadata: dict[str, Any] | None = None,
    custom_fields: dict[str, Any] | None = None,
    pids: dict[str, Any] | None = None,
    ext: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """A complete draft in the REST API's JSON; `metadata` replaces single fields, a None value removes one."""
    complete: dict[str, Any] = {
        "resource_type": {"id": "dataset"},
        "title": title,
        "publication_date": "2026-05-14",
        "publisher": "Test Repository",
        "description": "<p>Drift vectors on a three kilometre grid.</p>",
        "creators": [
            {
                "person_or_org": {
                    "type": "personal",
                    "family_name": "Adeyemi",
                    "given_name": "Ngozi",
                    "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
                },
                "affiliations": [{"name": "Institute of Polar Studies"}],
            }
        ],
        "rights": [{"id": "cc-by-4.0"}],
        "languages": [{"id": "eng"}],
        "subjects": [{"subject": "sea ice"}],
    }
    complete.update(metadata or {})
    result: dict[str, Any] = {
        "access": {"record": record_access, "files": files_access},
        "files": {"enabled": files_enabled},
        "metadata": {key: value for key, value in complete.items() if value is not None},
    }
    more = {"custom_fields": custom_fields, "pids": pids, "ext": ext}
    return {**result, **{key: value for key, value in more.items() if value is not None}}
