"""What the tests of the plugin share: asking as a harvester does, and reading what comes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient

OAI = "{http://www.openarchives.org/OAI/2.0/}"

Ask = Callable[..., ElementTree.Element]


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """Ask the interface: `ask("ListRecords", metadataPrefix="oai_dc")`; `from_` stands for `from`."""

    def ask_(verb: str, **arguments: Any) -> ElementTree.Element:
        given = {name.rstrip("_"): value for name, value in arguments.items()}
        answer = client.get("/oai2d", query_string={"verb": verb, **given})
        assert answer.status_code == 200
        assert answer.content_type == "text/xml; charset=utf-8"
        return ElementTree.fromstring(answer.data)

    return ask_


def error_of(answer: ElementTree.Element) -> str | None:
    found = answer.find(f"{OAI}error")
    return None if found is None else found.get("code")


def headers(answer: ElementTree.Element) -> list[tuple[str, bool]]:
    """The numbers of the records in an answer, and whether they are gone."""
    return [
        (header.findtext(f"{OAI}identifier", "").rpartition(":")[2], header.get("status") == "deleted")
        for header in answer.iter(f"{OAI}header")
    ]


def token_of(answer: ElementTree.Element) -> str | None:
    """The resumption token of an answer; empty at the end of a list, None when it came whole."""
    found = next(answer.iter(f"{OAI}resumptionToken"), None)
    return None if found is None else found.text or ""


@pytest.fixture
def harvest(ask: Ask) -> Callable[..., list[tuple[str, bool]]]:
    """Harvest to the end; the headers in the order in which they came."""

    def harvest_(verb: str = "ListIdentifiers", **arguments: Any) -> list[tuple[str, bool]]:
        answer = ask(verb, metadataPrefix="oai_dc", **arguments)
        if error_of(answer) == "noRecordsMatch":
            return []
        found = headers(answer)
        while token := token_of(answer):
            answer = ask(verb, resumptionToken=token)
            found += headers(answer)
        return found

    return harvest_
