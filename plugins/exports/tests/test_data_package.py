"""Data Package: what Frictionless and other data tools read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest

pytestmark = pytest.mark.plugins("exports")
Package = Callable[..., dict[str, Any]]


@pytest.fixture
def package(written: Callable[..., bytes]) -> Package:
    return lambda **changes: orjson.loads(written("datapackage", **changes))


def test_resources_have_what_a_download_is_checked_against(package: Package) -> None:
    by_title = {resource["title"]: resource for resource in package()["resources"]}
    found = by_title["drift.csv"]
    assert found["path"].endswith("/files/drift.csv/content")
    assert [found[name] for name in ("name", "format", "mediatype", "bytes", "hash")] == [
        "drift.csv", "csv", "text/csv", 4, "3ecfad755fa825f7a17c5526ec44e651",
    ]  # fmt: skip
    assert by_title["README.md"]["name"] == "readme.md"


def test_names_of_resources_differ_though_their_files_are_alike(package: Package) -> None:
    keys = ("Größe 1.csv", "große-1.csv", "氷", "雪", "folder/LICENSE")
    entries = {key: {"size": 0, "checksum": "sha256:ab", "links": {"content": "https://x.example/"}} for key in keys}
    resources = package(sections={"files": {"entries": entries}})["resources"]
    assert [resource["name"] for resource in resources] == [
        "groe-1.csv", "groe-1.csv-2", "file", "file-2", "folder-license",
    ]  # fmt: skip
    # A hash without the name of its algorithm would be read as MD5; the size of an empty file is told too.
    assert (resources[0]["hash"], resources[0]["bytes"]) == ("sha256:ab", 0)
    assert "format" not in resources[4]


def test_a_work_without_files_is_described_by_its_metadata(package: Package) -> None:
    (resource,) = package(sections={"files": {"enabled": False, "entries": {}}})["resources"]
    assert resource["path"].endswith("/export/json")
    assert resource["mediatype"] == "application/json"


def test_licences_and_sources_are_those_that_have_a_place(package: Package) -> None:
    related = [
        {"scheme": "doi", "identifier": "10.1234/x", "relation_type": {"id": "isderivedfrom"}},
        {"scheme": "doi", "identifier": "10.1234/y", "relation_type": {"id": "iscitedby"}},
    ]
    found = package(
        rights=[{"id": "cc-by-4.0"}, {"title": {"en": "Ask us"}}],
        related_identifiers=related,
        references=[{"reference": "Nansen 1897"}],
    )
    (licence,) = found["licenses"]
    assert licence["name"] == "CC-BY-4.0"
    assert found["sources"] == [
        {"title": "Nansen 1897"}, {"title": "doi:10.1234/x", "path": "https://doi.org/10.1234/x"},
    ]  # fmt: skip
