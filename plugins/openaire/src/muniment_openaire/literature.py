"""Records by the OpenAIRE guidelines for literature repositories 4, the format `oai_openaire`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from muniment.api import strip_html
from muniment_openaire import coar
from muniment_openaire.markup import around, element

NAMESPACE: Final = "http://namespace.openaire.eu/schema/oaire/"
SCHEMA: Final = "https://www.openaire.eu/schema/repo-lit/4.0/openaire.xsd"
MEDIA_TYPE: Final = "application/vnd.openaire.oai+xml"

_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<oaire:resource xmlns:oaire="{NAMESPACE}" xmlns:datacite="http://datacite.org/schema/kernel-4" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{NAMESPACE} {SCHEMA}">'
)

_KERNEL: Final = orjson.loads((Path(__file__).parent / "data" / "kernel.json").read_bytes())
#: What the format has a place for.
CARRIES: Final = frozenset(_KERNEL["carries"])

_TITLE_TYPES: Final = {
    "alternative-title": "AlternativeTitle",
    "subtitle": "Subtitle",
    "translated-title": "TranslatedTitle",
}
#: The words of DataCite's kernel by how they are looked up here: roles, relations and dates in small letters.
_ROLES: Final = {name.lower(): name for name in _KERNEL["roles"]}
_RELATIONS: Final = {name.lower(): name for name in _KERNEL["relations"]}
_DATES: Final = frozenset(_KERNEL["dates"])
#: Schemes by how the guidelines write them; others are left out of related identifiers, which allow no other.
_RELATED: Final[Mapping[str, str]] = _KERNEL["schemes"]
_NAME_SCHEMES: Final = {
    "orcid": ("ORCID", "https://orcid.org"),
    "isni": ("ISNI", "https://isni.org"),
    "ror": ("ROR", "https://ror.org"),
    "gnd": ("GND", "https://d-nb.info/gnd"),
}
_DAY: Final = re.compile(r"\d{4}(-\d\d){0,2}")


def write(record: Mapping[str, Any]) -> bytes:
    """The whole document of a record as its public JSON has it."""
    return f"{_START}{''.join(_parts(record))}</oaire:resource>".encode()


def _parts(record: Mapping[str, Any]) -> Iterator[str]:
    metadata: Mapping[str, Any] = record.get("metadata") or {}
    yield around("datacite:titles", *_titles(metadata))
    yield around("datacite:creators", *(_person("creator", entry) for entry in _objects(metadata.get("creators"))))
    yield around("datacite:contributors", *map(_contributor, _objects(metadata.get("contributors"))))
    yield around("oaire:fundingReferences", *map(_funding, _objects(metadata.get("funding"))))
    yield around("datacite:alternateIdentifiers", *map(_alternate, _objects(metadata.get("identifiers"))))
    yield around("datacite:relatedIdentifiers", *map(_related, _objects(metadata.get("related_identifiers"))))
    yield around("datacite:dates", *_dates(record, metadata))
    yield from (element("dc:language", entry.get("id") or "") for entry in _objects(metadata.get("languages")))
    yield element("dc:publisher", metadata.get("publisher") or "")
    yield _type(metadata)
    yield element("dc:description", strip_html(metadata.get("description") or ""))
    yield from (element("dc:format", value) for value in _formats(record, metadata))
    yield _identifier(record)
    access = coar.access_right(record)
    yield element("datacite:rights", access.label, rightsURI=access.uri)
    yield around(
        "datacite:subjects",
        *(element("datacite:subject", entry.get("subject") or "") for entry in _objects(metadata.get("subjects"))),
    )
    yield _licence(metadata)
    yield around("datacite:sizes", *(element("datacite:size", value) for value in metadata.get("sizes") or ()))
    yield around("datacite:geoLocations", *_places(metadata))
    yield from _files(record, access)
    yield from _citation(record)


def _titles(metadata: Mapping[str, Any]) -> Iterator[str]:
    yield element("datacite:title", metadata.get("title") or "")
    for entry in _objects(metadata.get("additional_titles")):
        kind = _TITLE_TYPES.get(str((entry.get("type") or {}).get("id")), "Other")
        language = (entry.get("lang") or {}).get("id")
        yield element("datacite:title", entry.get("title") or "", titleType=kind, xml_lang=language)


def _person(kind: str, entry: Mapping[str, Any], **attributes: object) -> str:
    who: Mapping[str, Any] = entry.get("person_or_org") or {}
    name_type = "Personal" if who.get("type") == "personal" else "Organizational"
    name = element(f"datacite:{kind}Name", who.get("name") or "", nameType=name_type)
    if not name:
        return ""
    identifiers = "".join(
        element("datacite:nameIdentifier", item.get("identifier") or "", nameIdentifierScheme=scheme, schemeURI=uri)
        for item in _objects(who.get("identifiers"))
        for scheme, uri in [
            _NAME_SCHEMES.get(str(item.get("scheme")), (str(item.get("scheme") or "other").upper(), ""))
        ]
    )
    affiliations = "".join(
        element("datacite:affiliation", item.get("name") or "") for item in _objects(entry.get("affiliations"))
    )
    given = element("datacite:givenName", who.get("given_name") or "")
    family = element("datacite:familyName", who.get("family_name") or "")
    return around(f"datacite:{kind}", name, given, family, identifiers, affiliations, **attributes)


def _contributor(entry: Mapping[str, Any]) -> str:
    role = str((entry.get("role") or {}).get("id") or "other").replace("-", "")
    return _person("contributor", entry, contributorType=_ROLES.get(role, "Other"))


def _funding(entry: Mapping[str, Any]) -> str:
    funder: Mapping[str, Any] = entry.get("funder") or {}
    award: Mapping[str, Any] = entry.get("award") or {}
    name = element("oaire:funderName", funder.get("name") or funder.get("id") or "")
    if not name:
        return ""
    identifier = str(funder.get("id") or "")
    if identifier.startswith("10.13039/"):
        of_funder = element(
            "oaire:funderIdentifier", f"https://doi.org/{identifier}", funderIdentifierType="Crossref Funder ID"
        )
    else:
        of_funder = element(
            "oaire:funderIdentifier", f"https://ror.org/{identifier}" if identifier else "", funderIdentifierType="ROR"
        )
    return around(
        "oaire:fundingReference",
        name,
        of_funder,
        element("oaire:fundingStream", award.get("program") or ""),
        element("oaire:awardNumber", award.get("number") or "", awardURI=award_address(award)),
        element("oaire:awardTitle", _words(award.get("title"))),
    )


def award_address(award: Mapping[str, Any]) -> str:
    """The page of a grant: its address at the funder, else its DOI."""
    found = {str(entry.get("scheme")): str(entry.get("identifier")) for entry in _objects(award.get("identifiers"))}
    if found.get("url", "").startswith(("http://", "https://")):
        return quote(found["url"], safe="%/:=&?~#+!$,;'@()*[]")
    return f"https://doi.org/{quote(found['doi'])}" if "doi" in found else ""


def _alternate(entry: Mapping[str, Any]) -> str:
    scheme = str(entry.get("scheme") or "other")
    return element(
        "datacite:alternateIdentifier",
        entry.get("identifier") or "",
        alternateIdentifierType=_RELATED.get(scheme, scheme.upper()),
    )


def _related(entry: Mapping[str, Any]) -> str:
    relation = str((entry.get("relation_type") or {}).get("id") or "")
    kind = _RELATIONS.get(relation.lower(), "")
    scheme = _RELATED.get(str(entry.get("scheme")), "")
    if not kind or not scheme:
        return ""
    identifier = entry.get("identifier") or ""
    return element("datacite:relatedIdentifier", identifier, relatedIdentifierType=scheme, relationType=kind)


def _dates(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> Iterator[str]:
    issued = str(metadata.get("publication_date") or "").partition("/")[0]
    yield element("datacite:date", issued, dateType="Issued")
    embargo: Mapping[str, Any] = (record.get("access") or {}).get("embargo") or {}
    if embargo.get("active") and embargo.get("until"):
        yield element("datacite:date", issued, dateType="Accepted")
        yield element("datacite:date", embargo["until"], dateType="Available")
    for entry in _objects(metadata.get("dates")):
        kind = str((entry.get("type") or {}).get("id") or "")
        if kind in _DATES and not (kind == "available" and embargo.get("active")):
            yield element("datacite:date", entry.get("date") or "", dateType=kind.capitalize())


def _type(metadata: Mapping[str, Any]) -> str:
    identifier = str((metadata.get("resource_type") or {}).get("id") or "other")
    concept = coar.resource_type(identifier)
    general, _of_files = coar.general_type(identifier)
    return element("oaire:resourceType", concept.label, resourceTypeGeneral=general, uri=concept.uri)


def _identifier(record: Mapping[str, Any]) -> str:
    """The DOI when there is one, else the address of the record's page."""
    doi = ((record.get("pids") or {}).get("doi") or {}).get("identifier")
    if doi:
        return element("datacite:identifier", f"https://doi.org/{doi}", identifierType="DOI")
    return element("datacite:identifier", (record.get("links") or {}).get("self_html") or "", identifierType="URL")


