"""Every record of the sample is a valid DataCite document, as JSON and as XML."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from muniment.access.actor import SYSTEM
from muniment.cli.sample import load_sample
from muniment.repository import Repository

FOLDER = Path(__file__).parents[1] / "instance" / "sample"


@pytest.mark.slow
@pytest.mark.plugins("datacite", "embargo", "importers")
def test_every_sample_record_is_a_valid_datacite_document(repository: Repository) -> None:
    from muniment_datacite import kernel, works

    load_sample(repository, FOLDER)
    write = {each.name: each.write for each in repository.hooks.register_export_formats()}
    wrong = {}
    for item in repository.records.every_record(SYSTEM):
        document = json.loads(write["datacite-json"](item.data))
        found = kernel.json_problems({key: value for key, value in document.items() if key != "url"})
        untold = works.untold(repository, item.data["metadata"])
        if problems := [*found, *kernel.xml_problems(write["datacite-xml"](item.data)), *untold]:
            wrong[item.id] = problems
    assert wrong == {}
