"""Identifiers are one, however they are written."""

from __future__ import annotations

import pytest

from muniment.search.query.identifiers import as_doi, normalise_identifier


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10.5281/Zenodo.1", "10.5281/zenodo.1"),
        ("doi: 10.5281/zenodo.1", "10.5281/zenodo.1"),
        ("https://www.doi.org/10.5281/zenodo.1;", "10.5281/zenodo.1"),
        ("10.1000.10/123", "10.1000.10/123"),
        ("10.5281", None),
        ("version 10.5281/x", None),
    ],
)
def test_dois(text: str, expected: str | None) -> None:
    assert as_doi(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("https://orcid.org/0000-0002-1825-009X", "0000-0002-1825-009x"),
        ("orcid:0000-0002-1825-0097", "0000-0002-1825-0097"),
        ("https://ror.org/02nr0ka47", "02nr0ka47"),
        ("arXiv:2101.00001", "2101.00001"),
        ("https://arxiv.org/abs/2101.00001", "2101.00001"),
        ("http://www.example.org/Paper/", "example.org/paper"),
        ("https://doi.org/10.5072/A", "10.5072/a"),
        ("swh:1:dir:94a9", "swh:1:dir:94a9"),
    ],
)
def test_other_identifiers(text: str, expected: str) -> None:
    assert normalise_identifier(text) == expected
