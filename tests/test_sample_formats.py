"""Every sample record is valid in every export format."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest
from lxml import etree

from muniment.access.actor import SYSTEM
from muniment.cli.sample import load_sample
from muniment.repository import Repository
from muniment_datacite import kernel

ROOT = Path(__file__).parents[1]
#: What the guidelines for literature demand of every record; their schema has no licence under which it could lie here.
OPENAIRE_DEMANDS = ("titles", "creators", "dates", "identifier", "rights", "resourceType")


def validating(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The validators beside the plugin's own tests."""
    file = ROOT / "plugins" / "exports" / "tests" / "validating.py"
    monkeypatch.syspath_prepend(file.parent)
    spec = importlib.util.spec_from_file_location("exports_validating", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.slow
@pytest.mark.plugins("datacite", "embargo", "exports", "importers", "openaire")
def test_every_sample_record_is_valid_in_every_format(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    load_sample(repository, ROOT / "instance" / "sample")
    formats = validating(monkeypatch)
    items = list(repository.records.every_record(SYSTEM))
    assert len(items) > 290
    for number, item in enumerate(items):
        for name in formats.VALIDATORS:
            # The shapes take long; each kind of record is among these.
            if name != "dcat-ap" or number % 6 == 0:
                formats.validate(name, repository.exports.write(item, name))
        assert kernel.xml_problems(repository.exports.write(item, "datacite-xml")) == []
        assert kernel.json_problems(json.loads(repository.exports.write(item, "datacite-json"))) == []
        described = etree.fromstring(repository.exports.write(item, "oai_openaire"))
        assert set(OPENAIRE_DEMANDS) <= {etree.QName(element).localname for element in described}
        if number % 30 == 0:
            formats.ro_crate_shapes(repository.exports.write(item, "ro-crate"))
