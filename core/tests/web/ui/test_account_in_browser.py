"""Search and account pages in a real Chromium: by keyboard alone, without scripts, sent twice, and gone back to."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from muniment.repository import Repository
from muniment.testing.people import Person

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDE = {"width": 1280, "height": 900}
_NAME = """() => {
  const one = document.activeElement;
  const label = one.labels?.[0]?.textContent ?? one.getAttribute('aria-label') ?? one.textContent;
  return (label || one.value || '').replace(/\\s+/g, ' ').trim();
}"""
_RINGED = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0;
}"""


def tab_to(page: Page, name: str, *, most: int = 80) -> None:
    """Press Tab until what has the focus is called `name`; each stop on the way shows that it has the focus."""
    seen = []
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue  # between the end of the page and its beginning
        seen.append(page.evaluate(_NAME))
        assert page.evaluate(_RINGED), f"{seen[-1]} has the focus and does not show it"
        if seen[-1].startswith(name):
            return
    raise AssertionError(f"Tab never came to {name!r}, but to {seen}")


def sign_in(page: Page, site: str, person: Person) -> None:
    page.goto(f"{site}/login")
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", person.password)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(f"{site}/")


def test_one_finds_filters_sorts_and_reads_by_keyboard(
    browser: Browser, site: str, make_record: Callable[..., Any]
) -> None:
    for title in ("Drift of ice", "Drift of sand"):
        make_record(title)
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(site)
    page.keyboard.press("/")
    page.keyboard.type("drift")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?q=drift")
    tab_to(page, "Dataset")
    page.keyboard.press("Enter")
    page.wait_for_url("**resource_type=dataset*")
    tab_to(page, "Sort by")
    page.keyboard.press("End")
    page.wait_for_url("**sort=*")
    tab_to(page, "Drift of")
    page.keyboard.press("Enter")
    page.wait_for_url("**/records/*")
    assert page.inner_text("h1").startswith("Drift of")


def test_one_signs_in_and_changes_settings_by_keyboard(
    browser: Browser, site: str, ada: Person, repository: Repository, make_draft: Callable[..., Any]
) -> None:
    make_draft("Lichen of the coast")
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(f"{site}/login")
    tab_to(page, "E-mail address")
    page.keyboard.type(ada.email)
    tab_to(page, "Password")
    page.keyboard.type(ada.password)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/")
    while page.evaluate("document.activeElement.tagName") != "SUMMARY":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    tab_to(page, "My uploads")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/me/uploads")
    tab_to(page, "More actions")
    page.keyboard.press("Enter")
    assert page.is_visible(".pop a:has-text('Preview')")
    page.keyboard.press("Escape")
    assert not page.is_visible(".pop a:has-text('Preview')")
    assert page.evaluate(_NAME).startswith("More actions")
    page.goto(f"{site}/account/settings/preferences")
    tab_to(page, "As chosen on each device")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=saved")
    assert repository.users.get(ada.subject).theme == "dark"
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_what_is_wrong_is_focused_and_leads_to_its_field(browser: Browser, site: str) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(f"{site}/signup")
    page.fill("input[name=email]", "ada@example.org")
    page.eval_on_selector("input[name=password]", "input => { input.removeAttribute('minlength'); }")
    page.fill("input[name=password]", "short")
    page.press("input[name=password]", "Enter")
    page.wait_for_selector("#error-summary")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    assert page.input_value("input[name=email]") == "ada@example.org"
    tab_to(page, "The password needs at least 8 characters.")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.name") == "password"


def test_colours_of_the_account_reach_each_device_once(
    browser: Browser, site: str, ada: Person, repository: Repository
) -> None:
    page = browser.new_context(viewport=WIDE, color_scheme="light").new_page()
    theme = "document.documentElement.dataset.theme ?? ''"
    sign_in(page, site, ada)
    repository.users.update_profile(ada.actor, ada.subject, {"theme": "dark"})
    page.reload()
    assert page.evaluate(theme) == "dark"
    page.check("m-theme input[value=light]", force=True)
    page.reload()
    assert page.evaluate(theme) == "light", "what is chosen on the device counts from then on"
    repository.users.update_profile(ada.actor, ada.subject, {"theme": "auto"})
    page.reload()
    assert page.evaluate(theme) == ""


def test_a_form_that_is_clicked_twice_is_sent_once(
    browser: Browser, site: str, ada: Person, repository: Repository
) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    sign_in(page, site, ada)
    page.goto(f"{site}/account/settings/applications")
    page.fill("input[name=name]", "laptop")
    page.eval_on_selector(
        "form:has(input[name=name]) button[type=submit]", "button => { button.click(); button.click(); }"
    )
    page.wait_for_selector("#new-token")
    assert [token.name for token in repository.tokens.of(ada.subject)] == ["laptop"]


def test_going_back_to_a_form_and_sending_it_again_does_no_harm(
    browser: Browser, site: str, ada: Person, repository: Repository
) -> None:
    page = browser.new_context(viewport=WIDE).new_page()
    page.goto(f"{site}/signup")
    for _ in range(2):
        page.fill("input[name=email]", "grace@example.org")
        page.fill("input[name=password]", "a long enough password 1867")
        page.press("input[name=password]", "Enter")
        page.wait_for_url("**/signup/sent")
        page.go_back()
    assert repository.users.find("grace@example.org") is not None
    sign_in(page, site, ada)
    page.go_back()
    page.goto(f"{site}/account/settings/profile")
    page.fill("input[name=full_name]", "Ada King")
    page.press("input[name=full_name]", "Enter")
    page.wait_for_url("**done=saved")
    page.go_back()
    page.fill("input[name=full_name]", "Ada Lovelace")
    page.press("input[name=full_name]", "Enter")
    page.wait_for_url("**done=saved")
    assert repository.users.get(ada.subject).full_name == "Ada Lovelace"
    page.click("details.menu summary")
    with page.expect_navigation(url=lambda address: "/account/" not in address):
        page.click("details.menu button[type=submit]")
    page.go_back()
    page.reload()
    assert "/login" in page.url, "after signing out nothing can be looked at by going back"


def test_account_pages_work_without_scripts(
    browser: Browser, site: str, ada: Person, repository: Repository, make_draft: Callable[..., Any]
) -> None:
    make_draft("Lichen of the coast")
    page = browser.new_context(java_script_enabled=False, viewport=WIDE).new_page()
    sign_in(page, site, ada)
    page.goto(f"{site}/me/uploads")
    page.select_option("#state", "draft")
    page.click("form.list-tools button[type=submit]")
    assert "state=draft" in page.url
    assert page.is_visible("text=Lichen of the coast")
    page.click("button:has-text('More actions'), button[aria-label^='More actions']")
    assert page.is_visible(".pop a:has-text('Preview')")
    page.goto(f"{site}/account/settings/preferences")
    page.check("input[name=theme][value=dark]")
    page.click("main form button[type=submit]")
    assert page.get_attribute("html", "data-theme") == "dark"
    page.goto(f"{site}/account/settings/privacy")
    page.click("text=Make a copy")
    with page.expect_download() as download:
        page.click("button:has-text('Download')")
    assert download.value.suggested_filename.endswith(".zip")
    page.goto(f"{site}/account/settings/delete")
    page.fill("input[name=address]", ada.email)
    page.fill("input[name=password]", ada.password)
    page.click("text=Delete my account")
    assert page.is_visible("text=a message tells you when your account will be deleted")
    page.fill("input[name=email]", ada.email)
    page.fill("input[name=password]", ada.password)
    page.click("main form button[type=submit]")
    assert page.is_visible("text=your account will not be deleted")
