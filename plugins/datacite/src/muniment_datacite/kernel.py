"""DataCite's metadata kernel 4.6: its lists, its JSON form and its XML form, each with its check.

The `datacite` package has the JSON Schema and the writer of XML of kernel 4.5; 4.6 added values to five lists and
nothing else. The XML schema is the published one, beside this file.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from lxml import etree

NAMESPACE: Final = "http://datacite.org/schema/kernel-4"
VERSION: Final = "4.6"
_LOCATION: Final = f"{NAMESPACE} https://schema.datacite.org/meta/kernel-{VERSION}/metadata.xsd"
_SCHEMA_LOCATION: Final = "{http://www.w3.org/2001/XMLSchema-instance}schemaLocation"
_FILES: Final = Path(__file__).parent / "schemas"
_ADDED: Final = {
    "resourceTypeGeneral": ("Award", "Project"),
    "relatedIdentifierType": ("CSTR", "RRID"),
    "contributorType": ("Translator",),
    "relationType": ("HasTranslation", "IsTranslationOf"),
    "dateType": ("Coverage",),
}
#: What XML 1.0 cannot carry.
_NO_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Keys of the REST API's attributes that are no part of the metadata.
_NOT_METADATA: Final = ("event", "url", "prefix", "suffix", "state")


def _kernel() -> Any:
    """The package's kernel 4.5. It brings a dozen other packages along, so it comes when it is first asked for: a start
    of the server would take a quarter longer."""
    from datacite import schema45

    return schema45


@cache
def _validator() -> Any:
    kernel = _kernel()
    schema = copy.deepcopy(kernel.validator.schema)
    for name, added in _ADDED.items():
        schema["definitions"][name]["enum"] += added
    return kernel.validator.evolve(schema=schema)


@cache
def _xml_schema() -> etree.XMLSchema:
    from lxml import etree

    return etree.XMLSchema(etree.parse(_FILES / "metadata.xsd"))


def values(name: str) -> tuple[str, ...]:
    """The values of one of the kernel's lists, for instance `relationType`."""
    return tuple(_validator().schema["definitions"][name]["enum"])


def json_problems(document: Mapping[str, Any]) -> list[tuple[str, str]]:
    """What the JSON Schema has against a document: pairs of the property and the message."""
    found = _validator().iter_errors(dict(document))
    return [(str(next(iter(error.absolute_path), "metadata")), error.message[:300]) for error in found]


def to_xml(document: Mapping[str, Any]) -> bytes:
    """The XML of a document. Without `doi` its `url` is the identifier, since the kernel wants one.

    Raises `ValueError` for what is no document of the kernel.
    """
    from lxml import etree

    metadata = _clean({key: value for key, value in document.items() if key not in _NOT_METADATA})
    try:
        root = _kernel().dump_etree(metadata)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"cannot be written as XML: {type(error).__name__} {error}") from error
    root.set(_SCHEMA_LOCATION, _LOCATION)
    if not document.get("doi") and document.get("url"):
        identifier = etree.Element(f"{{{NAMESPACE}}}identifier", identifierType="URL")
        identifier.text = str(document["url"])
        root.insert(0, identifier)
    # Elements come without the namespace until they are read again, which the check of the schema needs.
    return bytes(etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True))


def xml_problems(xml: bytes) -> list[str]:
    """What the published XML schema has against a document, as libxml2 words it."""
    from lxml import etree

    try:
        root = etree.fromstring(xml, etree.XMLParser(resolve_entities=False, no_network=True))
    except etree.XMLSyntaxError as error:
        return [str(error)]
    schema = _xml_schema()
    if schema.validate(root):
        return []
    return [str(entry.message) for entry in schema.error_log]


def _clean(value: Any) -> Any:
    """The value without the characters that XML does not know."""
    if isinstance(value, str):
        return _NO_XML.sub("", value)
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_clean(item) for item in value]
    return value
