"""The years of the search page as columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

from muniment.web.ui.histogram import MOST_COLUMNS, Histogram, histogram, read_span, span_label, written_span
from muniment.web.ui.search_page import read_request
from muniment.web.ui.search_view import Address, active_filters, facet_views

if TYPE_CHECKING:
    from playwright.sync_api import Browser

NAME = "publication_date"


def drawn(years: Iterable[tuple[int, int]], *chosen: str) -> Histogram:
    address = Address("/search", [("q", "ice"), *((NAME, value) for value in chosen), ("page", "3")])
    found = histogram(NAME, [(str(year), count) for year, count in years], address)
    assert found is not None
    return found


def labels(found: Histogram) -> list[tuple[str, int]]:
    return [(column.label, column.count) for column in found.columns]


def test_few_years_have_a_column_each_also_where_there_is_nothing() -> None:
    found = drawn([(2026, 3), (2023, 1)])
    assert labels(found) == [("2023", 1), ("2024", 0), ("2025", 0), ("2026", 3)]
    assert found.most == 3
    assert found.columns[0].href == "/search?q=ice&publication_date=2023"
    assert (found.first, found.last, found.all_href) == ("2023", "2026", "")


def test_many_years_share_columns_at_round_years() -> None:
    found = drawn([(year, 1) for year in range(1987, 2027)])
    assert labels(found)[:2] == [("1987–1989", 3), ("1990–1994", 5)]
    assert labels(found)[-1] == ("2025–2026", 2)
    assert len(found.columns) <= MOST_COLUMNS
    assert found.columns[1].href.endswith("publication_date=1990..1994")


def test_chosen_years_are_shown_one_by_one() -> None:
    found = drawn([(year, 1) for year in range(1987, 2027)], "1990..1994")
    assert labels(found) == [(str(year), 1) for year in range(1990, 1995)]
    assert all(column.within and not column.selected for column in found.columns)
    assert (found.low, found.high, found.all_href) == ("1990", "1994", "/search?q=ice")


def test_a_chosen_column_leads_back() -> None:
    found = drawn([(2024, 1), (2025, 2)], "2025")
    chosen = found.columns[1]
    assert chosen.selected
    assert chosen.href == "/search?q=ice"
    assert not found.columns[0].within


def test_a_single_year_of_many_stands_among_its_decade() -> None:
    found = drawn([(year, 1) for year in range(1987, 2027)], "2013")
    assert [column.label for column in found.columns] == [str(year) for year in range(2010, 2020)]
    assert [column.label for column in found.columns if column.selected] == ["2013"]


def test_a_few_years_far_out_do_not_press_the_others_together() -> None:
    found = drawn([(1, 1), (2554, 1), *((year, 20) for year in range(2018, 2027))])
    assert labels(found)[0] == ("until 2018", 21)
    assert labels(found)[-1] == ("since 2026", 21)
    assert (found.first, found.last) == ("< 2018", "> 2026")
    assert found.columns[0].href.endswith("publication_date=..2018")
    opened = drawn([(1, 1), (2554, 1), *((year, 20) for year in range(2018, 2027))], "..2018")
    assert sum(column.count for column in opened.columns) == 21


def test_without_years_there_is_nothing_to_draw() -> None:
    assert histogram(NAME, [], Address("/search", [])) is None
    assert histogram(NAME, [("unknown", 3)], Address("/search", [])) is None


@pytest.mark.parametrize("chosen", ["9999", "1..2", "0001..0002", "2030..", "..1000", "nonsense", "2020..2010"])
def test_years_of_which_there_are_none_still_show_the_others(chosen: str) -> None:
    found = drawn([(year, 1) for year in range(1987, 2027)], chosen)
    assert 0 < len(found.columns) <= MOST_COLUMNS


def test_counts_of_columns_add_up_whatever_the_years() -> None:
    for step in (1, 3, 17, 90, 400):
        years = [(year, 1 + year % 3) for year in range(0, 3000, step)]
        found = drawn(years)
        assert sum(column.count for column in found.columns) == sum(count for _, count in years)
        assert len(found.columns) <= MOST_COLUMNS


@pytest.mark.parametrize(
    ("first", "last", "value", "label"),
    [
        ("2010", "2014", "2010..2014", "2010–2014"),
        ("2014", "2010", "2010..2014", "2010–2014"),
        ("2010", "", "2010..", "since 2010"),
        ("", "2014", "..2014", "until 2014"),
        ("2010", " 2010 ", "2010", "2010"),
        ("", "", "", ""),
        ("abc", "", "abc..", "abc.."),
    ],
)
def test_the_fields_of_the_form_become_one_value(first: str, last: str, value: str, label: str) -> None:
    assert written_span(first, last) == value
    assert span_label(value) == label


def test_what_is_no_span_is_told_apart() -> None:
    assert read_span("..") is None
    assert read_span("20") is None
    assert read_span("2020..") == (2020, None)


def test_the_form_is_part_of_the_address() -> None:
    request, address = read_request(MultiDict([("q", "ice"), (f"{NAME}.from", "2020"), (f"{NAME}.to", "2022")]))
    assert request.facets == {NAME: ["2020..2022"]}
    assert str(address) == "/search?q=ice&publication_date=2020..2022"


def test_only_years_are_drawn_and_their_filter_is_named() -> None:
    counted: dict[str, Any] = {NAME: {"buckets": [{"key": "2024", "doc_count": 2}]}, "subject": {"buckets": []}}
    address = Address("/search", [(NAME, "2020..2024")])
    (years,) = facet_views(counted, address, "en")
    assert years.histogram is not None
    (chip,) = active_filters({NAME: ["2020..2024"]}, counted, address, "en")
    assert (chip.label, chip.href) == ("2020–2024", "/search")


def test_years_that_are_none_are_explained_without_a_word_on_quotation_marks(client: Any) -> None:
    answer = client.get("/search?q=ice&publication_date.from=last+year")
    assert answer.status_code == 400
    page = html.fromstring(answer.get_data(as_text=True))
    told = page.get_element_by_id("query-error").text_content()
    assert "neither a year nor a range" in told
    assert "quotation marks" not in told
    assert page.xpath("//input[@id='q']/@value") == ["ice"]
    assert not page.xpath("//main//input[@type='hidden' and @name='publication_date']")


@pytest.mark.browser
def test_years_are_chosen_by_column_and_by_form_without_a_script(
    browser: Browser, site: str, make_record: Callable[..., Any]
) -> None:
    for year in (2019, 2021, 2021, 2024):
        make_record(title=f"Of {year}", metadata={"publication_date": str(year)})
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/search?sort=oldest")
    assert page.locator(".histogram a").all_inner_texts()
    page.click("#years-2021")
    page.wait_for_url(f"{site}/search?sort=oldest&publication_date=2021")
    assert page.locator("article").count() == 2
    page.fill("#years-from", "2021")
    page.fill("#years-to", "2024")
    page.click("#years-show")
    page.wait_for_url(f"{site}/search?sort=oldest&publication_date.from=2021&publication_date.to=2024")
    assert page.locator("article").count() == 3
    assert page.locator(".filters .chip").inner_text().strip().endswith("2021–2024")
    page.get_by_role("link", name="All years").click()
    page.wait_for_url(f"{site}/search?sort=oldest")
    context.close()


@pytest.mark.browser
def test_what_a_column_stands_for_is_written_below_the_columns(
    browser: Browser, site: str, make_record: Callable[..., Any]
) -> None:
    for year in (2019, 2021, 2024):
        make_record(title=f"Of {year}", metadata={"publication_date": str(year)})
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto(f"{site}/search")
    page.locator(".facets > summary").click()
    page.focus("#years-2024")
    note, columns = (page.locator(name).bounding_box() for name in ("#years-2024 .column-note", ".histogram .columns"))
    assert note is not None
    assert columns is not None
    assert (note["x"], note["width"]) == (columns["x"], columns["width"])
    assert page.evaluate("document.documentElement.scrollWidth") == 390
