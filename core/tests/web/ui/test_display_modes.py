"""What people set in their system: forced colours, no motion, large zoom, paper. One browser, few pages each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import sign_in, too_wide
from muniment.testing.page_types import CORE_PAGES
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

PAGES = {page.name: page for page in CORE_PAGES}

#: Controls that one sees only by their colour, and icons that have the colour of what is behind them.
UNSEEN = """() => {
  const shown = element => element.checkVisibility({ visibilityProperty: true })
    && element.getBoundingClientRect().width > 4 && getComputedStyle(element).clipPath === 'none';
  const behind = element => {
    for (let node = element; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (colour !== 'rgba(0, 0, 0, 0)') return colour;
    }
    return 'rgb(255, 255, 255)';
  };
  const bare = [...document.querySelectorAll('.btn, input, select, textarea, .notice, .chip')]
    .filter(shown)
    .filter(one => !['radio', 'checkbox', 'hidden'].includes(one.type) && !one.closest('m-theme'))
    .filter(one => ![one, one.parentElement].some(box => parseFloat(getComputedStyle(box).borderTopWidth) > 0));
  const faint = [...document.querySelectorAll('svg.icon')].filter(shown)
    .filter(icon => getComputedStyle(icon).stroke === behind(icon));
  return [...bare, ...faint].map(element => element.outerHTML.slice(0, 160));
}"""

#: Style and width (px) of the ring around what has the focus.
OUTLINE = """() => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle, parseFloat(style.outlineWidth)];
}"""

#: Elements that move by themselves or on a change.
MOVING = """() => {
  const still = value => value.split(', ').every(part => part === '0s');
  const moving = [...document.querySelectorAll('*')].filter(element => {
    const style = getComputedStyle(element);
    return !still(style.transitionDuration) || !still(style.animationDuration);
  });
  if (getComputedStyle(document.documentElement).scrollBehavior !== 'auto') moving.push(document.documentElement);
  return moving.map(element => element.outerHTML.slice(0, 120));
}"""

#: What is fixed or sticks while the page scrolls, with the part of the window that it covers.
STUCK = """() => [...document.querySelectorAll('*')]
  .filter(element => ['fixed', 'sticky'].includes(getComputedStyle(element).position))
  .map(element => [element.getBoundingClientRect(), element.className])
  .filter(([box]) => box.width && box.top < innerHeight && box.bottom > 0)
  .map(([box, name]) => [name, (Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)) / innerHeight])"""

#: Boxes on paper that hold more than they show.
CUT = """() => [...document.querySelectorAll('main *')]
  .filter(element => element.checkVisibility() && !element.closest('.sr, svg'))
  .filter(element => {
    const style = getComputedStyle(element);
    const bound = !['visible', 'clip'].includes(style.overflowY) || style.maxHeight !== 'none';
    return bound || element.scrollWidth > innerWidth;
  })
  .filter(element => element.scrollHeight > element.clientHeight + 2 || element.scrollWidth > element.clientWidth + 2)
  .map(element => element.outerHTML.slice(0, 160))"""


@pytest.fixture
def show(repository: Any) -> Showcase:
    return Showcase(repository)


@contextmanager
def owner(browser: Browser, site: str, show: Showcase, **options: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(**options)
    sign_in(context, site, show.owner)
    yield context
    context.close()


def visit(context: BrowserContext, site: str, show: Showcase, name: str) -> Page:
    page = context.new_page()
    page.goto(site + PAGES[name].path(show))
    return page


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_with_forced_colours_controls_icons_and_focus_are_seen(
    browser: Browser, site: str, show: Showcase, theme: Any
) -> None:
    with owner(browser, site, show, forced_colors="active", color_scheme=theme) as context:
        for name in ("record-of-owner", "search-all", "draft-form", "uploads"):
            page = visit(context, site, show, name)
            assert page.evaluate("matchMedia('(forced-colors: active)').matches")
            assert page.evaluate(UNSEEN) == [], name
            for _ in range(8):
                page.keyboard.press("Tab")
                kind, width = page.evaluate(OUTLINE)
                assert kind not in ("none", ""), (name, page.evaluate("document.activeElement.outerHTML"))
                assert width >= 2
            page.close()


def test_forced_colours_leave_the_chosen_years_and_filters_apart(browser: Browser, site: str, show: Showcase) -> None:
    assert show.record
    context = browser.new_context(forced_colors="active")
    page = context.new_page()
    page.goto(f"{site}/search")
    fill = "getComputedStyle(document.querySelector('.histogram a .column')).fill"
    plain, behind = page.evaluate(fill), page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert plain != behind
    page.locator(".histogram a").first.click()
    page.wait_for_url("**publication_date=**")
    page.locator(".histogram [aria-current]").wait_for()
    assert page.evaluate(fill) not in (plain, behind)
    context.close()


def test_tabs_are_one_row_on_phones_with_the_present_one_in_sight(browser: Browser, site: str, show: Showcase) -> None:
    more = '<li><a href="/me/uploads">Of a plugin</a></li>' * 4
    last = {"published": rf"\1{more}\2\3", "drafts": rf"\1\2{more}\3"}

    def with_more(route: Any) -> None:
        """The same page with tabs of plugins before or after its own."""
        answer = route.fetch()
        tab = route.request.url.rpartition("=")[2]
        body = re.sub(r'(<nav class="tabs".*?<ul>)(.*?)(</ul>)', last[tab], answer.text(), count=1, flags=re.S)
        route.fulfill(response=answer, body=body)

    with owner(browser, site, show, viewport={"width": 320, "height": 640}) as context:
        page = context.new_page()
        page.route("**/me/uploads?*", with_more)
        for tab in last:
            page.goto(f"{site}/me/uploads?tab={tab}")
            tops = page.eval_on_selector_all(".tabs a", "all => all.map(one => one.getBoundingClientRect().top)")
            assert len(tops) == 7
            assert len(set(tops)) == 1
            present = page.locator(".tabs [aria-current]").bounding_box()
            assert present is not None
            assert present["x"] >= 0
            assert present["x"] + present["width"] <= 320
            assert page.evaluate("document.documentElement.scrollWidth") == 320
        before = page.locator(".tabs a").first.bounding_box()
        assert before is not None
        assert before["x"] >= 0, "what fits beside the present one is not pushed away"


def test_nothing_moves_for_those_who_do_not_want_it(browser: Browser, site: str, show: Showcase) -> None:
    with owner(browser, site, show, reduced_motion="reduce") as context:
        for name in ("record-of-owner", "search-all", "draft-form"):
            page = visit(context, site, show, name)
            assert page.evaluate(MOVING) == [], name
            page.close()


@pytest.mark.parametrize(
    "name", ["front", "search-all", "record", "file-preview", "draft-form-full", "uploads", "sign-in"]
)
def test_at_400_percent_nothing_scrolls_sideways_and_nothing_covers_the_page(
    browser: Browser, site: str, show: Showcase, name: str
) -> None:
    options = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}
    with owner(browser, site, show, **options) as context:
        if PAGES[name].role == "stranger":
            context.clear_cookies()
        page = visit(context, site, show, name)
        assert too_wide(page) == []
        page.evaluate("scrollTo(0, document.body.scrollHeight / 2)")
        covered = {place: part for place, part in page.evaluate(STUCK) if part > 0.4}
        assert covered == {}


def test_a_record_on_paper_is_whole_and_only_itself(browser: Browser, site: str, show: Showcase) -> None:
    context = browser.new_context(viewport={"width": 794, "height": 1123})
    for number in (show.newest, show.crowd):
        page = context.new_page()
        page.goto(f"{site}/records/{number}")
        page.emulate_media(media="print")
        for around in (".masthead", ".colophon", "main .btn", "m-copy"):
            assert not [one for one in page.locator(around).all() if one.is_visible()], around
        assert page.evaluate(CUT) == []
        assert page.locator("h1").is_visible()
        page.close()
    page = context.new_page()
    page.goto(f"{site}/records/{show.newest}")
    page.emulate_media(media="print")
    assert "10.5194/tc-20-1123-2026" in page.locator(".record-main").inner_text()
    after = "getComputedStyle(document.querySelector('.licence a'), '::after').content"
    assert page.evaluate(after) != "none", "the address of the licence is spelt out"
    assert page.get_by_text("a.csv").first.is_visible(), "files in folders are listed too"
    page.goto(f"{site}/records/{show.crowd}")
    assert page.get_by_text("Given Family 299").first.is_visible(), "all authors are named"
    context.close()


def test_results_on_paper_are_without_what_one_searches_with(browser: Browser, site: str, show: Showcase) -> None:
    with owner(browser, site, show) as context:
        assert show.record
        page = visit(context, site, show, "search-all")
        page.emulate_media(media="print")
        assert not page.locator(".facets").is_visible()
        assert not page.locator(".search-head").is_visible()
        assert page.locator("article").first.is_visible()
