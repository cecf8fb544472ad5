"""The pages in an invented language that is longer and accented, also from right to left."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages
from muniment.testing.page_types import CORE_PAGES
from muniment.testing.pseudo_locale import LEFT_TO_RIGHT, RIGHT_TO_LEFT, pseudo, write_pseudo_locale
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.configuration("site", name="Test", languages=["en", LEFT_TO_RIGHT, RIGHT_TO_LEFT])

PAGES = [page for page in CORE_PAGES if page.role in ("stranger", "visitor")]


@pytest.fixture
def invented(instance: Any) -> None:
    for code in (LEFT_TO_RIGHT, RIGHT_TO_LEFT):
        write_pseudo_locale(instance.path, code)


def test_texts_are_longer_and_keep_what_is_filled_in() -> None:
    text = pseudo("and %(num)s more of the same, with <b>weight</b>")
    assert text.startswith("áñd %(num)s mörë")
    assert "<b>" in text
    assert len(text) > 1.2 * len("and %(num)s more of the same, with <b>weight</b>")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("code", [LEFT_TO_RIGHT, RIGHT_TO_LEFT])
@pytest.mark.usefixtures("invented")
def test_no_page_breaks_with_longer_words(browser: Browser, site: str, repository: Any, code: str) -> None:
    show = Showcase(repository)
    for width in (320, 1280):
        assert check_pages(browser, site, show, PAGES, View("light", width, measured=False), locale=code) == {}


@pytest.mark.browser
@pytest.mark.usefixtures("invented")
def test_pages_are_mirrored_for_languages_from_right_to_left(browser: Browser, site: str, repository: Any) -> None:
    show = Showcase(repository)
    page = browser.new_page(locale=RIGHT_TO_LEFT, viewport={"width": 1280, "height": 900})
    places = "selector => document.querySelector(selector).getBoundingClientRect().left"
    for address, main, side in (
        (f"/records/{show.newest}", ".record-main", ".record-side"),
        ("/search", "details.facets", ".search-main"),
        ("/", "header .main-nav", "header .logo"),
    ):
        page.goto(site + address)
        assert page.evaluate("document.documentElement.dir") == "rtl"
        first, second = page.evaluate(places, main), page.evaluate(places, side)
        assert (first > second) is (main != "header .main-nav"), address
    assert pseudo("Newest records") in page.inner_text("main")
