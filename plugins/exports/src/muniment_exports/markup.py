"""Writing XML: elements with text that is safe in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from muniment_exports.work import line

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

XSI = "http://www.w3.org/2001/XMLSchema-instance"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'


def root(name: str, namespaces: Mapping[str, str], **attributes: str) -> Element:
    """The root of a document; `namespaces` are by the prefix with which they are written."""
    from xml.etree.ElementTree import Element, register_namespace

    for prefix, namespace in namespaces.items():
        register_namespace(prefix, namespace)
    return Element(name, attributes)


def add(parent: Element, name: str, text: str = "", attributes: Mapping[str, str] | None = None) -> Element:
    """A new child; `attributes` without a value are left out."""
    from xml.etree.ElementTree import SubElement

    child = SubElement(parent, name, {key: line(value) for key, value in (attributes or {}).items() if value})
    child.text = line(text) or None
    return child


def written(element: Element) -> bytes:
    """The document."""
    from xml.etree.ElementTree import tostring

    text: bytes = tostring(element, encoding="utf-8", xml_declaration=False)
    return _DECLARATION + text + b"\n"


def without_declaration(document: bytes) -> bytes:
    """The root element of a document, to be put into another."""
    return document.removeprefix(_DECLARATION).strip()
