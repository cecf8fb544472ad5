"""What a first view of a record costs, measured in a real Chromium."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

#: Bytes of all that is loaded, as packed on the way, with fonts and without images.
MOST = 60_000
WIDTHS = (390, 1280)

METADATA: dict[str, Any] = {
    "title": "Hourly sea-ice drift vectors for the Fram Strait derived from Sentinel-1, 2016–2025",
    "description": "<p>We provide hourly drift vectors on a grid, derived by <em>maximum</em> cross-correlation.</p>"
    * 6,
    "version": "2.1",
    "references": [{"reference": f"Kwok, R. (19{number}). Fram Strait ice fluxes. JGR."} for number in range(70, 90)],
    "subjects": [{"subject": f"subject {number}"} for number in range(8)],
}
FILES = {f"data/{year}/drift_{year}.csv": b"time,u,v\n" + b"2016-01-01,1.5,2.5\n" * 50 for year in range(2016, 2026)}

#: Remembers how much the layout has moved, from the first moment on.
WATCH = """
window.moved = 0;
window.movers = [];
new PerformanceObserver(list => {
  for (const entry of list.getEntries()) {
    window.moved += entry.value;
    window.movers.push(...entry.sources.map(source => source.node?.outerHTML?.slice(0, 200)));
  }
}).observe({type: "layout-shift", buffered: true});
"""


#: How long the title is on one line: it differs by the font.
TITLE_WIDTH = """() => {
  const range = document.createRange();
  range.selectNodeContents(document.querySelector("h1"));
  document.querySelector("h1").style.whiteSpace = "nowrap";
  return range.getBoundingClientRect().width;
}"""


@pytest.fixture
def record(make_record: Callable[..., Any]) -> str:
    """The path of a record with a description, ten files in folders and twenty references."""
    return f"/records/{make_record(title=METADATA['title'], metadata=METADATA, files=FILES).id}"


def _watched(context: BrowserContext) -> tuple[Page, dict[str, int]]:
    """A page without a cache, and the bytes that each address costs it."""
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    answers: dict[str, dict[str, Any]] = {}
    costs: dict[str, int] = {}

    def answered(event: dict[str, Any]) -> None:
        answers[event["requestId"]] = event["response"]

    def finished(event: dict[str, Any]) -> None:
        answer = answers.get(event["requestId"])
        if answer is not None and not answer["mimeType"].startswith("image/"):
            costs[answer["url"]] = int(event["encodedDataLength"] - answer["encodedDataLength"])

    session.on("Network.responseReceived", answered)
    session.on("Network.loadingFinished", finished)
    return page, costs


@pytest.mark.parametrize("width", WIDTHS)
def test_a_first_view_is_light_and_nothing_moves(browser: Browser, site: str, record: str, width: int) -> None:
    page, costs = _watched(browser.new_context(viewport={"width": width, "height": 900}))
    page.goto(site + record, wait_until="networkidle")
    page.wait_for_function("document.fonts.status === 'loaded'")
    assert sum(costs.values()) <= MOST, sorted(costs.items(), key=lambda item: -item[1])
    assert page.evaluate("window.moved") == 0, page.evaluate("window.movers")


@pytest.mark.parametrize("width", WIDTHS)
def test_fonts_that_come_late_move_nothing_and_are_there_on_the_next_page(
    browser: Browser, app: Flask, site: str, record: str, width: int
) -> None:
    send = app.view_functions["static.file"]

    def late(path: str) -> Any:
        time.sleep(2 if path.endswith(".woff2") else 0)
        return send(path)

    app.view_functions["static.file"] = late
    context = browser.new_context(viewport={"width": width, "height": 900})
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(site + record, wait_until="networkidle")
    painted = page.evaluate("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    loaded = page.evaluate("performance.getEntriesByType('resource').find(one => one.name.endsWith('2')).responseEnd")
    assert painted < loaded
    assert page.evaluate("window.moved") == 0, page.evaluate("window.movers")
    before = page.evaluate(TITLE_WIDTH)
    page.goto(site + record, wait_until="networkidle")
    assert page.evaluate("window.moved") == 0, page.evaluate("window.movers")
    assert page.evaluate(TITLE_WIDTH) != before


def test_a_page_loads_only_the_fonts_of_its_scripts(
    browser: Browser, site: str, make_record: Callable[..., Any]
) -> None:
    record = make_record(title="Стихотворные размеры", metadata={"description": "<p>Пять схем.</p>"})
    page, costs = _watched(browser.new_context())
    page.goto(f"{site}/records/{record.id}", wait_until="networkidle")
    loaded = {url.rpartition("/")[2] for url in costs if url.endswith(".woff2")}
    assert {"inter-core.woff2", "serif-core.woff2", "serif-cyrillic.woff2"} <= loaded
    assert not {name for name in loaded if "greek" in name or "vietnamese" in name}
