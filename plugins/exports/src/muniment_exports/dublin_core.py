"""Simple Dublin Core as OAI-PMH carries it (`oai_dc`)."""

from __future__ import annotations

from muniment.api import HarvestForm
from muniment_exports.markup import XSI, add, root, written
from muniment_exports.work import Work

OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
DC = "http://purl.org/dc/elements/1.1/"
SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
HARVEST = (HarvestForm("oai_dc", OAI_DC, SCHEMA),)
_EUREPO_ACCESS = {"open": "openAccess", "embargoed": "embargoedAccess", "restricted": "restrictedAccess"}


def write(work: Work) -> bytes:
    """One `oai_dc:dc`; each statement once, but two people of one name are two."""
    document = root(
        f"{{{OAI_DC}}}dc",
        {"oai_dc": OAI_DC, "dc": DC, "xsi": XSI},
        **{f"{{{XSI}}}schemaLocation": f"{OAI_DC} {SCHEMA}"},
    )
    said: set[tuple[str, str]] = set()
    for name, text in _statements(work):
        if text and (name in ("creator", "contributor") or (name, text) not in said):
            said.add((name, text))
            add(document, f"{{{DC}}}{name}", text)
    return written(document)


def _statements(work: Work) -> list[tuple[str, str]]:
    found = [("title", work.title), *(("title", text) for _, text, _ in work.titles)]
    found += [("creator", agent.name) for agent in work.creators]
    found += [("contributor", agent.name) for agent in work.contributors]
    found += [("publisher", work.publisher), ("date", work.date)]
    found += [("date", date) for _, date, _ in work.dates]
    found += [("description", work.description), *(("description", text) for _, text, _ in work.descriptions)]
    found += [("description", f"Version {work.version}")] if work.version else []
    found += [("subject", text) for text, _ in work.subjects]
    found += [("language", code) for code in work.languages]
    found += [("identifier", work.address), ("identifier", work.page)]
    found += [("identifier", address or value) for _, value, address in work.identifiers]
    found += [("type", str(work.props.get("eurepo") or "")), ("type", work.coar_type[0]), ("type", work.kind_title)]
    found += [("format", text) for text in (*work.strings("formats"), *work.strings("sizes"))]
    found += [("relation", item.address or f"{item.scheme}:{item.identifier}") for item in work.related]
    found += [("relation", work.url("doi", work.concept_doi))] if work.concept_doi else []
    found += [("relation", _grant(grant.number, grant.funder.name, grant.address)) for grant in work.grants]
    found += [("relation", text) for text in work.references]
    found += [("coverage", str(place.get("place") or "")) for place in work.places]
    access = _EUREPO_ACCESS.get(work.access, "closedAccess")
    found += [("rights", f"info:eu-repo/semantics/{access}"), ("rights", work.coar_access[0])]
    found += [("date", f"info:eu-repo/date/embargoEnd/{work.embargo_end}")] if work.embargo_end else []
    for licence in work.licences:
        found += [("rights", licence.title), ("rights", licence.address), ("rights", licence.spdx)]
    return [*found, ("rights", work.copyright)]


def _grant(number: str, funder: str, address: str) -> str:
    return address or f"{funder} {number}".strip()
