"""Answers as XML, written as text."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

from muniment_oaipmh.content import (
    Answer,
    Description,
    Formats,
    Header,
    Headers,
    Mistake,
    Record,
    Records,
    Resumption,
    Sets,
)
from muniment_oaipmh.formats import MetadataFormat
from muniment_oaipmh.identity import Identity
from muniment_oaipmh.moments import GRANULARITY, shown
from muniment_oaipmh.sets import RecordSet
from muniment_oaipmh.tokens import Tokens
from muniment_oaipmh.xml import attribute, element, escape

_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_START: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
)


class TextWriter:
    """Writes the answers of one repository. `secret` is asked for when the first token is written or read."""

    def __init__(self, identity: Identity, secret: Callable[[], str]) -> None:
        self._base = escape(identity.base)
        self._secret = secret

    @cached_property
    def tokens(self) -> Tokens:
        return Tokens(self._secret())

    def write(self, answer: Answer) -> str:
        asked = "".join([f' {name}="{attribute(value)}"' for name, value in answer.sent.items()])
        moment = element("responseDate", shown(answer.moment))
        return f"{_START}{moment}<request{asked}>{self._base}</request>{self._content(answer)}</OAI-PMH>\n"

    def token(self, answer: Answer) -> str:
        place = answer.resumption.place if answer.resumption else ""
        return self.tokens.write(place) if place else ""

    def place(self, token: str, verb: str) -> str:  # noqa: ARG002 - a place names its verb
        return self.tokens.read(token)

    def _content(self, answer: Answer) -> str:
        match answer.content:
            case Mistake(code, message):
                return f'<error code="{code}">{escape(message)}</error>'
            case Description() as described:
                return _described(described)
            case Formats(formats):
                written = "".join([_format(one) for one in formats])
                return f"<ListMetadataFormats>{written}</ListMetadataFormats>"
            case Sets(sets):
                entries = [_set(one) for one in sets]
            case Headers(headers):
                entries = [header(one) for one in headers]
            case Records(records):
                entries = [record(one) for one in records]
        end = resumption(answer.resumption, self.token(answer)) if answer.resumption else ""
        return f"<{answer.verb}>{''.join(entries)}{end}</{answer.verb}>"


def header(of: Header) -> str:
    sets = "".join([element("setSpec", spec) for spec in of.specs])
    status = ' status="deleted"' if of.deleted else ""
    identifier = element("identifier", of.identifier)
    return f"<header{status}>{identifier}<datestamp>{shown(of.datestamp)}</datestamp>{sets}</header>"


def record(of: Record) -> str:
    body = "" if of.metadata is None else f"<metadata>{of.metadata}</metadata>"
    return f"<record>{header(of.header)}{body}</record>"


def resumption(at: Resumption, token: str) -> str:
    """The element that ends a page of a list that has several; without a token on the last."""
    end = f' expirationDate="{shown(at.expires)}"' if token else ""
    return f'<resumptionToken{end} completeListSize="{at.total}" cursor="{at.cursor}">{escape(token)}</resumptionToken>'


def _described(of: Description) -> str:
    identity = of.identity
    return (
        "<Identify>"
        + element("repositoryName", identity.name)
        + element("baseURL", identity.base)
        + element("protocolVersion", "2.0")
        + "".join([element("adminEmail", address) for address in identity.emails])
        + element("earliestDatestamp", shown(of.earliest))
        + element("deletedRecord", "persistent")
        + element("granularity", GRANULARITY)
        + element("compression", "gzip")
        + "".join([f"<description>{one}</description>" for one in identity.descriptions()])
        + "</Identify>"
    )


def _format(one: MetadataFormat) -> str:
    return (
        "<metadataFormat>"
        + element("metadataPrefix", one.prefix)
        + element("schema", one.schema)
        + element("metadataNamespace", one.namespace)
        + "</metadataFormat>"
    )


def _set(one: RecordSet) -> str:
    description = ""
    if one.description.strip():
        description = (
            '<setDescription><oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/" '
            'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
            'http://www.openarchives.org/OAI/2.0/oai_dc.xsd">'
            + element("dc:description", one.description)
            + "</oai_dc:dc></setDescription>"
        )
    return f"<set>{element('setSpec', one.spec)}{element('setName', one.name)}{description}</set>"
