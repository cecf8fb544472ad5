"""The field with suggestions, in a real Chromium: keyboard, pointer, chips, without JavaScript, accessibility."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

HEAD = '{{ bundle("deposit.css") }}{{ bundle("deposit.js") }}'
IMPORT = (
    '{% from "components/combobox.html" import combobox, combobox_select, vocabulary_combobox with context %}<form>'
)
LICENCE = (
    IMPORT + '{{ vocabulary_combobox("licenses", "licence", "Licence", tags="recommended", id_name="licence_id") }}'
)
SUBJECTS = IMPORT + (
    '{{ vocabulary_combobox("languages", "word", "Subjects", id_name="word_id", free=true, multiple=true,'
    ' chosen=[{"value": "eng", "title": "English"}, {"value": "sea ice", "title": "sea ice", "free": true}]) }}'
)
ROLE = IMPORT + (
    '{{ combobox_select("role", "Role", [("", ""), ("editor", "Éditeur"), ("People", [("author", "Author"),'
    ' ("other", "Other")])], value="author") }}'
)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def form(context: BrowserContext, show: Callable[..., Any]) -> Callable[[str], Page]:
    return lambda source: show(context, source + '<button type="submit">Send</button></form>', HEAD)


def sent(page: Page) -> list[list[str]]:
    """What the form would send."""
    found: list[list[str]] = page.evaluate("[...new FormData(document.querySelector('main form'))]")
    return found


def test_recommended_terms_come_first_and_any_can_be_searched(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    box = page.get_by_role("combobox", name="Licence")
    box.click()
    page.get_by_role("option", name="Creative Commons Attribution 4.0").wait_for()
    assert page.get_by_role("option").count() < 15
    box.type("apache 2")
    page.get_by_role("option", name="Apache License 2.0").first.click()
    assert sent(page) == [["licence", "Apache License 2.0"], ["licence_id", "apache-2.0"]]
    assert box.get_attribute("aria-expanded") == "false"


def test_what_was_typed_just_before_choosing_does_not_open_the_list_again(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    box = page.get_by_role("combobox", name="Licence")
    box.fill("apache 2")
    page.get_by_role("option", name="Apache License 2.0").first.wait_for()
    page.evaluate(
        """() => {
            const input = document.querySelector("main [role=combobox]");
            input.value = "apache 2.0";
            input.dispatchEvent(new Event("input", { bubbles: true }));
            document.querySelector("main [role=option]").click();
        }"""
    )
    page.wait_for_timeout(400)  # the script waits 150 ms before it asks
    assert box.get_attribute("aria-expanded") == "false"


def test_the_keyboard_alone_does(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    box = page.get_by_role("combobox", name="Licence")
    box.focus()
    page.keyboard.type("apache li")
    page.get_by_role("option").first.wait_for()
    assert "Suggestions:" in page.get_by_role("status").filter(has_text="Suggestions").inner_text()
    page.keyboard.press("ArrowDown")
    active = box.get_attribute("aria-activedescendant")
    assert page.locator(f"#{active}").get_attribute("aria-selected") == "true"
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sent(page)[1][1].startswith("apache")
    page.keyboard.press("End")
    page.keyboard.type("x")
    assert sent(page)[1] == ["licence_id", ""]
    page.get_by_role("option").first.wait_for(state="hidden")
    page.keyboard.press("Tab")
    page.get_by_text("Please choose one of the suggestions.").wait_for()
    assert box.get_attribute("aria-invalid") == "true"


def test_escape_closes_the_list_and_keeps_the_text(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    box = page.get_by_role("combobox", name="Licence")
    box.focus()
    page.keyboard.type("mit")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Escape")
    assert page.get_by_role("option").count() == 0
    assert box.input_value() == "mit"


def test_a_title_typed_in_full_is_as_good_as_chosen(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    page.get_by_role("combobox", name="Licence").focus()
    page.keyboard.type("apache license 2.0")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Tab")
    assert sent(page)[1] == ["licence_id", "apache-2.0"]


def test_several_values_are_chips_that_can_be_removed(form: Callable[[str], Page]) -> None:
    page = form(SUBJECTS)
    assert sent(page) == [["word_id", "eng"], ["word", "sea ice"], ["word_add", ""]]
    box = page.get_by_role("combobox", name="Subjects")
    box.focus()
    page.keyboard.type("Glaciers; of course")
    page.keyboard.press("Enter")
    page.keyboard.type("german")
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert sent(page)[:4] == [
        ["word_id", "eng"],
        ["word", "sea ice"],
        ["word", "Glaciers; of course"],
        ["word_id", "deu"],
    ]
    page.keyboard.press("Backspace")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')").startswith("Remove German")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Remove Glaciers; of course"
    page.get_by_role("button", name="Remove English").click()
    assert sent(page)[:2] == [["word", "sea ice"], ["word", "Glaciers; of course"]]


def test_a_pasted_list_becomes_as_many_chips(form: Callable[[str], Page], context: BrowserContext) -> None:
    page = form(SUBJECTS)
    page.get_by_role("combobox", name="Subjects").evaluate(
        """input => {
          const data = new DataTransfer();
          data.setData("text", "snow\\nfirn; sea ice\\n");
          input.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
        }"""
    )
    assert [value for name, value in sent(page) if name == "word"] == ["sea ice", "snow", "firn"]


def test_a_select_is_filtered_whatever_the_accents(form: Callable[[str], Page]) -> None:
    page = form(ROLE)
    box = page.get_by_role("combobox", name="Role")
    assert box.input_value() == "Author"
    box.fill("edit")
    page.get_by_role("option", name="Éditeur").click()
    assert sent(page) == [["role", "editor"]]
    box.fill("people")
    page.get_by_role("option", name="Author").wait_for()
    assert page.get_by_role("option").count() == 2


def test_others_hear_of_a_choice(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    page.evaluate(
        """() => { window.heard = [];
          document.addEventListener("change", event => window.heard.push(event.target.name));
          document.addEventListener("combobox:choose", event => window.heard.push(event.detail.id)); }"""
    )
    page.get_by_role("combobox", name="Licence").fill("apache license 2.0")
    page.get_by_role("option").first.click()
    assert page.evaluate("window.heard.includes('licence_id') && window.heard.includes('apache-2.0')")


def test_trouble_with_the_server_is_told_and_the_field_still_works(form: Callable[[str], Page]) -> None:
    page = form(LICENCE)
    page.route("**/api/vocabularies/**", lambda route: route.abort())
    box = page.get_by_role("combobox", name="Licence")
    box.fill("apache")
    page.get_by_text("Suggestions cannot be loaded at the moment.").wait_for(state="attached")
    assert sent(page) == [["licence", "apache"], ["licence_id", ""]]


def test_without_javascript_fields_boxes_and_selects_remain(browser: Browser, show: Callable[..., Any]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = show(context, LICENCE + SUBJECTS.removeprefix(IMPORT) + ROLE.removeprefix(IMPORT) + "</form>", HEAD)
    assert page.get_by_label("Licence").is_visible()
    assert page.get_by_role("checkbox", name="English").is_checked()
    assert page.get_by_role("combobox", name="Role").evaluate("box => box.tagName") == "SELECT"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(browser: Browser, show: Callable[..., Any], scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844}, has_touch=True)
    page = show(context, LICENCE + SUBJECTS.removeprefix(IMPORT) + ROLE.removeprefix(IMPORT) + "</form>", HEAD)
    box = page.get_by_role("combobox", name="Licence")
    box.tap()
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
    assert found.violations_count == 0, found.generate_report()
    page.get_by_role("option").nth(1).tap()
    assert sent(page)[1][1]
    context.close()
