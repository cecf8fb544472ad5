"""Every sample record is valid in every export format."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

from muniment.access.actor import SYSTEM
from muniment.cli.sample import load_sample
from muniment.repository import Repository

ROOT = Path(__file__).parents[1]


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
@pytest.mark.plugins("embargo", "exports", "importers")
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
        if number % 30 == 0:
            formats.ro_crate_shapes(repository.exports.write(item, "ro-crate"))
