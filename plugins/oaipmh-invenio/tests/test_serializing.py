"""Serializers that were made for Invenio-OAIServer, as formats for harvesters."""

from __future__ import annotations

from collections.abc import Callable
from importlib.metadata import EntryPoint
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree

from muniment.api import RecordItem
from muniment_oaipmh_invenio import serializing

pytestmark = pytest.mark.plugins("oaipmh", "oaipmh-invenio")
NAMESPACE = "urn:example:mods"


def serialize(pid: Any, record: Any, *, element: str = "mods") -> Any:
    """As Invenio calls it; fails for one title, and cannot write another."""
    title = record["_source"]["metadata"]["title"]
    if title == "Bad":
        raise KeyError(title)
    root = etree.Element(f"{{{NAMESPACE}}}{element}", id=pid.pid_value)
    root.text = title
    return root


FORMAT = {
    "serializer": (serialize, {"element": "record"}),
    "schema": "http://example.org/mods.xsd",
    "namespace": NAMESPACE,
}


@pytest.fixture
def with_format(monkeypatch: pytest.MonkeyPatch) -> None:
    class Point:
        name, dist, load = "mods", None, staticmethod(lambda: FORMAT)

    monkeypatch.setattr(serializing, "entry_points", lambda group: [Point()])


@pytest.mark.hook("register_export_formats")
def test_a_serializer_of_invenio_is_a_format(
    with_format: None, client: FlaskClient, make_record: Callable[..., RecordItem]
) -> None:
    number = make_record("Ice & <snow> \U0001d6d1").id
    make_record("Bad")
    answer = client.get("/oai2d?verb=ListRecords&metadataPrefix=mods")
    (found,) = etree.fromstring(answer.data).iter(f"{{{NAMESPACE}}}record")
    assert found.text == "Ice & <snow> \U0001d6d1"
    assert found.get("id") == number
    listed = client.get("/oai2d?verb=ListMetadataFormats").text
    assert "http://example.org/mods.xsd" in listed


def test_serializers_are_named_as_in_invenio() -> None:
    assert serializing._serializer("json:dumps")([1]) == "[1]"
    assert serializing._serializer(("json:dumps", {"indent": 1}))([1]) == "[\n 1\n]"
    assert serializing._serializer(serialize) is serialize


def test_packages_offer_formats_by_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    point = EntryPoint("mods", f"{__name__}:FORMAT", serializing.GROUP)
    monkeypatch.setattr(EntryPoint, "load", lambda self: FORMAT)
    monkeypatch.setattr(serializing, "entry_points", lambda group: [point])
    (made,) = serializing.formats()
    assert made.harvest[0].prefix == "mods"
    assert not made.listed
