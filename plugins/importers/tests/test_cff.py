"""CITATION.cff as software carries it, and YAML that means harm."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_importers import cff

WHOLE = b"""
cff-version: 1.2.0
message: Please cite it.
title: Ice tools
version: 2.10
date-released: 2024-03-05
doi: 10.5281/zenodo.1234
authors:
  - family-names: Ruhe
    name-particle: von
    given-names: Anna
    orcid: https://orcid.org/0000-0002-1825-0097
    affiliation: Polar Institute
  - name: Ice Group
contact:
  - family-names: Doe
    given-names: Jane
license: [MIT, Apache-2.0]
repository-code: https://example.org/ice/tools
keywords: [ice, drift]
abstract: |
  First.

  Second <b>x</b>.
identifiers:
  - {type: url, value: "https://example.org/ice"}
references:
  - {type: article, title: Older work, year: 2001, doi: 10.1/x, authors: [{family-names: Roe, given-names: R.}]}
preferred-citation: {title: The paper}
"""


def test_a_whole_file(known: Any) -> None:
    (document,) = cff.parse(WHOLE)
    assert cff.detect(document)
    found = cff.read(document, known)
    metadata = found.data["metadata"]
    assert metadata["title"] == "Ice tools"
    assert metadata["resource_type"] == {"id": "software"}
    assert metadata["publication_date"] == "2024-03-05"
    assert metadata["creators"][0] == {
        "person_or_org": {
            "type": "personal",
            "family_name": "von Ruhe",
            "given_name": "Anna",
            "identifiers": [{"scheme": "orcid", "identifier": "0000-0002-1825-0097"}],
        },
        "affiliations": [{"name": "Polar Institute"}],
    }
    assert metadata["creators"][1]["person_or_org"] == {"type": "organizational", "name": "Ice Group"}
    assert metadata["contributors"][0]["role"] == {"id": "contactperson"}
    assert metadata["rights"] == [{"id": "mit"}, {"id": "apache-2.0"}]
    assert metadata["references"] == [
        {"reference": "Roe, R. 2001. Older work", "identifier": "10.1/x", "scheme": "doi"}
    ]
    assert found.data["custom_fields"] == {"code:codeRepository": "https://example.org/ice/tools"}
    assert (found.source, found.source_id) == ("doi", "10.5281/zenodo.1234")
    assert "preferred-citation" in {loss.field for loss in found.losses}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"title: x",
        b"cff-version: 1.2.0\n\tx: [",
        b"!!python/object/apply:os.system ['true']",
        b"cff-version: &a [x]\ntitle: [*a, *a]",
        b"- " * 3000,
        b"\xff\xfe",
    ],
)
def test_what_is_no_citation_file_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"YAML|CITATION\.cff"):
        cff.parse(content)


@pytest.mark.parametrize("value", ["5", "[1]", "{a: b}", "2020-13-01", "null", "true"])
@pytest.mark.parametrize("key", ["title", "authors", "date-released", "license", "doi", "identifiers", "keywords"])
def test_values_of_any_kind_are_taken_or_left(key: str, value: str, known: Any) -> None:
    (document,) = cff.parse(f"cff-version: 1.2.0\n{key}: {value}\n".encode())
    cff.read(document, known)
