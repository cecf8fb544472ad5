"""Parts of pages that are swapped without a reload: the search page in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

FOCUSED = "document.activeElement.id || document.activeElement.textContent.trim()"
STAYED = "window.stayed === true"


@pytest.fixture
def search(browser: Browser, site: str, make_record: Callable[..., Any]) -> Page:
    """The search page over twenty records of two types; `window.stayed` is lost when the page is loaded anew."""
    for number in range(20):
        kind = "dataset" if number % 2 else "image-photo"
        make_record(title=f"Record {number:02}", metadata={"resource_type": {"id": kind}})
    page = browser.new_page()
    page.goto(f"{site}/search")
    page.evaluate("window.stayed = true")
    return page


def test_a_facet_narrows_the_results_in_place(search: Page) -> None:
    assert search.locator("article").count() == 15
    search.locator("#by-resource_type-dataset").focus()
    search.keyboard.press("Enter")
    search.wait_for_url("**/search?resource_type=dataset")
    search.locator("article").nth(10).wait_for(state="detached")
    assert search.locator("article").count() == 10
    assert search.evaluate(STAYED)
    assert search.evaluate(FOCUSED) == "by-resource_type-dataset"
    assert search.locator("#announcements").text_content() == "10 records"
    search.go_back()
    search.locator("article").nth(14).wait_for()
    assert search.url.endswith("/search")


def test_the_next_page_is_read_from_its_beginning(search: Page) -> None:
    search.locator("nav.pagination a[rel=next]").click()
    search.wait_for_url("**page=2")
    search.locator("article").nth(5).wait_for(state="detached")
    assert search.evaluate(STAYED)
    assert search.evaluate(FOCUSED).startswith("20 records")
    assert search.locator("#announcements").text_content() == "20 records, page 2"


def test_words_and_order_are_sent_in_place_and_stay_in_the_form(search: Page) -> None:
    search.fill("#q", "record")
    search.keyboard.press("Enter")
    search.wait_for_url("**q=record**")
    search.wait_for_function("document.title.startsWith('record')")
    search.focus("#sort")
    search.select_option("#sort", "oldest")
    search.wait_for_url("**sort=oldest**")
    search.wait_for_function("!document.querySelector('#search').ariaBusy")
    assert search.evaluate(STAYED)
    assert "q=record" in search.url
    assert search.evaluate(FOCUSED) == "sort"
    assert search.input_value("#q") == "record"


def test_a_query_that_is_not_understood_is_explained_in_place(search: Page) -> None:
    search.fill("#q", '"open')
    search.keyboard.press("Enter")
    search.locator("#query-error").wait_for()
    assert search.evaluate(STAYED)
    assert search.evaluate(FOCUSED) == "q"


def test_attributes_run_no_code(search: Page) -> None:
    search.evaluate(
        """() => {
          document.querySelector("main").insertAdjacentHTML("beforeend", "<b hx-on:click='window.ran = 1'>x</b>");
          htmx.process(document.querySelector("main b"));
        }"""
    )
    search.locator("main b").click()
    assert search.evaluate("window.ran") is None


def test_an_error_is_shown_as_the_page_that_it_is(search: Page, site: str) -> None:
    search.evaluate("document.querySelector('#by-resource_type-dataset').href = '/records/999'")
    search.evaluate("htmx.process(document.querySelector('#search'), true)")
    search.click("#by-resource_type-dataset")
    search.get_by_role("heading", name="There is nothing here").wait_for()
    assert search.url == f"{site}/records/999"
