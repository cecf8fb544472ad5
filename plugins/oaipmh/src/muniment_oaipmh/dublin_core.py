"""Records in unqualified Dublin Core, which every repository speaks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from muniment.api import RecordItem, strip_html, title_text
from muniment_oaipmh.xml import escape

NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA: Final = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
#: Changes when the same record would be written differently.
REVISION: Final = "2"
_START: Final = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)
#: What `access.status` is called in the vocabulary that aggregators look for.
_ACCESS: Final = {
    "open": "info:eu-repo/semantics/openAccess",
    "embargoed": "info:eu-repo/semantics/embargoedAccess",
    "restricted": "info:eu-repo/semantics/restrictedAccess",
    "metadata-only": "info:eu-repo/semantics/closedAccess",
}
#: How an identifier of a scheme is written as an address.
_ADDRESSES: Final = {"doi": "https://doi.org/", "handle": "https://hdl.handle.net/", "orcid": "https://orcid.org/"}


def write(item: RecordItem, publisher: str = "") -> str:
    """The element `oai_dc:dc` of a record; `publisher` is that of records which name none."""
    found = "".join(
        f"<dc:{name}>{text}</dc:{name}>"
        for name, value in _statements(item.data, publisher)
        if (text := escape(value).strip())
    )
    return f"{_START}{found}</oai_dc:dc>"


def _statements(record: Mapping[str, Any], publisher: str) -> Iterator[tuple[str, str]]:
    metadata = record.get("metadata") or {}
    yield "title", title_text(metadata.get("title"))
    for entry in _objects(metadata.get("additional_titles")):
        yield "title", title_text(entry.get("title"))
    yield from (("creator", name) for name in _names(metadata.get("creators")))
    yield from (("contributor", name) for name in _names(metadata.get("contributors")))
    yield "publisher", metadata.get("publisher") or publisher
    yield "date", metadata.get("publication_date") or ""
    yield from _embargo(record)
    yield from (("subject", text) for text in _subjects(metadata.get("subjects")))
    yield "description", strip_html(metadata.get("description") or "")
    for entry in _objects(metadata.get("additional_descriptions")):
        yield "description", strip_html(entry.get("description") or "")
    yield "type", _title(metadata.get("resource_type"))
    yield from (("identifier", value) for value in _identifiers(record, metadata))
    yield from (("relation", value) for value in _relations(record, metadata))
    yield from _rights(record, metadata)
    yield from (("language", entry.get("id") or "") for entry in _objects(metadata.get("languages")))
    yield from (("format", value) for value in metadata.get("formats") or [])
    yield from (("coverage", place) for place in _places(metadata))


def _embargo(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    embargo = (record.get("access") or {}).get("embargo") or {}
    if embargo.get("active") and embargo.get("until"):
        yield "date", f"info:eu-repo/date/embargoEnd/{embargo['until']}"


def _identifiers(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    for scheme, value in (record.get("pids") or {}).items():
        if scheme != "oai" and value.get("identifier"):
            yield _address(scheme, value["identifier"])
    yield (record.get("links") or {}).get("self_html") or ""
    for entry in _objects(metadata.get("identifiers")):
        yield _address(entry.get("scheme") or "", entry.get("identifier") or "")


def _relations(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    for scheme, value in ((record.get("parent") or {}).get("pids") or {}).items():
        if value.get("identifier"):
            yield _address(scheme, value["identifier"])
    for entry in _objects(metadata.get("related_identifiers")):
        yield _address(entry.get("scheme") or "", entry.get("identifier") or "")


def _rights(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    status = (record.get("access") or {}).get("status")
    yield "rights", _ACCESS.get(status or "", "")
    for entry in _objects(metadata.get("rights")):
        yield "rights", _title(entry)
        yield "rights", entry.get("link") or (entry.get("props") or {}).get("url") or ""
    yield "rights", strip_html(metadata.get("copyright") or "")


def _names(people: Any) -> Iterator[str]:
    for entry in _objects(people):
        who = entry.get("person_or_org") or {}
        yield who.get("name") or ", ".join(filter(None, (who.get("family_name"), who.get("given_name"))))


def _subjects(subjects: Any) -> Iterator[str]:
    for entry in _objects(subjects):
        yield entry.get("subject") or _title(entry)


def _places(metadata: Mapping[str, Any]) -> Iterator[str]:
    for feature in _objects((metadata.get("locations") or {}).get("features")):
        yield feature.get("place") or ""


def _address(scheme: str, identifier: str) -> str:
    start = _ADDRESSES.get(scheme, "")
    return identifier if not identifier or "://" in identifier else start + identifier


def _title(term: Any) -> str:
    """The English title of a vocabulary term, or any."""
    titles = (term or {}).get("title") or {}
    if isinstance(titles, str):
        return titles
    return titles.get("en") or next(iter(titles.values()), "")


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, Sequence) else []
