"""Harvesting in the control panel, and records that cannot be written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import pytest

from muniment.api import SYSTEM, ExportFormat, HarvestForm, RecordItem

pytestmark = pytest.mark.plugins("oaipmh")


@pytest.mark.hook("register_nav")
def test_a_set_is_made_changed_and_removed(panel: Any) -> None:
    assert "There are no sets" in panel.get("/control/oaipmh")
    sent = {"spec": "polar", "name": "Polar", "search_pattern": "ice", "description": "Cold & white"}
    refused = panel.post("/control/oaipmh/new", 422, **{**sent, "name": ""})
    assert "Say how the set is called" in refused
    assert 'value="ice"' in refused
    panel.post("/control/oaipmh/new", **sent)
    assert "Cold & white" in panel.get("/control/oaipmh")
    panel.post("/control/oaipmh/1", **{**sent, "spec": "", "name": "Ice"})
    assert ">Ice<" in panel.get("/control/oaipmh")
    assert "Remove this set?" in panel.get("/control/oaipmh/1/delete")
    panel.post("/control/oaipmh/1/delete")
    panel.get("/control/oaipmh/1", 404)


def write(record: Any) -> bytes:
    """A format that fails for some records, and writes nonsense for others."""
    title = record["metadata"]["title"]
    if title == "Fails":
        raise KeyError(title)
    return b"<a><b></a>" if title == "Nonsense" else f'<?xml version="1.0"?>\n<x xmlns="urn:x">{title}</x>'.encode()


BAD = ExportFormat(
    "bad",
    "Bad",
    "application/x-bad",
    ".xml",
    write=write,
    harvest=(HarvestForm("bad", "urn:x", "http://example.org/x"),),
)


def test_a_bad_record_costs_no_other(repository: Any, fake_plugin: Any, make_record: Callable[..., RecordItem]) -> None:
    numbers = {title: make_record(title).id for title in ("Good", "Fails", "Nonsense", "Better")}
    fake_plugin("probe", register_export_formats=[BAD])
    repository.plugins.enable("probe", SYSTEM)
    after = repository.successor()
    plugin = next(loaded.plugin for loaded in after.generation.plugins if loaded.name == "oaipmh")
    answer = plugin.provider.answer([("verb", "ListRecords"), ("metadataPrefix", "bad")])
    root = ElementTree.fromstring(answer)
    assert [one.text for one in root.iter("{urn:x}x")] == ["Good", "Better"]
    told = {one.number: one.message for one in plugin.provider.failures.latest()}
    assert set(told) == {numbers["Fails"], numbers["Nonsense"]}
    single = [("verb", "GetRecord"), ("metadataPrefix", "bad"), ("identifier", f"oai:localhost:{numbers['Fails']}")]
    assert 'code="cannotDisseminateFormat"' in plugin.provider.answer(single)


@pytest.mark.configuration("plugin", oaipmh={"page_size": 2})
def test_a_page_of_bad_records_ends_no_list(
    repository: Any, fake_plugin: Any, make_record: Callable[..., RecordItem]
) -> None:
    for title in ("Fails", "Nonsense", "Good", "Fails", "Nonsense", "Fails", "Fails", "Better", "Fails"):
        make_record(title)
    fake_plugin("probe", register_export_formats=[BAD])
    repository.plugins.enable("probe", SYSTEM)
    loaded = repository.successor().generation.plugins
    provider = next(each.plugin for each in loaded if each.name == "oaipmh").provider
    asked, found = [("verb", "ListRecords"), ("metadataPrefix", "bad")], []
    while True:
        root = ElementTree.fromstring(provider.answer(asked))
        found += [one.text for one in root.iter("{urn:x}x")]
        token = next(root.iter("{http://www.openarchives.org/OAI/2.0/}resumptionToken"), None)
        if token is None or not token.text:
            break
        asked = [("verb", "ListRecords"), ("resumptionToken", token.text)]
    assert found[:2] == ["Good", "Better"]
    assert set(found) == {"Good", "Better"}
