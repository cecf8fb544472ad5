"""Citation File Format: what GitHub and Zotero take from a CITATION.cff."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml
from full import kind, organisation, person

pytestmark = pytest.mark.plugins("exports")
DOI = {"pids": {"doi": {"identifier": "10.1234/ice", "provider": "external"}}}


@pytest.fixture
def citation(written: Callable[..., bytes]) -> Callable[..., dict[str, Any]]:
    return lambda **changes: yaml.safe_load(written("cff", **changes))


def test_software_is_cited_by_its_version_doi_and_repository(citation: Callable[..., dict[str, Any]]) -> None:
    code = {"custom_fields": {"code:codeRepository": "https://example.org/ice"}}
    found = citation(resource_type=kind("software"), version="1.10", sections={**DOI, **code})
    assert (found["cff-version"], found["type"]) == ("1.2.0", "software")
    assert found["version"] == "1.10"  # a text: as a number it would become 1.1
    assert found["doi"] == "10.1234/ice"
    assert found["url"] == "https://doi.org/10.1234/ice"
    assert found["repository-code"] == "https://example.org/ice"
    assert found["date-released"] == "2026-05-14"


def test_authors_have_their_orcid_and_each_stands_once(citation: Callable[..., dict[str, Any]]) -> None:
    ngozi = person("Adeyemi", "Ngozi", orcid="0000-0002-1825-0097", affiliations=[{"name": "A"}, {"name": "B"}])
    found = citation(creators=[ngozi, ngozi, organisation("Institute of Ice", ror="05gq02987")])
    assert found["authors"] == [
        {
            "family-names": "Adeyemi", "given-names": "Ngozi", "orcid": "https://orcid.org/0000-0002-1825-0097",
            "affiliation": "A; B",
        },
        {"name": "Institute of Ice", "website": "https://ror.org/05gq02987"},
    ]  # fmt: skip
    assert citation(creators=[])["authors"] == [{"name": "Test Repository"}]


def test_a_publication_is_the_preferred_citation_of_its_files(citation: Callable[..., dict[str, Any]]) -> None:
    journal = {"title": "Polar Record", "volume": "3", "issue": "4", "issn": "00322474"}
    found = citation(
        resource_type=kind("publication-article"),
        publication_date="1987-05",
        sections={"custom_fields": {"journal:journal": journal}},
    )
    assert "type" not in found
    assert "date-released" not in found
    preferred = found["preferred-citation"]
    assert [preferred[name] for name in ("type", "year", "month", "journal", "issn")] == [
        "article", 1987, 5, "Polar Record", "0032-2474",
    ]  # fmt: skip
    assert "preferred-citation" not in citation(resource_type=kind("software"))


def test_what_the_schema_does_not_take_is_told_by_its_address(citation: Callable[..., dict[str, Any]]) -> None:
    odd = citation(sections={"pids": {"doi": {"identifier": "10.1234/a<b>", "provider": "external"}}})
    assert "doi" not in odd
    assert odd["url"].startswith("https://doi.org/10.1234/a")
    own = citation(rights=[{"title": {"en": "Ours"}, "link": "https://example.org/terms"}])
    assert own["license-url"] == "https://example.org/terms"
    assert "license" not in own
    assert citation(rights=[{"id": "cc-by-4.0"}, {"id": "mit"}])["license"] == ["CC-BY-4.0", "MIT"]
