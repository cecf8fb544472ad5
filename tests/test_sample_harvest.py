"""What harvesters get: the same Dublin Core from both writers, nothing of what
is hidden."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from muniment.access.actor import ANONYMOUS
from muniment.cli.sample import load_sample
from muniment.repository import Repository

ROOT = Path(__file__).parents[1]
OAI = "{http://www.openarchives.org/OAI/2.0/}"
#: What a description of a record is found by; both writers have to say the same there.
SHARED = ("title", "creator", "contributor", "publisher", "subject", "language")


def provider_of(repository: Repository) -> Any:
    return next(loaded.plugin for loaded in repository.generation.plugins if loaded.name == "oaipmh").provider


def said(metadata: bytes, name: str) -> set[str]:
    root = ElementTree.fromstring(metadata)
    return {" ".join((one.text or "").split()) for one in root.iter(f"{{http://purl.org/dc/elements/1.1/}}{name}")}


@pytest.mark.slow
@pytest.mark.plugins("embargo", "exports", "importers", "oaipmh")
def test_both_writers_of_dublin_core_agree_on_every_sample_record(repository: Repository) -> None:
    from muniment_oaipmh import dublin_core

    load_sample(repository, ROOT / "instance" / "sample")
    publisher = repository.config.site.publisher or repository.config.site.name
    differing = {}
    for item in repository.records.every_record(ANONYMOUS):
        alone, exported = dublin_core.write(item, publisher).encode(), repository.exports.write(item, "dublincore")
        for name in SHARED:
            if said(alone, name) != said(exported, name):
                differing[item.id, name] = said(alone, name) ^ said(exported, name)
    assert differing == {}


@pytest.mark.plugins("exports", "oaipmh")
def test_both_writers_of_dublin_core_agree_on_whatever_people_are_called(
    repository: Repository, make_record: Any
) -> None:
    from muniment_oaipmh import dublin_core

    names = ["Universität <Marburg> & Söhne &amp; Co", "אבגד", "漢字", "Muster, Ada", "Muster, Ada"]
    creators = [{"person_or_org": {"type": "organizational", "name": name}} for name in names]
    item = make_record(title="On x < y <i>and</i> z", metadata={"creators": creators})
    for document in (dublin_core.write(item).encode(), repository.exports.write(item, "dublincore")):
        dc = "{http://purl.org/dc/elements/1.1/}"
        root = ElementTree.fromstring(document)
        assert [one.text for one in root.iter(f"{dc}creator")] == names
        assert root.findtext(f"{dc}title") == "On x < y and z"


@pytest.mark.plugins("datacite", "embargo", "exports", "oaipmh", "openaire")
def test_no_format_tells_of_what_is_hidden(repository: Repository, make_record: Any, administrator: Any) -> None:
    provider = provider_of(repository)
    shown, gone = make_record("Shown"), make_record("Secret walrus")
    make_record("Hidden walrus", record_access="restricted", files_access="restricted")
    repository.records.delete(administrator.actor, gone.id)
    assert len(provider.formats) > 8
    for prefix in provider.formats:
        answer = provider.answer([("verb", "ListRecords"), ("metadataPrefix", prefix)])
        assert "walrus" not in answer, prefix
        records = list(ElementTree.fromstring(answer).iter(f"{OAI}record"))
        told = {one.findtext(f"{OAI}header/{OAI}identifier", "").rpartition(":")[2]: one for one in records}
        assert set(told) == {shown.id, gone.id}, prefix
        assert told[gone.id].find(f"{OAI}metadata") is None
        assert told[gone.id].find(f"{OAI}header").attrib == {"status": "deleted"}  # type: ignore[union-attr]
        assert told[shown.id].find(f"{OAI}metadata") is not None
