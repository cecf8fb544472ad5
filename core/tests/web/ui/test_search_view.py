"""The search page as a function of its address and the answer."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from muniment.web.ui.search_page import SIZE, read_request
from muniment.web.ui.search_view import Address, active_filters, facet_views, pagination, result_view

AGGREGATIONS: dict[str, Any] = {
    "resource_type": {
        "label": "Resource types",
        "buckets": [
            {
                "key": "publication",
                "doc_count": 10,
                "label": "Publication",
                "is_selected": False,
                "inner": {
                    "buckets": [
                        {"key": "publication-article", "doc_count": 7, "label": "Journal article", "is_selected": False}
                    ]
                },
            },
            {"key": "dataset", "doc_count": 5, "label": "Dataset", "is_selected": False},
        ],
    },
    "subject": {
        "label": "Subjects",
        "buckets": [{"key": f"s{number}", "doc_count": 20 - number} for number in range(12)],
    },
    "language": {"label": "Languages", "buckets": []},
    "journal": {"label": "Journals", "buckets": [], "preparing": True},
}


def test_the_address_is_read_leniently() -> None:
    request, address = read_request(
        MultiDict(
            [
                ("q", "ice\x00"),
                ("subject", "a"),
                ("subject", "b"),
                ("subject", ""),
                ("page", "-3"),
                ("size", "9999"),
                ("sort", "newest"),
                ("allversions", "true"),
                ("lang", "de"),
            ]
        )
    )
    assert (request.q, request.page, request.size, request.sort, request.all_versions) == (
        "ice",
        1,
        100,
        "newest",
        True,
    )
    assert request.facets == {"subject": ["a", "b"]}
    assert str(address) == "/search?q=ice&subject=a&subject=b&sort=newest&allversions=true&size=100"


def test_links_of_inveniordm_pages_keep_working() -> None:
    request, _ = read_request(
        MultiDict(
            [
                ("q", ""),
                ("f", "resource_type:publication+inner:publication-article"),
                ("f", "subject:sea ice"),
                ("f", "junk"),
                ("p", "2"),
                ("s", "10"),
                ("l", "list"),
            ]
        )
    )
    assert request.facets == {"resource_type": ["publication-article"], "subject": ["sea ice"]}
    assert (request.page, request.size) == (2, 10)


def test_facets_are_links_that_switch_filters() -> None:
    address = Address("/search", [("q", "ice"), ("subject", "s1"), ("page", "3")])
    kinds, subjects, journals = facet_views(AGGREGATIONS, address, "en")
    assert kinds.shown[1].href == "/search?q=ice&subject=s1&resource_type=dataset"
    assert subjects.shown[1].selected
    assert subjects.shown[1].href == "/search?q=ice"
    assert (len(subjects.shown), len(subjects.folded)) == (7, 5)
    assert (journals.label, journals.note) == ("Journals", "being prepared")


def test_a_chosen_value_is_never_folded_away() -> None:
    (_, subjects, _) = facet_views(AGGREGATIONS, Address("/search", [("subject", "s11")]), "en")
    assert "s11" in [bucket.label for bucket in subjects.shown]


def test_a_narrower_type_replaces_the_wider_one() -> None:
    kinds = facet_views(AGGREGATIONS, Address("/search", [("resource_type", "publication")]), "en")[0]
    publication = kinds.shown[0]
    assert publication.open
    assert publication.inner[0].href == "/search?resource_type=publication-article"


def test_filters_become_chips_also_when_nothing_has_them() -> None:
    address = Address("/search", [("resource_type", "dataset"), ("subject", "unknown")])
    chips = active_filters({"resource_type": ["dataset"], "subject": ["unknown"]}, AGGREGATIONS, address, "en")
    assert [(chip.facet, chip.label, chip.href) for chip in chips] == [
        ("Type", "Dataset", "/search?subject=unknown"),
        ("Subjects", "unknown", "/search?resource_type=dataset"),
    ]


def test_pages_are_a_few_steps_around_the_present_one() -> None:
    pages = pagination(total=1337, page=9, size=SIZE, address=Address("/search", [("q", "ice")]))
    assert [("…" if step.gap else step.number) for step in pages.steps] == [1, "…", 7, 8, 9, 10, 11, "…", 90]
    assert pages.previous_href == "/search?q=ice&page=8"
    assert pages.next_href == "/search?q=ice&page=10"


def test_a_gap_of_one_page_is_that_page() -> None:
    pages = pagination(total=60, page=4, size=10, address=Address("/search", []))
    assert [step.number for step in pages.steps] == [1, 2, 3, 4, 5, 6]


def test_pages_end_at_the_window() -> None:
    assert pagination(total=10**6, page=1, size=100, address=Address("/search", []), window=10_000).last == 100


def test_a_result_carries_marks_and_counts_further_names(record: dict[str, Any]) -> None:
    record["metadata"]["creators"] *= 4
    result = result_view(record, "en_GB", {"metadata.title": "Hourly <em>sea</em>", "description": "a <mark>b</mark>"})
    assert result.title == "Hourly <mark>sea</mark>"
    assert result.summary == "… a <mark>b</mark> …"
    assert (len(result.creators), result.more_creators) == (6, 6)


def test_drafts_lead_to_their_preview_and_may_lack_a_title() -> None:
    result = result_view({"id": "7", "is_draft": True, "metadata": {}}, "en")
    assert (result.href, result.title) == ("/records/7?preview=1", "Untitled")


@pytest.mark.parametrize("query", ["?q=ice", "?sort=newest", "?page=2", "?subject=ice", "?allversions=1"])
def test_search_engines_list_only_the_page_of_all_records(client: Any, query: str) -> None:
    assert "noindex" not in client.get("/search").get_data(as_text=True)
    assert '<meta name="robots" content="noindex, follow">' in client.get(f"/search{query}").get_data(as_text=True)


@pytest.mark.parametrize("family", ["Adeyemi", 'O"Brien \\ (Jr) AND', "山田"])
def test_a_name_on_a_record_leads_to_all_works_of_that_name(client: Any, make_record: Any, family: str) -> None:
    person = {"type": "personal", "family_name": family, "given_name": "Ngozi"}
    other = {"type": "personal", "family_name": "Bakke", "given_name": "Ngozi"}
    record = make_record(title="Mine", metadata={"creators": [{"person_or_org": person}]})
    make_record(title="Another", metadata={"creators": [{"person_or_org": other}]})
    page = html.fromstring(client.get(f"/records/{record.id}").get_data(as_text=True))
    (href,) = page.xpath("//a[@class='works']/@href")
    found = html.fromstring(client.get(href).get_data(as_text=True))
    assert [title.strip() for title in found.xpath("//article//h3//text()") if title.strip()] == ["Mine"]
