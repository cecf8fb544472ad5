"""CodeMeta: what registries of software read."""

from __future__ import annotations

from collections.abc import Callable

import orjson
import pytest
from full import kind

pytestmark = pytest.mark.plugins("exports")


def test_software_has_its_repository_languages_status_and_readme(written: Callable[..., bytes]) -> None:
    fields = {
        "code:codeRepository": "https://example.org/ice",
        "code:programmingLanguage": [{"id": "python", "title": {"en": "Python"}}, {"id": "r"}],
        "code:developmentStatus": {"id": "active", "title": {"en": "Active"}},
    }
    found = orjson.loads(written("codemeta", resource_type=kind("software"), sections={"custom_fields": fields}))
    assert found["@type"] == "SoftwareSourceCode"
    assert found["codeRepository"] == "https://example.org/ice"
    assert found["programmingLanguage"] == ["Python", "r"]
    assert found["developmentStatus"] == "https://www.repostatus.org/#active"
    assert found["readme"].endswith("/files/README.md/content")
    assert len(found["downloadUrl"]) == 2


def test_grants_are_one_text_and_words_of_other_vocabularies_are_left_out(written: Callable[..., bytes]) -> None:
    grants = [
        {"funder": {"name": "Ice Fund"}, "award": {"number": "42", "title": {"en": "Drift"}}},
        {"funder": {"name": "Snow Fund"}},
    ]
    found = orjson.loads(written("codemeta", funding=grants))
    assert found["funding"] == "Ice Fund 42 Drift; Snow Fund"
    assert [funder["name"] for funder in found["funder"]] == ["Ice Fund", "Snow Fund"]
    assert not {"distribution", "creator", "includedInDataCatalog", "conditionsOfAccess"} & found.keys()


def test_words_that_the_context_lacks_have_the_prefix_of_schema_org(written: Callable[..., bytes]) -> None:
    fields = {"code:developmentStatus": {"id": "resting", "title": {"en": "Resting"}}}
    found = orjson.loads(
        written(
            "codemeta",
            languages=[{"id": "eng"}],
            rights=[{"title": {"en": "A licence of our own"}}],
            sections={"custom_fields": fields},
        )
    )
    assert found["@type"] == "schema:Dataset"
    assert found["schema:inLanguage"] == ["en"]
    assert found["schema:creativeWorkStatus"] == "Resting"
    assert found["license"] == [{"@type": "schema:CreativeWork", "name": "A licence of our own"}]
