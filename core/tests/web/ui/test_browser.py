"""The pages in a real Chromium: themes, keyboard, no JavaScript, stored attacks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}


def test_chosen_colours_stay_and_are_there_before_the_first_paint(browser: Browser, site: str) -> None:
    context = browser.new_context(viewport=WIDE, color_scheme="light")
    page = context.new_page()
    page.goto(f"{site}/help/search")
    page.check("m-theme input[value=dark]", force=True)
    background = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(background) == "rgb(17, 20, 24)"
    page.add_init_script(
        "new MutationObserver(() => { window.first ??= document.documentElement.dataset.theme ?? 'none'; })"
        ".observe(document, {childList: true, subtree: true, attributes: true})"
    )
    page.goto(f"{site}/licences")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate(background) == "rgb(17, 20, 24)"
    page.check("m-theme input[value=auto]", force=True)
    page.reload()
    assert page.evaluate(background) == "rgb(251, 250, 248)"


def test_a_citation_is_copied(browser: Browser, site: str, make_record: Callable[..., Any]) -> None:
    record = make_record()
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{site}/records/{record.id}")
    page.click("text=Copy citation")
    page.wait_for_selector("text=Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("Adeyemi, N. (2026). Hourly sea-ice drift vectors [Dataset].")


def test_the_keyboard_reaches_content_and_search(browser: Browser, site: str) -> None:
    page = browser.new_context().new_page()
    page.goto(f"{site}/licences")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"
    page.keyboard.type("a/b")
    assert page.input_value("#q-top") == "a/b"


def test_the_account_menu_closes_with_escape(browser: Browser, site: str, ada: Any) -> None:
    context = browser.new_context(viewport=WIDE)
    sign_in(context, site, ada)
    page = context.new_page()
    page.goto(site)
    page.click("details.menu summary")
    assert page.is_visible("text=My uploads")
    page.keyboard.press("Escape")
    assert not page.is_visible("text=My uploads")


def test_a_choice_of_order_is_sent_at_once(browser: Browser, site: str, make_record: Callable[..., Any]) -> None:
    make_record()
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(f"{site}/search?q=drift")
    assert not page.is_visible("button[data-fallback]")
    page.select_option("#sort", "oldest")
    page.wait_for_url("**/search?q=drift&sort=oldest")


def test_everything_can_be_read_without_scripts(browser: Browser, site: str, make_record: Callable[..., Any]) -> None:
    record = make_record(files={"a/b.csv": b"x,y\n1,2\n"})
    page = browser.new_context(java_script_enabled=False, viewport=WIDE).new_page()
    page.goto(site)
    page.fill("#q", "drift")
    page.click("main form[role=search] button")
    page.select_option("#sort", "oldest")
    page.click("button[data-fallback]")
    assert "sort=oldest" in page.url
    page.click(".result-title a")
    assert page.url == f"{site}/records/{record.id}"
    assert page.is_visible("text=Adeyemi, N. (2026)")
    assert not page.is_visible("text=Copy citation")
    with page.expect_download() as download:
        page.click("a[download]:has-text('Download')")
    assert download.value.suggested_filename == "b.csv"
    page.goto(f"{site}/login")
    assert not page.is_visible("text=Show password")


HOSTILE = '"><svg onload=pwned()><script>pwned()</script><img src=x onerror=pwned()>'
POLYGLOTS: dict[str, bytes] = {
    "page.html": b"<script>pwned()</script>",
    "picture.svg": b'<svg xmlns="http://www.w3.org/2000/svg" onload="pwned()"><script>pwned()</script></svg>',
    "picture.png": b"<html><script>pwned()</script>",
    "table.csv": b'=cmd|"/c calc"!A1,<script>pwned()</script>\n1,<img src=x onerror=pwned()>\n',
    "README.md": b"<img src=x onerror=pwned()> [x](javascript:pwned())",
    "feed.xml": b'<?xml version="1.0"?><x xmlns="http://www.w3.org/1999/xhtml"><script>pwned()</script></x>',
    "notebook.ipynb": b'{"cells": ["<script>pwned()</script>"]}',
    "<img src=x onerror=pwned()>.txt": b"\xef\xbb\xbf+ADw-script+AD4-pwned()",
    "page.mhtml": b"MIME-Version: 1.0\nContent-Type: text/html\n\n<script>pwned()</script>",
}


@pytest.mark.slow
def test_nothing_that_was_deposited_runs(
    browser: Browser, site: str, repository: Any, make_record: Callable[..., Any], ada: Any, administrator: Any
) -> None:
    """Polyglots and scripts in texts, opened on the record page, in previews (CVE-2019-1020019; cells of tables,
    CVE-2024-41675) and directly, in the control panel (CVE-2019-1020003) and in what asks before something is deleted
    (CVE-2023-37901)."""
    from playwright.sync_api import Error as PlaywrightError

    record = make_record(
        title=f"Title {HOSTILE}",
        metadata={
            "description": f"<p>{HOSTILE}</p>",
            "subjects": [{"subject": HOSTILE}],
            "references": [{"reference": HOSTILE}],
            "publisher": HOSTILE,
            "version": HOSTILE,
        },
        files=POLYGLOTS,
    )
    context = browser.new_context(viewport=WIDE, accept_downloads=False)
    context.add_init_script(
        "window.ran = false; window.pwned = () => { window.ran = true; }; window.alert = window.pwned;"
    )
    elsewhere: list[str] = []
    context.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(site) else None)
    page = context.new_page()
    page.goto(f"{site}/records/{record.id}")
    links = page.eval_on_selector_all(".files a, .default-preview a", "links => links.map(link => link.href)")
    assert len(links) > len(POLYGLOTS)
    direct = [link.replace("?download=1", "") for link in links if "download=1" in link]
    for address in [f"{site}/records/{record.id}", f"{site}/", f"{site}/search?q=title", *links, *direct]:
        with contextlib.suppress(PlaywrightError):  # a download is no navigation
            page.goto(address, wait_until="load")
        assert page.evaluate("window.ran") is False, address
    sign_in(context, site, administrator)
    draft = repository.records.edit(ada.actor, record.id)
    panel = f"{site}/control"
    for address in (
        *(f"{panel}/{place}" for place in ("records", "drafts", "audit")),
        *(f"{panel}/records/{record.id}{further}" for further in ("", "/revisions", "/delete")),
        f"{panel}/drafts/{draft.id}/discard",
        f"{site}/records/{record.id}/delete",
        f"{site}/uploads/{draft.id}/discard",
    ):
        answer = page.goto(address, wait_until="load")
        assert answer is not None
        assert answer.status == 200, address
        assert page.evaluate("window.ran") is False, address
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []
