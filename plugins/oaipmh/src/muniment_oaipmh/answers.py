"""What a harvester is answered, as XML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from muniment_oaipmh.errors import ProtocolError
from muniment_oaipmh.moments import shown
from muniment_oaipmh.xml import attribute, element, escape

_NAMESPACE: Final = "http://www.openarchives.org/OAI/2.0/"
_START: Final = (
    f'<OAI-PMH xmlns="{_NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    f'xsi:schemaLocation="{_NAMESPACE} http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">'
)


@dataclass(frozen=True)
class Header:
    """A record's header: its identifier, when it changed, its sets, whether it is gone."""

    identifier: str
    datestamp: int
    specs: Iterable[str] = ()
    deleted: bool = False

    def written(self) -> str:
        sets = "".join(element("setSpec", spec) for spec in sorted(self.specs))
        status = ' status="deleted"' if self.deleted else ""
        identifier = element("identifier", self.identifier)
        return f"<header{status}>{identifier}{element('datestamp', shown(self.datestamp))}{sets}</header>"


def record(header: Header, metadata: str | None) -> str:
    body = "" if metadata is None else f"<metadata>{metadata}</metadata>"
    return f"<record>{header.written()}{body}</record>"


def resumption(token: str, *, expires: int | None, cursor: int, total: int | None) -> str:
    """The element that ends a page of a list that has several; an empty token on the last."""
    end = "" if expires is None else f' expirationDate="{shown(expires)}"'
    size = "" if total is None else f' completeListSize="{total}"'
    return f'<resumptionToken{end}{size} cursor="{cursor}">{escape(token)}</resumptionToken>'


class Frame:
    """What stands around every answer of one repository. `base` is the address of the interface, `style` that of the
    stylesheet."""

    def __init__(self, base: str, style: str) -> None:
        self._base = escape(base)
        self._start = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<?xml-stylesheet type="text/xsl" href="{attribute(style)}"?>\n'
            + _START
        )

    def answer(self, moment: int, sent: Mapping[str, str], body: str) -> str:
        """A whole answer; `sent` is what was asked, `moment` when the data were read."""
        asked = "".join(f' {name}="{attribute(value)}"' for name, value in sent.items())
        request = f"<request{asked}>{self._base}</request>"
        return f"{self._start}{element('responseDate', shown(moment))}{request}{body}</OAI-PMH>\n"

    def error(self, moment: int, sent: Mapping[str, str], error: ProtocolError) -> str:
        """An answer that says what was wrong; `sent` is empty when the request could not be understood."""
        return self.answer(moment, sent, f'<error code="{error.code}">{escape(error.message)}</error>')
