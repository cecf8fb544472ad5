"""Every type of page in a real browser: WCAG 2.2 AA in both themes, no scrolling sideways, a quiet console."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.accessibility import Accessibility
from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import CORE_PAGES, PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.any_database]


@pytest.mark.slow
@pytest.mark.parametrize("view", views(), ids=str)
def test_every_page_is_accessible_and_fits(browser: Browser, site: str, repository: Any, view: View) -> None:
    assert check_pages(browser, site, Showcase(repository), CORE_PAGES, view) == {}


@pytest.mark.parametrize(
    "view",
    [View("light", 1280), View("light", 320, measured=False), View("light", 4000, narrower=(390,))],
    ids=str,
)
def test_a_page_that_does_neither_is_found(
    browser: Browser, site: str, app: Flask, repository: Any, view: View
) -> None:
    page = '<html><title>Bad</title><main><h1>Bad</h1><img src="/favicon.ico"><pre>' + "wide" * 400 + "</pre></main>"
    app.view_functions["about.licences"] = lambda: page
    found = check_pages(browser, site, Showcase(repository), [PageType("bad", "/licences")], view)
    told = "\n".join(found["bad for visitor"])
    assert ("image-alt" in told) is view.measured
    assert "sticks out of the page" in told
    assert ("at 390 px: sticks out" in told) is bool(view.narrower)


def test_contrast_is_measured_once_of_the_same_markup_in_the_same_colours(browser: Browser) -> None:
    accessibility = Accessibility()
    page = browser.new_page(viewport={"width": 1280, "height": 900})

    def faint(content: str, style: str = "", width: int = 1280) -> list[str]:
        page.set_viewport_size({"width": width, "height": 900})
        page.set_content(
            f"<html lang=en><title>t</title><style>p {{ color: #999 }}{style}</style>"
            f"<main><h1>Same</h1><section>{content}</section></main>"
        )
        return [problem for problem in accessibility.problems(page) if problem.startswith("color-contrast")]

    assert len(faint("<p>Faint</p>")) == 1
    assert faint("<p>Faint</p><p style='color: black'>Other</p>") == []
    assert len(faint("<p>Faint</p><p>Faint as well</p>")) == 1
    assert len(faint("<p>Faint</p>", "section { background: #ddd }")) == 1
    assert len(faint("<p>Faint</p>", width=390)) == 1
    page.close()


def test_what_is_faint_in_the_other_theme_alone_is_found_without_another_load(
    browser: Browser, site: str, app: Flask, repository: Any
) -> None:
    faint = "@media (prefers-color-scheme: dark) { body { background: #000 } p { color: #333 } }"
    style = f"<style>:root {{ color-scheme: light dark }} {faint}</style>"
    page = f"<html lang=en><title>One</title>{style}<main><h1>One</h1><p>Faint</p><img src=/favicon.ico></main>"
    app.view_functions["about.licences"] = lambda: page
    view = View("light", 1280, narrower=(390,), recoloured=("dark",))
    pages = [PageType("faint", "/licences", "stranger"), PageType("again", "/licences", "stranger", both_themes=False)]
    found = check_pages(browser, site, Showcase(repository), pages, view)
    told = [problem.partition(": <")[0] for problem in found.pop("faint for visitor")]
    assert told == ["image-alt", "dark: color-contrast", "at 390 px: image-alt", "at 390 px: dark: color-contrast"]
    assert found == {}


def test_controls_with_the_names_of_properties_are_measured_like_others(browser: Browser) -> None:
    page = browser.new_page()
    page.set_content(
        "<html lang=en><title>t</title><main><h1>A form</h1><form><label>Subcommunities <input name=children></label>"
        "<p style='color: #999'>Faint</p></form></main>"
    )
    assert [problem.partition(":")[0] for problem in Accessibility().problems(page)] == ["color-contrast"]
    page.close()


def test_with_everything_each_role_sees_each_page_in_each_way(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUNIMENT_TEST_EVERY_PAGE", "1")
    ways = {
        (theme, width)
        for view in views()
        for theme in (view.theme, *view.recoloured)
        for width in (view.width, *view.narrower)
    }
    assert ways == {(theme, width) for theme in ("light", "dark") for width in (320, 390, 1280)}
    assert all(view.measured for view in views())
