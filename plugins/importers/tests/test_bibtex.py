"""BibTeX as people export it: LaTeX, braces, names in all forms, months, and files that are none."""

from __future__ import annotations

from typing import Any

import pytest

from muniment_importers import bibtex

ARTICLE = rb"""
@string{tc = {The Cryosphere}}
@comment{not an entry}
@article{mueller2020,
  title = {On {DNA} and {\"O}l: \emph{ice}, 50% of $E=mc^2$},
  author = {M{\"u}ller, Anna-Maria and Bob de la Tour and {The Ice Group} and others},
  journal = tc, volume = 12, number = {3}, pages = {1--20}, issn = {1994-0424},
  year = 2020, month = may,
  doi = {10.5194/tc\_12-1-2020},
  abstract = {First paragraph.},
  keywords = {sea ice; drift},
  language = {english}, license = {CC-BY-4.0},
  editor = {Doe, Jane},
  impactfactor = {9}
}
"""


def entry(content: bytes, known: Any) -> Any:
    (document,) = bibtex.parse(content)
    assert bibtex.detect(document)
    return bibtex.read(document, known)


def test_an_article(known: Any) -> None:
    found = entry(ARTICLE, known)
    metadata = found.data["metadata"]
    assert metadata["title"] == "On DNA and Öl: ice, 50% of $E=mc^2$"
    assert metadata["resource_type"] == {"id": "publication-article"}
    assert [creator["person_or_org"] for creator in metadata["creators"]] == [
        {"type": "personal", "family_name": "Müller", "given_name": "Anna-Maria"},
        {"type": "personal", "family_name": "de la Tour", "given_name": "Bob"},
        {"type": "organizational", "name": "The Ice Group"},
    ]
    assert metadata["contributors"][0]["role"] == {"id": "editor"}
    assert metadata["publication_date"] == "2020-05"
    assert metadata["description"] == "<p>First paragraph.</p>"
    assert metadata["subjects"] == [{"subject": "sea ice"}, {"subject": "drift"}]
    assert metadata["languages"] == [{"id": "eng"}]
    assert metadata["rights"] == [{"id": "cc-by-4.0"}]
    assert found.data["custom_fields"]["journal:journal"] == {
        "title": "The Cryosphere", "volume": "12", "issue": "3", "pages": "1–20", "issn": "1994-0424",
    }  # fmt: skip
    assert (found.source, found.source_id) == ("doi", "10.5194/tc_12-1-2020")
    assert {loss.field for loss in found.losses} == {"author", "impactfactor"}


@pytest.mark.parametrize(
    ("fields", "date"),
    [
        ("year = 1999", "1999"),
        ("year = {2020}, month = {03}", "2020-03"),
        ("year = {2020}, month = {March}, day = {5}", "2020-03-05"),
        ("date = {2020-03-05}", "2020-03-05"),
        ("date = {2020/2021}", "2020/2021"),
        ("year = {2020}, month = {spring}", "2020"),
        ("year = {forthcoming}", None),
        ("title = {x}", None),
    ],
)
def test_dates(fields: str, date: str | None, known: Any) -> None:
    found = entry(f"@misc{{x, {fields}}}".encode(), known)
    assert found.data["metadata"].get("publication_date") == date


def test_theses_and_chapters(known: Any) -> None:
    thesis = entry(b"@phdthesis{x, title={T}, author={Doe, J.}, school={University of X}, year=2001}", known).data
    assert thesis["metadata"]["resource_type"] == {"id": "publication-dissertation"}
    assert thesis["custom_fields"] == {"thesis:thesis": {"university": "University of X"}}
    chapter = entry(b"@incollection{x, title={C}, booktitle={B}, pages={3-4}, editor={Roe, R.}}", known).data
    assert chapter["custom_fields"] == {"imprint:imprint": {"title": "B", "pages": "3-4"}}
    assert chapter["metadata"]["creators"][0]["person_or_org"]["family_name"] == "Roe"


def test_several_entries_and_broken_ones() -> None:
    documents = bibtex.parse(b"@misc{a, title={A}}\n@misc{b, title={B}\n@misc{c, title={C}}")
    assert documents[0]["key"] == "a"


@pytest.mark.parametrize("content", [b"", b"no bibtex", b"\xff\xfe\x00", b"@misc{", b"{" * 10_000])
def test_what_is_no_bibtex_is_told(content: bytes) -> None:
    with pytest.raises(ValueError, match="no BibTeX entry"):
        bibtex.parse(content)


def test_large_files_are_refused_before_they_are_read() -> None:
    with pytest.raises(ValueError, match="divide it"):
        bibtex.parse(b"x" * 5_000_001)
