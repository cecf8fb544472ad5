"""The control panel by keyboard alone: the focus goes through the page in its order, and everything can be done."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import sign_in

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}

#: Where the focus is: its text, its place on the page, and whether it can be seen.
_FOCUS = """() => {
  const element = document.activeElement, box = element.getBoundingClientRect(), style = getComputedStyle(element);
  const name = element.labels?.[0]?.innerText ?? element.innerText;
  return {name: name.trim(), tag: element.tagName, id: element.id, menu: !!element.closest('.control-nav'),
          main: !!element.closest('main'), left: box.left, top: box.top + scrollY,
          seen: style.outlineStyle !== 'none' && box.width > 0 && box.height > 0};
}"""


@pytest.fixture
def open_panel(browser: Browser, site: str, administrator: Any) -> Callable[..., Page]:
    """`open_panel("/control/users")`: that page, for an administrator."""

    def go(path: str, viewport: Any = None) -> Page:
        context = browser.new_context(viewport=viewport or WIDE)
        sign_in(context, site, administrator)
        page = context.new_page()
        page.goto(f"{site}{path}")
        return page

    return go


def _walk(page: Page, most: int = 80) -> list[dict[str, Any]]:
    """Every stop in the main part of the page, from the skip link on."""
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS)["name"] == "Skip to content"
    page.keyboard.press("Enter")
    stops = []
    for _ in range(most):
        page.keyboard.press("Tab")
        stop = page.evaluate(_FOCUS)
        if not stop["main"]:
            break
        stops.append(stop)
    return stops


def _to(page: Page, name: str) -> None:
    """Press Tab until the focus is on what is called so."""
    for _ in range(80):
        page.keyboard.press("Tab")
        if page.evaluate(_FOCUS)["name"].startswith(name):
            return
    pytest.fail(f"'{name}' cannot be reached by keyboard")


@pytest.mark.slow
def test_the_focus_goes_through_the_menu_and_then_down_the_page(
    open_panel: Callable[..., Page], ada: Any, grace: Any
) -> None:
    page = open_panel("/control/users")
    stops = _walk(page)
    menu = [stop["name"] for stop in stops if stop["menu"]]
    assert menu == [
        "Overview", "Users", "Roles", "Domains", "Records", "Drafts", "Vocabularies", "Appearance", "Texts", "Pages",
        "Menus", "Banners", "Jobs", "Outbox", "Search index", "Audit trail", "Settings", "Plugins", "Hooks", "System",
    ]  # fmt: skip
    assert [stop["menu"] for stop in stops] == sorted((stop["menu"] for stop in stops), reverse=True)
    content = [stop["name"] for stop in stops if not stop["menu"]]
    first = [name.removesuffix(" optional") for name in content[:6]]
    assert first == ["Invite somebody", "Name or address", "State", "Role", "Order", "Search"]
    assert {"Grace Hopper", "Ada Lovelace"} <= set(content)
    tops = [stop["top"] for stop in stops if not stop["menu"]]
    assert all(later >= earlier - 60 for earlier, later in pairwise(tops)), "it never goes back up"
    assert all(stop["seen"] for stop in stops), [stop["name"] for stop in stops if not stop["seen"]]


@pytest.mark.slow
def test_somebody_is_blocked_by_keyboard_alone(open_panel: Callable[..., Page], repository: Any, grace: Any) -> None:
    page = open_panel("/control")
    _to(page, "Users")
    page.keyboard.press("Enter")
    page.wait_for_url("**/control/users")
    _to(page, "Name or address")
    page.keyboard.type("hopper")
    page.keyboard.press("Enter")
    page.wait_for_url("**/control/users?q=hopper*")
    _to(page, "Grace Hopper")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/control/users/{grace.subject}")
    _to(page, "Block")
    page.keyboard.press("Enter")
    page.wait_for_url("**/block")
    _to(page, "Block the account")
    page.keyboard.press("Enter")
    page.wait_for_url("**done=block")
    assert page.get_by_role("status").filter(has_text="The account is blocked.").is_visible()
    assert repository.users.get(grace.subject).blocked_at is not None


@pytest.mark.slow
def test_the_menu_unfolds_on_narrow_pages(open_panel: Callable[..., Page]) -> None:
    page = open_panel("/control/roles", NARROW)
    assert not page.get_by_role("link", name="Users", exact=True).is_visible()
    _to(page, "Control panel")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate(_FOCUS)["name"] == "Overview"


def test_the_focus_is_on_what_is_wrong_with_a_form(open_panel: Callable[..., Page]) -> None:
    page = open_panel("/control/roles")
    page.fill("#f-name", "Not A Name")
    page.keyboard.press("Enter")
    page.wait_for_selector("#error-summary")
    assert page.evaluate(_FOCUS)["id"] == "error-summary"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(_FOCUS)["id"] == "f-name"


def test_the_menu_is_there_without_scripts(browser: Browser, site: str, administrator: Any) -> None:
    context = browser.new_context(viewport=WIDE, java_script_enabled=False)
    sign_in(context, site, administrator)
    page = context.new_page()
    page.goto(f"{site}/control")
    page.click(".control-menu >> text=Audit trail")
    assert page.url == f"{site}/control/audit"