def _licence(metadata: Mapping[str, Any]) -> str:
    """The first licence: the guidelines have room for one."""
    for entry in _objects(metadata.get("rights")):
        uri = entry.get("link") or (entry.get("props") or {}).get("url") or ""
        issued = str(metadata.get("publication_date") or "").partition("/")[0]
        start = issued if len(issued) == 10 and _DAY.fullmatch(issued) else ""
        return element("oaire:licenseCondition", _words(entry.get("title")) or uri, uri=uri, startDate=start)
    return ""


def _formats(record: Mapping[str, Any], metadata: Mapping[str, Any]) -> list[str]:
    of_files = [str(entry.get("mimetype") or "") for entry in files_of(record)]
    return list(dict.fromkeys([*(metadata.get("formats") or ()), *of_files]))[:100]


def _places(metadata: Mapping[str, Any]) -> Iterator[str]:
    for feature in _objects((metadata.get("locations") or {}).get("features")):
        point = ""
        geometry: Mapping[str, Any] = feature.get("geometry") or {}
        if geometry.get("type") == "Point":
            longitude, latitude = geometry["coordinates"][:2]
            point = around(
                "datacite:geoLocationPoint",
                element("datacite:pointLongitude", longitude),
                element("datacite:pointLatitude", latitude),
            )
        yield around("datacite:geoLocation", element("datacite:geoLocationPlace", feature.get("place") or ""), point)


