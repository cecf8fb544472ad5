"""The editor of formatted texts in a real Chromium: what is shown is what is sent and stored; nothing in it runs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from muniment.records.schemas.html import clean_html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = [pytest.mark.browser, pytest.mark.any_database]

HEAD = '{{ bundle("deposit.css") }}{{ bundle("deposit.js") }}'
FORM = (
    '{% from "components/richtext.html" import richtext with context %}<form>'
    '{{ richtext("description", "Description", hint="What it is.", value=VALUE) }}'
    '<button class="btn">Send</button></form>'
)
RELATION = ' rel="nofollow noopener noreferrer"'
ATTACKS = [
    '<img src=x onerror="window.__pwned=1">a',
    "<script>window.__pwned=1</script>b",
    '<a href="javascript:window.__pwned=1">c</a>',
    "<svg><script>window.__pwned=1</script></svg>d",
    '<iframe srcdoc="<script>parent.__pwned=1</script>"></iframe>e',
    '<math><mtext></p><style><img src onerror="window.__pwned=1"></style></mtext></math>f',
    '<p style="background:url(javascript:window.__pwned=1)" onclick="window.__pwned=1">g</p>',
    '<details open ontoggle="window.__pwned=1">h</details>',
]


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB")
    yield opened
    opened.close()


@pytest.fixture
def edit(context: BrowserContext, show: Callable[..., Any]) -> Callable[..., Page]:
    """`edit(html)`: a page with the editor, and no complaint of the browser about it."""

    def open_editor(value: str = "") -> Page:
        quoted = value.replace("\\", "\\\\").replace("'", "\\'")
        page: Page = show(context, FORM.replace("VALUE", f"'{quoted}'"), HEAD)
        page.evaluate(
            """() => { window.complaints = [];
              addEventListener("securitypolicyviolation", event => complaints.push(event.violatedDirective)); }"""
        )
        return page

    return open_editor


def text_box(page: Page) -> Any:
    return page.get_by_role("textbox", name="Description")


def sent(page: Page) -> str:
    value: str = page.evaluate("new FormData(document.querySelector('main form')).get('description')")
    return value


def paste(page: Page, html: str) -> None:
    text_box(page).evaluate(
        """(box, html) => { const data = new DataTransfer(); data.setData("text/html", html);
          data.setData("text/plain", "plain");
          box.focus();
          const options = { clipboardData: data, bubbles: true, cancelable: true };
          box.dispatchEvent(new ClipboardEvent("paste", options)); }""",
        html,
    )


def tool(page: Page, name: str) -> Any:
    return page.get_by_role("button", name=name, exact=True)


def test_what_is_typed_and_formatted_is_sent(edit: Callable[..., Page]) -> None:
    page = edit()
    text_box(page).click()
    page.keyboard.type("Energy is $E=mc^2$, a < b.")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+b")
    page.keyboard.type("bold")
    page.keyboard.press("Control+b")
    page.keyboard.type(" H")
    tool(page, "Subscript").click()
    page.keyboard.type("2")
    tool(page, "Subscript").click()
    page.keyboard.type("O")
    page.keyboard.press("Enter")
    page.keyboard.type("Data")
    tool(page, "Heading").click()
    assert tool(page, "Heading").get_attribute("aria-pressed") == "true"
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    page.keyboard.type("first")
    tool(page, "Bulleted list").click()
    page.keyboard.press("Enter")
    page.keyboard.type("second")
    assert sent(page) == (
        "<p>Energy is $E=mc^2$, a &lt; b.</p><p><b>bold</b> H<sub>2</sub>O</p><h2>Data</h2>"
        "<ul><li>first</li><li>second</li></ul>"
    )


def test_links_are_checked_and_completed(edit: Callable[..., Page]) -> None:
    page = edit("<p>See the paper</p>")
    text_box(page).click()
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+k")
    field = page.get_by_role("textbox", name="Address")
    field.fill("javascript:alert(1)")
    page.keyboard.press("Enter")
    page.get_by_text("This is no address of a page.").wait_for()
    field.fill("10.5281/zenodo.1234")
    page.keyboard.press("Enter")
    assert sent(page) == '<p><a href="https://doi.org/10.5281/zenodo.1234">See the paper</a></p>'
    tool(page, "Link").click()
    page.get_by_role("button", name="Remove link").click()
    assert sent(page) == "<p>See the paper</p>"


def test_the_toolbar_is_one_stop_and_the_arrows_walk_along_it(edit: Callable[..., Page]) -> None:
    page = edit("<p>text</p>")
    tool(page, "Bold").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Link"
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "HTML source"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getAttribute('role')") == "textbox"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Send"


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("<h1 class=x>Title</h1><p style='color:red'>Red <font size=7>big</font></p>", "<h1>Title</h1><p>Red big</p>"),
        (
            "<b style='font-weight:normal' id='docs-internal-guid'><p><span style='font-weight:700'>Bold</span> and "
            "<span style='vertical-align:super'>up</span></p></b>",
            "<p><b>Bold</b> and <sup>up</sup></p>",
        ),
        (
            "<p class=MsoNormal><o:p></o:p>Word <!--[if gte mso 9]><xml>x</xml><![endif]-->text</p><style>p{}</style>",
            "<p>Word text</p>",
        ),
        ("<table><tr><td width=3 colspan=2>cell</td></tr></table>", "cell"),
        (
            '<p><a href="https://a.example" onclick="x()" target=_blank>link</a></p>',
            '<a href="https://a.example">link</a>',
        ),
    ],
)
def test_what_is_pasted_is_reduced_to_what_is_kept(edit: Callable[..., Page], pasted: str, kept: str) -> None:
    page = edit()
    paste(page, pasted)
    assert kept in sent(page)
    assert not re.search("style|class|onclick|target|font", sent(page))
    assert page.evaluate("complaints") == []


def test_a_pasted_formula_stays_text(edit: Callable[..., Page]) -> None:
    page = edit()
    text_box(page).click()
    page.keyboard.insert_text("$\\frac{a_1}{b^2} < 3$ *no* emphasis _here_")
    assert sent(page) == "<p>$\\frac{a_1}{b^2} &lt; 3$ *no* emphasis _here_</p>"


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_in_a_text_runs(edit: Callable[..., Page], attack: str) -> None:
    page = edit(attack)
    paste(page, attack)
    tool(page, "HTML source").click()
    page.locator("textarea").fill(attack)
    tool(page, "HTML source").click()
    page.wait_for_timeout(100)
    assert page.evaluate("window.__pwned") is None
    assert clean_html(sent(page)).replace(RELATION, "") == sent(page)


STORED = (
    '<p>One <em>two</em> <a href="https://a.example/?a=1&amp;b=2" title="t" rel="nofollow noopener noreferrer">link</a>'
    " H<sub>2</sub>O x<sup>2</sup> <code>a &lt; b</code></p><h2>Head</h2><ul><li>a<ul><li>b</li></ul></li></ul>"
    "<ol><li>c</li></ol><blockquote><p>quoted</p></blockquote><pre>  code\n  more</pre>"
    '<p lang="de" dir="ltr">Deutsch</p>'
    '<table><thead><tr><th colspan="2">h</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>'
)


def test_a_stored_text_is_shown_and_sent_as_it_is(edit: Callable[..., Page]) -> None:
    page = edit(STORED)
    assert sent(page).replace("\r", "") == STORED, "opening the form changes nothing"
    text_box(page).click()
    page.keyboard.press("Control+Home")
    page.keyboard.type("X")
    written = sent(page)
    stored = clean_html(written)
    assert stored.replace(RELATION, "") == written
    shape = re.sub(r"</?i>", lambda match: match[0].replace("i", "em"), written.replace("XOne", "One"))
    assert shape == STORED.replace(RELATION, "")


def test_plain_text_of_the_interface_keeps_its_paragraphs(edit: Callable[..., Page]) -> None:
    page = edit("First & foremost\n\nSecond\nline")
    assert text_box(page).evaluate("box => box.innerHTML") == "<p>First &amp; foremost</p><p>Second<br>line</p>"


def test_the_source_can_be_edited(edit: Callable[..., Page]) -> None:
    page = edit("<p>a</p>")
    tool(page, "HTML source").click()
    assert tool(page, "Bold").is_disabled()
    page.locator("textarea").fill("<p>b <strong>c</strong></p><script>x</script>")
    assert sent(page) == "<p>b <strong>c</strong></p><script>x</script>"
    tool(page, "HTML source").click()
    assert sent(page) == "<p>b <b>c</b></p>"


def test_others_hear_of_changes_and_may_set_the_text(edit: Callable[..., Page]) -> None:
    page = edit("<p>a</p>")
    page.evaluate(
        """() => { window.heard = [];
          for (const kind of ["input", "change"]) document.addEventListener(kind,
            event => heard.push(`${kind} ${event.target.name} ${event.target.value}`)); }"""
    )
    text_box(page).click()
    page.keyboard.press("End")
    page.keyboard.type("b")
    page.wait_for_timeout(500)
    page.get_by_role("button", name="Send").focus()
    assert page.evaluate("heard") == ["input description <p>ab</p>", "change description <p>ab</p>"]
    page.evaluate("document.querySelector('m-richtext').value = '<p>new</p>'")
    assert text_box(page).inner_text() == "new"
    assert sent(page) == "<p>new</p>"


def test_without_javascript_it_is_a_plain_field(browser: Browser, show: Callable[..., Any]) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = show(context, FORM.replace("VALUE", "'<p>a</p>'"), HEAD)
    assert page.get_by_label("Description").input_value() == "<p>a</p>"
    context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_accessibility_rule_is_broken(browser: Browser, show: Callable[..., Any], scheme: Any) -> None:
    from axe_playwright_python.sync_playwright import Axe

    context = browser.new_context(color_scheme=scheme, viewport={"width": 390, "height": 844})
    page = show(context, FORM.replace("VALUE", "'<p>a <code>b</code></p>'"), HEAD)
    tool(page, "Link").click()
    for _ in range(2):
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
        assert found.violations_count == 0, found.generate_report()
        tool(page, "HTML source").click()
    context.close()
