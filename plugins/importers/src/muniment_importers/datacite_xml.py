"""DataCite XML of every kernel (2.0 to 4.7) as the attributes of the REST API, which `datacite` reads.

Elements are found by their names whatever the namespace, since each kernel has its own and files without one are about.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from lxml import etree

_MOST_BYTES: Final = 50_000_000
_LANGUAGE: Final = "{http://www.w3.org/XML/1998/namespace}lang"
#: Attributes whose names the REST API writes otherwise.
_NAMES: Final = {"schemeURI": "schemeUri", "valueURI": "valueUri", "rightsURI": "rightsUri", "awardURI": "awardUri"}
#: Lists of simple elements: the element that holds them, their own name, and the key of their text.
_LISTS: Final = {
    "titles": ("title", "title"),
    "subjects": ("subject", "subject"),
    "dates": ("date", "date"),
    "alternateIdentifiers": ("alternateIdentifier", "alternateIdentifier"),
    "relatedIdentifiers": ("relatedIdentifier", "relatedIdentifier"),
    "rightsList": ("rights", "rights"),
    "descriptions": ("description", "description"),
}
#: Dates of kernel 2, which named the two ends of a period.
_PERIOD: Final = ("StartDate", "EndDate")


def parse(content: bytes) -> list[Mapping[str, Any]]:
    """The documents of a file: one `resource`, or all that an answer of OAI-PMH wraps. Raises `ValueError`."""
    if len(content) > _MOST_BYTES:
        raise ValueError(f"a file with DataCite XML has at most {_MOST_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(content.strip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise ValueError(f"this is not valid XML: {' '.join(str(error).split())[:200]}") from error
    if root.getroottree().docinfo.doctype:
        raise ValueError("XML with a document type (DTD) is not read")
    found: list[Mapping[str, Any]] = [_document(element) for element in root.iter() if _name(element) == "resource"]
    if not found:
        raise ValueError("this is no DataCite XML: it has no element 'resource'")
    return found


def _document(resource: etree._Element) -> dict[str, Any]:
    document: dict[str, Any] = {"titles": [], "creators": []}
    for element in resource:
        name = _name(element)
        if name in _READERS:
            document.update(_READERS[name](element))
        elif name in _LISTS:
            child, key = _LISTS[name]
            document.setdefault(name, []).extend(_simple(item, key) for item in _named(element, child))
        elif name:
            document[name] = _text(element)
    if "dates" in document:
        document["dates"] = _with_period(document["dates"])
    return document


def _identifier(element: etree._Element) -> dict[str, Any]:
    value = _text(element)
    if element.get("identifierType", "DOI").upper() == "DOI":
        return {"doi": value}
    return {"identifiers": [{"identifier": value, "identifierType": element.get("identifierType")}]}


def _people(key: str, child: str) -> Callable[[etree._Element], dict[str, Any]]:
    return lambda element: {key: [_person(item) for item in _named(element, child)]}


def _person(element: etree._Element) -> dict[str, Any]:
    person: dict[str, Any] = _attributes(element)
    for item in element:
        name = _name(item)
        if name in ("creatorName", "contributorName"):
            person.update({"name": _text(item), **_attributes(item)})
        elif name == "nameIdentifier":
            person.setdefault("nameIdentifiers", []).append(_simple(item, "nameIdentifier"))
        elif name == "affiliation":
            person.setdefault("affiliation", []).append(_simple(item, "name"))
        elif name:
            person[name] = _text(item)
    return person


def _publisher(element: etree._Element) -> dict[str, Any]:
    return {"publisher": _simple(element, "name")}


def _type(element: etree._Element) -> dict[str, Any]:
    return {"types": _simple(element, "resourceType")}


def _texts(key: str, child: str) -> Callable[[etree._Element], dict[str, Any]]:
    return lambda element: {key: [text for item in _named(element, child) if (text := _text(item))]}


def _old_rights(element: etree._Element) -> dict[str, Any]:
    """Kernel 2 had one statement, without a list around it."""
    return {"rightsList": [_simple(element, "rights")]}


def _funding(element: etree._Element) -> dict[str, Any]:
    found = []
    for reference in _named(element, "fundingReference"):
        entry: dict[str, Any] = {}
        for item in reference:
            name = _name(item)
            if name:
                entry.update({name: _text(item), **_attributes(item)})
        found.append(entry)
    return {"fundingReferences": found}


def _places(element: etree._Element) -> dict[str, Any]:
    return {"geoLocations": [_place(item) for item in _named(element, "geoLocation")]}


def _place(element: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for item in element:
        name = _name(item)
        if name == "geoLocationPoint":
            found[name] = _coordinates(item, ("pointLatitude", "pointLongitude"))
        elif name == "geoLocationBox":
            corners = ("southBoundLatitude", "westBoundLongitude", "northBoundLatitude", "eastBoundLongitude")
            found[name] = _coordinates(item, corners)
        elif name == "geoLocationPolygon":
            points = [(_name(point), _coordinates(point, ("pointLatitude", "pointLongitude"))) for point in item]
            found.setdefault(
                "geoLocationPolygon", [{"polygonPoint": p} for kind, p in points if kind == "polygonPoint"]
            )
        elif name:
            found[name] = _text(item)
    return found


def _coordinates(element: etree._Element, order: tuple[str, ...]) -> dict[str, str]:
    """Elements since kernel 4; before that numbers in one text, latitude first."""
    inner = {_name(item): _text(item) for item in element if _name(item)}
    return inner or dict(zip(order, _text(element).replace(",", " ").split(), strict=False))


def _related_items(element: etree._Element) -> dict[str, Any]:
    return {"relatedItems": [_related_item(item) for item in _named(element, "relatedItem")]}


def _related_item(element: etree._Element) -> dict[str, Any]:
    found: dict[str, Any] = _attributes(element)
    for item in element:
        name = _name(item)
        if name == "relatedItemIdentifier":
            found[name] = _simple(item, name)
        elif name == "titles":
            found[name] = [_simple(title, "title") for title in _named(item, "title")]
        elif name in ("creators", "contributors"):
            found[name] = [_person(person) for person in item if _name(person)]
        elif name == "number":
            found.update({name: _text(item), **_attributes(item)})
        elif name:
            found[name] = _text(item)
    return found


_READERS: Final[dict[str, Callable[[etree._Element], dict[str, Any]]]] = {
    "identifier": _identifier,
    "creators": _people("creators", "creator"),
    "contributors": _people("contributors", "contributor"),
    "publisher": _publisher,
    "resourceType": _type,
    "sizes": _texts("sizes", "size"),
    "formats": _texts("formats", "format"),
    "rights": _old_rights,
    "fundingReferences": _funding,
    "geoLocations": _places,
    "relatedItems": _related_items,
}


def _with_period(dates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Start and end of kernel 2 become one period, of what the date was then: when the data were collected."""
    ends = {entry.get("dateType"): entry["date"] for entry in dates if entry.get("dateType") in _PERIOD}
    rest = [entry for entry in dates if entry.get("dateType") not in _PERIOD]
    if not ends:
        return rest
    period = "/".join(ends.get(name) or ".." for name in _PERIOD)
    return [*rest, {"date": period, "dateType": "Collected"}]


def _simple(element: etree._Element, key: str) -> dict[str, Any]:
    """An element with attributes and a text."""
    return {**_attributes(element), key: _text(element)}


def _attributes(element: etree._Element) -> dict[str, Any]:
    found = {
        _NAMES.get(str(name), str(name)): str(value) for name, value in element.attrib.items() if "{" not in str(name)
    }
    language = element.get(_LANGUAGE)
    return {**found, "lang": language} if language else found


def _text(element: etree._Element) -> str:
    """All text of an element; a line break (`br`), which descriptions may hold, is one."""
    parts = [element.text or ""]
    for item in element:
        parts += ["\n" if _name(item) == "br" else _text(item), item.tail or ""]
    return "".join(parts).strip()


def _named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    return (item for item in element if _name(item) == name)


def _name(element: etree._Element) -> str:
    """The name without its namespace; "" for what is no element, like an entity that was not resolved."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""