def _files(record: Mapping[str, Any], access: coar.Concept) -> Iterator[str]:
    """The addresses of the files; closed ones are not told of one by one."""
    identifier = str(((record.get("metadata") or {}).get("resource_type") or {}).get("id") or "other")
    _general, kind = coar.general_type(identifier)
    for entry in files_of(record)[:100]:
        address = (entry.get("links") or {}).get("content") or ""
        yield element(
            "oaire:file", address, accessRightsURI=access.uri, mimeType=entry.get("mimetype") or "", objectType=kind
        )


def files_of(record: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The files that everybody may see, with their links."""
    files: Mapping[str, Any] = record.get("files") or {}
    entries = files.get("entries") or {}
    found = list(entries.values()) if isinstance(entries, Mapping) else list(entries)
    page = (record.get("links") or {}).get("self_html") or ""
    for place, entry in enumerate(found):
        if not (entry.get("links") or {}).get("content") and page and entry.get("key"):
            address = f"{page}/files/{quote(str(entry['key']))}?download=1"
            found[place] = {**entry, "links": {"content": address}}
    return found


def _citation(record: Mapping[str, Any]) -> Iterator[str]:
    fields: Mapping[str, Any] = record.get("custom_fields") or {}
    journal: Mapping[str, Any] = fields.get("journal:journal") or {}
    meeting: Mapping[str, Any] = fields.get("meeting:meeting") or {}
    imprint: Mapping[str, Any] = fields.get("imprint:imprint") or {}
    pages = str(journal.get("pages") or imprint.get("pages") or "")
    first, _, last = pages.replace("–", "-").partition("-")
    yield element("oaire:citationTitle", journal.get("title") or imprint.get("title") or "")
    yield element("oaire:citationVolume", journal.get("volume") or "")
    yield element("oaire:citationIssue", journal.get("issue") or "")
    yield element("oaire:citationStartPage", first)
    yield element("oaire:citationEndPage", last)
    yield element("oaire:citationEdition", imprint.get("edition") or "")
    yield element("oaire:citationConferencePlace", meeting.get("place") or "")
    yield element("oaire:citationConferenceDate", meeting.get("dates") or "")


def _words(texts: Any) -> str:
    """One of several languages, English first."""
    if isinstance(texts, Mapping):
        return str(texts.get("en") or next(iter(texts.values()), ""))
    return str(texts or "")


def _objects(value: Any) -> Iterable[Mapping[str, Any]]:
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list | tuple) else []
