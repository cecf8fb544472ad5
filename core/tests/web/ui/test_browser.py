"""The pages in a real Chromium: accessibility, width, themes, keyboard, no JavaScript, stored attacks."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from muniment.access.actor import SYSTEM

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
WIDE, NARROW, NARROWEST = (
    {"width": 1280, "height": 900},
    {"width": 390, "height": 844},
    {"width": 320, "height": 640},
)


@pytest.fixture
def addresses(repository: Any, make_record: Callable[..., Any], record: dict[str, Any], ada: Any) -> dict[str, str]:
    """One address of each kind of page, with records that have something in every field."""
    metadata = {name: value for name, value in record["metadata"].items() if name not in ("title", "creators")}
    metadata["subjects"] = [{"subject": "Sea ice"}, {"subject": "verylongsubject" * 12}]
    files = {
        "README.md": b"# Read me\n\n" + b"words " * 400,
        "tables/2016/a.csv": b"time,value\n" + b"2016-01-01,1.5\n" * 80,
        "verylongnamewithoutanyspace" * 6 + ".bin": b"x",
    }
    full = make_record(title="深海 and averyveryverylongwordthatdoesnotend" * 3, metadata=metadata, files=files)
    draft = repository.records.new_version(ada.actor, full.id)
    repository.records.import_files(ada.actor, draft.id)
    repository.records.publish(ada.actor, draft.id)
    gone = make_record(title="Withdrawn")
    repository.records.delete(
        SYSTEM, gone.id, {"removal_reason": {"id": "retracted"}, "note": "Why", "is_visible": True}
    )
    closed = make_record(record_access="restricted", files_access="restricted")
    unfinished = repository.records.create(ada.actor, {"metadata": {"title": "Unfinished"}})
    return {
        "front": "/",
        "search": "/search?q=deep+OR+and&resource_type=dataset&subject=Sea+ice",
        "all": "/search",
        "query error": "/search?q=%22a",
        "no result": "/search?q=nothingatall",
        "help": "/help/search",
        "record": f"/records/{full.id}",
        "preview": f"/records/{full.id}/preview/tables/2016/a.csv",
        "tombstone": f"/records/{gone.id}",
        "forbidden": f"/records/{closed.id}",
        "missing": "/records/999999",
        "licences": "/licences",
        "sign in": "/login",
        "sign up": "/signup",
        "uploads": "/me/uploads",
        "draft": f"/records/{unfinished.id}?preview=1",
        "profile": "/account/settings/profile",
        "security": "/account/settings/security",
    }


OWN = ("uploads", "draft", "profile", "security")


def _sign_in(page: Page, site: str, person: Any) -> None:
    page.goto(f"{site}/login")
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("main form.form-card button[type=submit]")
    page.wait_for_url(f"{site}/")


def _messages(page: Page) -> list[str]:
    """What the console complains about, except for the status of the page itself."""
    found: list[str] = []
    page.on("console", lambda message: found.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.append(str(error)))
    return found


def _visit(context: BrowserContext, site: str, name: str, address: str) -> Page:
    page = context.new_page()
    complaints = _messages(page)
    page.goto(site + address, wait_until="load")
    assert [text for text in complaints if "status of 4" not in text] == [], name
    return page


def _contexts(browser: Browser, site: str, person: Any, **options: Any) -> tuple[BrowserContext, BrowserContext]:
    """A visitor and somebody signed in."""
    visitor, member = browser.new_context(**options), browser.new_context(**options)
    page = member.new_page()
    _sign_in(page, site, person)
    page.close()
    return visitor, member


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule(
    browser: Browser, site: str, addresses: dict[str, str], ada: Any, scheme: Any
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    for viewport in (WIDE, NARROW) if scheme == "light" else (WIDE,):
        visitor, member = _contexts(browser, site, ada, color_scheme=scheme, viewport=viewport, bypass_csp=True)
        for name, address in addresses.items():
            page = _visit(member if name in OWN else visitor, site, name, address)
            found = axe.run(page, options=RULES).response["violations"]
            told = [(rule["id"], node["html"]) for rule in found for node in rule["nodes"]]
            assert told == [], (name, scheme, viewport["width"])
            page.close()


@pytest.mark.slow
def test_no_page_is_wider_than_a_narrow_screen(
    browser: Browser, site: str, addresses: dict[str, str], ada: Any
) -> None:
    visitor, member = _contexts(browser, site, ada, viewport=NARROWEST)
    for name, address in addresses.items():
        page = _visit(member if name in OWN else visitor, site, name, address)
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"], name
        page.close()


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
    page = browser.new_context(viewport=WIDE).new_page()
    _sign_in(page, site, ada)
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
def test_nothing_that_was_deposited_runs(browser: Browser, site: str, make_record: Callable[..., Any]) -> None:
    """Polyglots and scripts in texts, opened on the record page, in previews and directly (CVE-2019-1020019)."""
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
    assert [url for url in elsewhere if not url.startswith(("data:", "blob:"))] == []
