"""The page on which people see what harvesters get, and who is led to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import html

from muniment.api import RecordItem
from muniment_oaipmh.views import fields_of

pytestmark = [pytest.mark.plugins("oaipmh"), pytest.mark.configuration("plugin", oaipmh={"page_size": 2})]
NAVIGATES = {"Sec-Fetch-Mode": "navigate", "Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


def browse(client: FlaskClient, address: str, **headers: str) -> str:
    """The page to which a browser is led from an address of the protocol."""
    answer = client.get(address, headers={**NAVIGATES, **headers}, follow_redirects=True)
    assert answer.status_code == 200
    assert answer.content_type == "text/html; charset=utf-8"
    return answer.text


@pytest.mark.parametrize("accept", ["*/*", "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/html"])
def test_harvesters_get_xml_whatever_they_accept(client: FlaskClient, accept: str) -> None:
    """What Java sends by itself begins with HTML."""
    answer = client.get("/oai2d?verb=Identify", headers={"Accept": accept})
    assert answer.content_type == "text/xml; charset=utf-8"
    assert b"xml-stylesheet" not in answer.data
    assert {"Accept-Encoding", "Sec-Fetch-Mode"} <= set(answer.vary)


def test_browsers_are_led_to_the_page(client: FlaskClient) -> None:
    answer = client.get("/oai2d?verb=ListRecords&metadataPrefix=oai_dc&set=a%3Ab", headers=NAVIGATES)
    assert answer.location == "/oai2d/browse?verb=ListRecords&metadataPrefix=oai_dc&set=a%3Ab"
    assert "Sec-Fetch-Mode" in answer.vary
    assert "The repository" in browse(client, "/oai2d")


def test_lists_go_on_from_page_to_page(client: FlaskClient, make_record: Callable[..., RecordItem]) -> None:
    numbers = [make_record(title=f"Ice <Ih> & {n}").id for n in range(3)]
    for verb in ("ListRecords", "ListIdentifiers"):
        page = html.fromstring(browse(client, f"/oai2d?verb={verb}&metadataPrefix=oai_dc"))
        assert [link.text for link in page.findall(".//h3/a")] == [f"oai:localhost:{n}" for n in numbers[:2]]
        (more,) = [link for link in page.findall(".//main//a") if "resumptionToken" in link.get("href")]
        last = browse(client, more.get("href"))
        assert numbers[2] in last
        assert "Go on" not in last
    assert "Ice &lt;Ih&gt; &amp; 0" in browse(client, "/oai2d?verb=ListRecords&metadataPrefix=oai_dc")


def test_what_is_gone_and_what_is_wrong_is_told(
    repository: Any, client: FlaskClient, make_record: Callable[..., RecordItem], administrator: Any
) -> None:
    number = make_record(title="Secret walrus").id
    repository.records.delete(administrator.actor, number)
    page = browse(client, f"/oai2d?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:localhost:{number}")
    assert "gone" in page
    assert "Secret walrus" not in page
    wrong = browse(client, "/oai2d?verb=%3Cscript%3E")
    assert "badVerb" in wrong
    assert "<script>&" not in wrong
    assert "&lt;script&gt;" in wrong


def test_sets_and_formats_lead_to_records(repository: Any, client: FlaskClient, administrator: Any) -> None:
    assert "noSetHierarchy" in browse(client, "/oai2d?verb=ListSets")
    assert "metadataPrefix=oai_dc" in browse(client, "/oai2d?verb=ListMetadataFormats")


def test_the_page_is_german_for_those_who_ask_for_it(client: FlaskClient) -> None:
    german = browse(client, "/oai2d?verb=ListMetadataFormats", **{"Accept-Language": "de"})
    assert "Metadatenformate" in german
    assert 'lang="de"' in german


def test_any_format_can_be_shown() -> None:
    metadata = '<a xmlns="urn:x" n="1">\n <b>One</b><c><b> Two &amp; three</b></c><e/><d>4</d></a>'
    assert fields_of(metadata) == [("b", ["One", "Two & three"]), ("d", ["4"])]
