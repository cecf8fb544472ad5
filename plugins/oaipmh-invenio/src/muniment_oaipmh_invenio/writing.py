"""Answers written by the builders of Invenio-OAIServer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from types import SimpleNamespace
from typing import Any, Final
from urllib.parse import urlsplit

from flask import Flask, g
from invenio_oaiserver import response
from invenio_oaiserver.utils import about_serializer, sanitize_unicode, serializer
from lxml import etree

from muniment_oaipmh.api import (
    Answer,
    Description,
    Formats,
    Header,
    Headers,
    Identity,
    MetadataFormat,
    Mistake,
    Record,
    Records,
    RecordSet,
    Sets,
    shown,
)
from muniment_oaipmh_invenio.application import make_application
from muniment_oaipmh_invenio.tokens import Pagination, arguments, text_of, token_of

_DECLARATION: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'


class InvenioWriter:
    """Writes the answers of one repository; `secret` signs its tokens."""

    def __init__(self, identity: Identity, formats: Mapping[str, MetadataFormat], secret: Callable[[], str]) -> None:
        self._identity = identity
        self._formats = formats
        self._secret = secret
        serializer.cache_clear()  # Invenio keeps them by prefix for all applications of a process
        about_serializer.cache_clear()

    @cached_property
    def _app(self) -> Flask:
        return make_application(self._identity, self._formats, self._secret())

    def write(self, answer: Answer) -> str:
        with self._context():
            root = self._tree(answer).getroot()
            _ask_again(root, answer)
            return _DECLARATION + str(etree.tostring(root, encoding="unicode")) + "\n"

    def token(self, answer: Answer) -> str:
        with self._context():
            return token_of(answer)

    def place(self, token: str, verb: str) -> str:
        with self._context():
            return text_of(token, verb)

    def _context(self) -> Any:
        """A request to the application, whichever is being answered: builders ask it for the address."""
        address = urlsplit(self._identity.base)
        path = address.path.removesuffix("/oai2d")
        return self._app.test_request_context("/oai2d", base_url=f"{address.scheme}://{address.netloc}{path}")

    def _tree(self, answer: Answer) -> Any:
        match answer.content:
            case Mistake(code, message):
                return response.error([(code, sanitize_unicode(message))])
            case Description(earliest=earliest):
                return _described(earliest)
            case Formats():
                return response.listmetadataformats(verb=answer.verb)
            case Sets(sets):
                tree, parent = response.verb(verb=answer.verb)
                for one in sets:
                    _add_set(parent, one)
            case Headers(headers):
                tree, parent = response.verb(verb=answer.verb)
                for header in headers:
                    _add_header(parent, header)
            case Records(records, prefix):
                tree, parent = response.verb(verb=answer.verb)
                for record in records:
                    _add_record(parent, record, prefix)
        if answer.resumption is not None:
            response.resumption_token(parent, Pagination(answer.resumption), **arguments(answer))
        return tree


def _ask_again(root: Any, answer: Answer) -> None:
    """Repeat the request as it was sent, and tell when the data were read: Invenio tells of moments as it reads them,
    and of the time when it writes."""
    root.find(etree.QName(response.NS_OAIPMH, "responseDate")).text = shown(answer.moment)
    request = root.find(etree.QName(response.NS_OAIPMH, "request"))
    request.attrib.clear()
    for name, value in answer.sent.items():
        request.set(name, sanitize_unicode(value))


def _described(earliest: int) -> Any:
    g.earliest = datetime.fromtimestamp(earliest, UTC).isoformat()
    tree = response.identify(verb="Identify")
    # Invenio knows no deleted records.
    tree.getroot().find(f".//{{{response.NS_OAIPMH}}}deletedRecord").text = "persistent"
    return tree


def _add_header(parent: Any, of: Header) -> None:
    moment = datetime.fromtimestamp(of.datestamp, UTC)
    response.header(parent, identifier=of.identifier, datestamp=moment, sets=of.specs, deleted=of.deleted)


def _add_record(parent: Any, of: Record, prefix: str) -> None:
    record = etree.SubElement(parent, etree.QName(response.NS_OAIPMH, "record"))
    _add_header(record, of.header)
    if of.metadata is not None:
        metadata = etree.SubElement(record, etree.QName(response.NS_OAIPMH, "metadata"))
        pid = SimpleNamespace(pid_value=of.header.identifier)
        metadata.append(serializer(prefix)(pid, {"_source": of.metadata}))


def _add_set(parent: Any, of: RecordSet) -> None:
    """As Invenio writes its sets, but for the location of the schema."""
    found = etree.SubElement(parent, etree.QName(response.NS_OAIPMH, "set"))
    etree.SubElement(found, etree.QName(response.NS_OAIPMH, "setSpec")).text = of.spec
    etree.SubElement(found, etree.QName(response.NS_OAIPMH, "setName")).text = sanitize_unicode(of.name)
    if of.description.strip():
        description = etree.SubElement(found, etree.QName(response.NS_OAIPMH, "setDescription"))
        name = etree.QName(response.NS_OAIDC, "dc")
        dublin_core = etree.SubElement(description, name, nsmap=response.NSMAP_DESCRIPTION)
        location = f"{response.NS_OAIDC} http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
        dublin_core.set(etree.QName(response.NS_XSI, "schemaLocation"), location)
        text = etree.SubElement(dublin_core, etree.QName(response.NS_DC, "description"))
        text.text = sanitize_unicode(of.description)
