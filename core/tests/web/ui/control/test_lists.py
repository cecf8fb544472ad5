"""Lists of the control panel are filtered in place where there are scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser


@pytest.mark.slow
def test_users_are_filtered_in_place(browser: Browser, site: str, administrator: Any, ada: Any, grace: Any) -> None:
    context = browser.new_context()
    sign_in(context, site, administrator)
    page = context.new_page()
    page.goto(f"{site}/control/users")
    page.evaluate("window.stayed = true")
    page.fill("#f-q", "hopper")
    page.keyboard.press("Enter")
    page.wait_for_url("**q=hopper**")
    page.get_by_role("link", name="Ada Lovelace").wait_for(state="detached")
    assert page.get_by_role("link", name="Grace Hopper").is_visible()
    assert page.evaluate("document.activeElement.id") == "f-q"
    assert page.locator("#announcements").text_content() == "1 account"
    page.get_by_role("link", name="Show all").click()
    page.get_by_role("link", name="Ada Lovelace").wait_for()
    page.goto(f"{site}/control/records")
    page.evaluate("window.stayed = true")
    page.fill("#f-q", '"a')
    page.keyboard.press("Enter")
    page.wait_for_selector("#error-summary")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.evaluate("window.stayed")
