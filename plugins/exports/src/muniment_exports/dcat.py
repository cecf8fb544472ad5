"""DCAT-AP 3.0 as RDF/XML: what data portals harvest."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from muniment.api import HarvestForm
from muniment_exports.markup import RDF, add, root, written
from muniment_exports.schema_org import bounds
from muniment_exports.work import Agent, File, Grant, Named, Work

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

DCAT = "http://www.w3.org/ns/dcat#"
DCT = "http://purl.org/dc/terms/"
FOAF = "http://xmlns.com/foaf/0.1/"
ADMS = "http://www.w3.org/ns/adms#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
SPDX = "http://spdx.org/rdf/terms#"
ORG = "http://www.w3.org/ns/org#"
FRAPO = "http://purl.org/cerif/frapo/"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
LOCN = "http://www.w3.org/ns/locn#"
XSD = "http://www.w3.org/2001/XMLSchema#"
_PREFIXES = {
    "rdf": RDF, "dcat": DCAT, "dct": DCT, "foaf": FOAF, "adms": ADMS, "skos": SKOS, "spdx": SPDX, "org": ORG,
    "frapo": FRAPO, "rdfs": RDFS, "locn": LOCN,
}  # fmt: skip
HARVEST = (HarvestForm("dcat", "https://www.w3.org/ns/dcat", "http://schema.datacite.org/meta/kernel-4/metadata.xsd"),)
_ABOUT, _RESOURCE, _DATATYPE = f"{{{RDF}}}about", f"{{{RDF}}}resource", f"{{{RDF}}}datatype"
_EU = "http://publications.europa.eu/resource/authority"
_ACCESS = {"open": "PUBLIC", "metadata-only": "NON_PUBLIC"}
_DATE = re.compile(r"(\d{4})(-\d{2})?(-\d{2})?$")
_RELATIONS = {
    "ispartof": f"{{{DCT}}}isPartOf", "haspart": f"{{{DCT}}}hasPart", "references": f"{{{DCT}}}references",
    "cites": f"{{{DCT}}}references", "isreferencedby": f"{{{DCT}}}isReferencedBy",
    "iscitedby": f"{{{DCT}}}isReferencedBy",
    "isderivedfrom": f"{{{DCT}}}source",
}  # fmt: skip


def write(work: Work) -> bytes:
    """One `dcat:Dataset` with a distribution for each public file."""
    document = root(f"{{{RDF}}}RDF", _PREFIXES)
    dataset = add(document, f"{{{DCAT}}}Dataset", attributes={_ABOUT: _iri(work.address)})
    _about(dataset, work)
    _people(dataset, work)
    _relations(dataset, work)
    _access(dataset, work)
    for file in work.files:
        _distribution(dataset, work, file)
    return written(document)


def _about(dataset: Element, work: Work) -> None:
    _link(dataset, f"{{{DCT}}}type", work.coar_type[0], SKOS, "Concept", work.coar_type[1])
    add(dataset, f"{{{DCT}}}identifier", work.address)
    for scheme, value, address in work.identifiers:
        other = add(add(dataset, f"{{{ADMS}}}identifier"), f"{{{ADMS}}}Identifier")
        add(other, f"{{{SKOS}}}notation", address or f"{scheme}:{value}")
    add(dataset, f"{{{DCT}}}title", work.title)
    for _, text, language in work.titles:
        add(dataset, f"{{{DCT}}}alternative", text, {"xml:lang": language})
    add(dataset, f"{{{DCT}}}description", work.description or work.title)
    for _, text, language in work.descriptions:
        add(dataset, f"{{{DCT}}}description", text, {"xml:lang": language})
    _dated(dataset, f"{{{DCT}}}issued", work.date.partition("/")[0])
    add(dataset, f"{{{DCT}}}modified", _moment(work), {_DATATYPE: f"{XSD}dateTime"})
    _periods(dataset, work)
    for text, address in work.subjects:
        add(dataset, f"{{{DCAT}}}keyword", text)
        if address:
            add(dataset, f"{{{DCT}}}subject", attributes={_RESOURCE: _iri(address)})
    for code in work.languages:
        _link(dataset, f"{{{DCT}}}language", f"{_EU}/language/{code.upper()}", DCT, "LinguisticSystem")
    add(dataset, f"{{{DCAT}}}landingPage").append(_node(FOAF, "Document", work.page))
    if work.version:
        add(dataset, f"{{{DCAT}}}version", work.version)
    for place in work.places:
        _place(dataset, place)
    for text in work.strings("sizes"):
        add(_blank(dataset, f"{{{DCT}}}extent", DCT, "SizeOrDuration"), f"{{{RDFS}}}label", text)


def _periods(dataset: Element, work: Work) -> None:
    """What the work covers, and when things happened to it."""
    for kind, date, text in work.dates:
        start, _, end = date.partition("/")
        if kind in ("collected", "coverage") and (_DATE.match(start) or _DATE.match(end)):
            period = _blank(dataset, f"{{{DCT}}}temporal", DCT, "PeriodOfTime")
            _dated(period, f"{{{DCAT}}}startDate", start)
            _dated(period, f"{{{DCAT}}}endDate", end or start)
        elif kind in ("created", "available", "valid"):
            _dated(dataset, f"{{{DCT}}}{kind}", start)
        else:
            said = f"{kind}: {date}" + (f" ({text})" if text else "")
            add(_blank(dataset, f"{{{DCT}}}provenance", DCT, "ProvenanceStatement"), f"{{{RDFS}}}label", said)


def _people(dataset: Element, work: Work) -> None:
    publisher = _blank(dataset, f"{{{DCT}}}publisher", FOAF, "Agent")
    add(publisher, f"{{{FOAF}}}name", work.publisher)
    # The profile allows one creator; all are told, as portals expect it from repositories of research data.
    for agent in work.creators:
        add(dataset, f"{{{DCT}}}creator").append(_agent(agent))
    for agent in work.contributors:
        add(dataset, f"{{{DCT}}}contributor").append(_agent(agent))
    for grant in work.grants:
        add(dataset, f"{{{FRAPO}}}isFundedBy").append(_grant(grant))


def _agent(agent: Agent) -> Element:
    found = _node(FOAF, "Agent", agent.address)
    if agent.personal:
        add(found, f"{{{RDF}}}type", attributes={_RESOURCE: f"{FOAF}Person"})
    add(found, f"{{{FOAF}}}name", agent.name)
    for name, text in (("givenName", agent.given), ("familyName", agent.family)):
        if text:
            add(found, f"{{{FOAF}}}{name}", text)
    for _, address in agent.identifiers:
        add(found, f"{{{DCT}}}identifier", address)
    for item in agent.affiliations:
        add(found, f"{{{ORG}}}memberOf").append(_organisation(item))
    return found


def _organisation(item: Named) -> Element:
    found = _node(FOAF, "Agent", item.address)
    add(found, f"{{{RDF}}}type", attributes={_RESOURCE: f"{FOAF}Organization"})
    add(found, f"{{{FOAF}}}name", item.name)
    return found


def _grant(grant: Grant) -> Element:
    found = _node(FRAPO, "Grant", grant.address)
    for name, text in ((f"{{{DCT}}}identifier", grant.number), (f"{{{DCT}}}title", grant.title)):
        if text:
            add(found, name, text)
    if grant.funder.name:
        add(found, f"{{{FRAPO}}}isAwardedBy").append(_organisation(grant.funder))
    return found


def _relations(dataset: Element, work: Work) -> None:
    if work.concept_doi:
        address = _iri(work.url("doi", work.concept_doi))
        add(dataset, f"{{{DCT}}}isVersionOf", attributes={_RESOURCE: address})
    for item in work.related:
        name = _RELATIONS.get(item.relation, f"{{{DCT}}}relation")
        if item.address:
            add(dataset, name, attributes={_RESOURCE: _iri(item.address)})
        else:
            label = _blank(dataset, name, RDFS, "Resource")
            add(label, f"{{{RDFS}}}label", f"{item.scheme}:{item.identifier}")
    for text in work.references:
        add(_blank(dataset, f"{{{DCT}}}references", RDFS, "Resource"), f"{{{RDFS}}}label", text)


def _access(dataset: Element, work: Work) -> None:
    right = _ACCESS.get(work.access, "RESTRICTED")
    _link(dataset, f"{{{DCT}}}accessRights", f"{_EU}/access-right/{right}", DCT, "RightsStatement", work.coar_access[1])
    if not work.files:
        distribution = _blank(dataset, f"{{{DCAT}}}distribution", DCAT, "Distribution")
        add(distribution, f"{{{DCAT}}}accessURL", attributes={_RESOURCE: _iri(work.page)})
        _rights(distribution, work)


def _distribution(dataset: Element, work: Work, file: File) -> None:
    distribution = add(dataset, f"{{{DCAT}}}distribution")
    inside = _node(DCAT, "Distribution", "")
    distribution.append(inside)
    add(inside, f"{{{DCT}}}title", file.key)
    add(inside, f"{{{DCAT}}}accessURL", attributes={_RESOURCE: _iri(work.page)})
    add(inside, f"{{{DCAT}}}downloadURL", attributes={_RESOURCE: _iri(file.address)})
    add(inside, f"{{{DCAT}}}byteSize", str(file.size), {_DATATYPE: f"{XSD}decimal"})
    media = f"https://www.iana.org/assignments/media-types/{file.media_type.partition(';')[0].strip()}"
    _link(inside, f"{{{DCAT}}}mediaType", media, DCT, "MediaType")
    algorithm, _, value = file.checksum.partition(":")
    if algorithm == "md5" and value:
        checksum = _blank(inside, f"{{{SPDX}}}checksum", SPDX, "Checksum")
        add(checksum, f"{{{SPDX}}}algorithm", attributes={_RESOURCE: f"{SPDX}checksumAlgorithm_md5"})
        add(checksum, f"{{{SPDX}}}checksumValue", value, {_DATATYPE: f"{XSD}hexBinary"})
    _rights(inside, work)


def _rights(distribution: Element, work: Work) -> None:
    licence = next((item for item in work.licences), None)
    if licence is not None:
        document = _node(DCT, "LicenseDocument", licence.address)
        add(document, f"{{{DCT}}}title", licence.title)
        if licence.spdx:
            add(document, f"{{{DCT}}}identifier", licence.spdx)
        add(distribution, f"{{{DCT}}}license").append(document)
    address, label = work.coar_access
    said = "; ".join([label, *(item.title for item in work.licences[1:]), *filter(None, [work.copyright])])
    _link(distribution, f"{{{DCT}}}rights", address, DCT, "RightsStatement", said)
    if work.strings("formats"):
        add(distribution, f"{{{DCT}}}description", ", ".join(work.strings("formats")))


def _place(dataset: Element, place: Mapping[str, Any]) -> None:
    name, box = str(place.get("place") or place.get("description") or ""), bounds(place.get("geometry") or {})
    if not name and box is None:
        return
    location = _blank(dataset, f"{{{DCT}}}spatial", DCT, "Location")
    if name:
        add(location, f"{{{SKOS}}}prefLabel", name)
    if box is not None:
        west, south, east, north = box
        wkt = {_DATATYPE: "http://www.opengis.net/ont/geosparql#wktLiteral"}
        if (west, south) == (east, north):
            add(location, f"{{{DCAT}}}centroid", f"POINT({west} {south})", wkt)
        else:
            ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
            add(location, f"{{{DCAT}}}bbox", f"POLYGON(({ring}))", wkt)


def _dated(parent: Element, name: str, date: str) -> None:
    """A date of XML Schema: a day, a month or a year."""
    match = _DATE.match(date)
    if match:
        kind = "date" if match[3] else "gYearMonth" if match[2] else "gYear"
        add(parent, name, date, {_DATATYPE: f"{XSD}{kind}"})


def _moment(work: Work) -> str:
    return str(work.data.get("updated") or work.data.get("created") or "")[:19] + "Z"


def _node(namespace: str, kind: str, address: str) -> Element:
    """A node of a class, blank without an address."""
    found = root(f"{{{namespace}}}{kind}", {})
    if address:
        found.set(_ABOUT, _iri(address))
    return found


def _blank(parent: Element, name: str, namespace: str, kind: str) -> Element:
    return add(add(parent, name), f"{{{namespace}}}{kind}")


def _link(parent: Element, name: str, address: str, namespace: str, kind: str, label: str = "") -> None:
    """A statement about something that has an address, and of which kind it is."""
    node = _node(namespace, kind, address)
    if label:
        add(node, f"{{{SKOS}}}prefLabel" if kind == "Concept" else f"{{{RDFS}}}label", label)
    add(parent, name).append(node)


def _iri(address: str) -> str:
    """An address in which nothing stands that an IRI may not have."""
    return quote(address, safe="!#$%&'()*+,-./:;=?@[]_~")
