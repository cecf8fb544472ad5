"""The citation as markup."""

from __future__ import annotations

from typing import Any

from muniment.records.citation import citation_text
from muniment.web.ui.citation import citation


def test_the_citation_is_the_plain_one_with_its_title_set_off(record: dict[str, Any]) -> None:
    cited = citation(record, "en")
    assert cited.striptags() == citation_text(record, "en")
    assert "<cite>Hourly sea-ice drift vectors</cite>" in cited
    assert cited.endswith("https://doi.org/10.5072/rr.8k2f-9q41")


def test_without_a_doi_the_page_is_cited_and_without_a_publisher_the_site(record: dict[str, Any]) -> None:
    record["pids"] = {}
    record["metadata"]["publisher"] = ""
    cited = citation(record, "en", "Fjord Repository")
    assert cited.endswith("Fjord Repository. http://localhost:5000/records/1042")


def test_markup_in_a_title_stays_text(record: dict[str, Any]) -> None:
    record["metadata"]["title"] = "On 1 < 2 & <script>alert(1)</script>"
    assert "<script" not in citation(record, "en")
