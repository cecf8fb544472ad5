"""Badges of DOIs: drawn from their address, and offered below the citation in the notations of READMEs."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

import pytest

from muniment_datacite.badges import snippets

pytestmark = pytest.mark.plugins("datacite")


@pytest.mark.parametrize("kind", ["doi", "DOI"])
def test_a_badge_is_drawn_of_any_doi(client: Any, kind: str) -> None:
    answer = client.get(f"/badge/{kind}/10.1234/a&b.svg")
    assert (answer.status_code, answer.mimetype) == (200, "image/svg+xml")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "max-age=86400" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers
    drawing = ElementTree.fromstring(answer.data)
    assert drawing.get("aria-label") == "DOI: 10.1234/a&b"
    texts = [text.text for text in drawing.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["DOI", "10.1234/a&b"]
    assert "test DOI" in client.get(f"/badge/{kind}/10.5072/1.svg").text


@pytest.mark.parametrize(
    "name",
    [
        "10.1234", "10.1234/", "10.12/a", "11.1234/a", "10.1234/a b", "10.1234/%01", "10.1234/%E2%80%AE",
        "10.1234/" + "a" * 121, "10.1234/<script>alert(1)</script>.svg/x",
    ],
)  # fmt: skip
def test_what_is_no_doi_or_fits_on_no_badge_has_none(client: Any, name: str) -> None:
    answer = client.get(f"/badge/doi/{name}.svg")
    if "<script>" in name:
        assert "<script>" not in answer.text
    else:
        assert answer.status_code == 404


def test_the_page_of_a_record_offers_its_badges_for_copying(client: Any, make_record: Any, panel: Any) -> None:
    record = make_record().data
    page = client.get(f"/records/{record['id']}").text
    for doi in (record["pids"]["doi"]["identifier"], record["parent"]["pids"]["doi"]["identifier"]):
        image = f"http://localhost:5000/badge/doi/{doi}.svg"
        assert f"[![DOI]({image})](https://doi.org/{doi})" in page
        assert f".. image:: {image}" in page
        assert f"&lt;img src=&#34;{image}&#34; alt=&#34;DOI&#34;&gt;" in page
        assert client.get(f"/badge/doi/{doi}.svg").status_code == 200


def test_snippets_bear_what_a_doi_may_hold() -> None:
    doi = "10.1002/(SICI)1097<1::AID-A>2.0;2-#"
    markdown, _, html, image = (one.text for one in snippets(doi, "https://r.example", "x"))
    assert markdown.count("(") == markdown.count(")") == 2
    assert "#" not in image
    assert "<1" not in html
