"""The deposit form in a real browser: by keyboard alone, without scripts, offline, in two windows, after a reload."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

from muniment.access.actor import ANONYMOUS

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

pytestmark = pytest.mark.browser

WAIT = 20_000
TITLE = "[id='f-metadata.title']"


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    opened = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 900})
    opened.set_default_timeout(WAIT)
    yield opened
    opened.close()


@pytest.fixture
def enter(site: str, ada: Any) -> Callable[[BrowserContext], Page]:
    """Sign Ada in and give a page on which nothing may go wrong unseen."""

    def opened(context: BrowserContext) -> Page:
        page = context.new_page()
        page.goto(f"{site}/login")
        page.fill("input[name=email]", ada.email)
        page.fill("input[name=password]", ada.password)
        page.click("main form button[type=submit]")
        page.wait_for_url(lambda address: "/login" not in address)
        page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
        return page

    return opened


def saved(page: Page) -> None:
    page.locator("m-autosave[data-state=saved]").wait_for()


def number_of(page: Page) -> str:
    found = re.search(r"/uploads/(\d+)", page.url)
    assert found is not None, page.url
    return found[1]


def focused(page: Page) -> str:
    return str(page.evaluate("document.activeElement.id || document.activeElement.textContent"))


def test_a_deposit_by_keyboard_alone(context: BrowserContext, enter: Any, site: str, repository: Any) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    keyboard = page.keyboard

    def until(name: str, most: int = 120) -> None:
        """Press Tab until the element with this id, or button with this text, has the focus."""
        for _ in range(most):
            keyboard.press("Tab")
            if focused(page).strip() == name:
                return
        pytest.fail(f"the keyboard does not reach {name}")

    until("f-files.enabled")
    keyboard.press("Space")
    until("f-metadata.resource_type.id")
    keyboard.type("datas")
    page.get_by_role("option", name="Dataset").wait_for()
    keyboard.press("ArrowDown")
    keyboard.press("Enter")
    until("f-metadata.title")
    keyboard.type("Sea ice by keyboard")
    until("f-metadata.creators.0.person_or_org.family_name")
    keyboard.type("Lovelace")
    until("f-metadata.creators.0.person_or_org.given_name")
    keyboard.type("Ada")
    until("b-metadata.creators:add")
    keyboard.press("Enter")
    assert focused(page).endswith("person_or_org.family_name")
    keyboard.type("Hopper")
    until("f-metadata.publication_date")
    saved(page)
    # Back to the second creator, up by its button, and away again: the focus is never lost.
    page.locator(".entry").nth(1).locator("[data-up]").focus()
    keyboard.press("Enter")
    assert focused(page).endswith(":down")
    assert [field.input_value() for field in page.get_by_role("combobox", name="Family name").all()][:2] == [
        "Hopper",
        "Lovelace",
    ]
    page.locator("#metadata-nothing, .entry").nth(0).locator("[data-remove]").focus()
    keyboard.press("Enter")
    assert focused(page).endswith(":remove")
    page.locator("#missing .ready").wait_for()
    until("Publish")
    keyboard.press("Enter")
    page.locator("#publish-dialog[open]").wait_for()
    until("Publish now", 8)
    keyboard.press("Enter")
    page.wait_for_url("**/records/*")
    page.get_by_role("heading", level=1, name="Sea ice by keyboard").wait_for()
    number = re.search(r"/records/(\d+)", page.url)
    assert number is not None
    people = repository.records.read(ANONYMOUS, number[1]).data["metadata"]["creators"]
    assert [one["person_or_org"]["name"] for one in people] == ["Lovelace, Ada"]


def test_a_deposit_without_scripts(browser: Browser, enter: Any, site: str, repository: Any) -> None:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(WAIT)
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    page.fill(TITLE, "Sea ice without scripts")
    page.set_input_files("input[name=uploads]", {"name": "a.txt", "mimeType": "text/plain", "buffer": b"one"})
    page.get_by_role("button", name="Upload", exact=True).click()
    assert page.input_value(TITLE) == "Sea ice without scripts"
    page.select_option("select[name='metadata.resource_type.id']", "dataset")
    page.fill("[id='f-metadata.creators.0.person_or_org.family_name']", "Lovelace")
    page.get_by_role("button", name="Add a creator").click()
    page.fill("[id='f-metadata.creators.1.person_or_org.family_name']", "Hopper")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("heading", name="Publish this?").wait_for()
    page.get_by_role("button", name="Publish now").click()
    page.get_by_role("heading", level=1, name="Sea ice without scripts").wait_for()
    number = re.search(r"/records/(\d+)", page.url)
    assert number is not None
    record = repository.records.read(ANONYMOUS, number[1]).data
    assert list(record["files"]["entries"]) == ["a.txt"]
    assert [one["person_or_org"]["name"] for one in record["metadata"]["creators"]] == ["Lovelace", "Hopper"]
    context.close()


def test_the_network_is_cut_and_the_page_loaded_again(context: BrowserContext, enter: Any, site: str) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    page.fill(TITLE, "Before the cut")
    saved(page)
    number = number_of(page)
    context.set_offline(True)
    page.fill(TITLE, "During the cut")
    page.get_by_role("button", name="Add a creator").click()
    page.keyboard.type("Offline")
    page.get_by_text("Offline, kept on this device").wait_for()
    page.wait_for_timeout(600)
    # The window is closed in the middle of it, and another one opened.
    page.close()
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"{site}/uploads/{number}")
    assert page.input_value(TITLE) == "Before the cut"
    page.get_by_text("There are changes that were not saved").wait_for()
    page.get_by_role("button", name="Bring them back").click()
    page.wait_for_url("**?saved=1")
    assert page.input_value(TITLE) == "During the cut"
    assert page.get_by_label("Family name").first.input_value() == "Offline"
    page.wait_for_timeout(300)
    assert page.get_by_text("There are changes that were not saved").count() == 0


def test_saving_goes_on_when_the_network_is_back(
    context: BrowserContext, enter: Any, site: str, repository: Any, ada: Any
) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    context.set_offline(True)
    page.fill(TITLE, "Typed offline")
    page.locator("m-autosave[data-state=offline]").wait_for()
    context.set_offline(False)
    saved(page)
    assert repository.records.read_draft(ada.actor, number_of(page)).data["metadata"]["title"] == "Typed offline"


def test_two_windows_at_one_draft(
    context: BrowserContext, enter: Any, site: str, make_draft: Any, repository: Any, ada: Any
) -> None:
    draft = make_draft(title="As it was")
    first = enter(context)
    first.goto(f"{site}/uploads/{draft.id}")
    second = context.new_page()
    second.goto(f"{site}/uploads/{draft.id}")
    second.fill(TITLE, "From the second window")
    saved(second)
    first.fill(TITLE, "From the first window")
    first.get_by_text("Changed in another window").wait_for()
    first.get_by_role("button", name="Compare and choose").click()
    first.get_by_role("heading", name="Two versions of this draft").wait_for()
    assert first.get_by_text("From the second window").is_visible()
    first.get_by_label("Mine, from this window").check()
    first.get_by_role("button", name="Save these versions").click()
    first.wait_for_url("**?saved=1")
    title = repository.records.read_draft(ada.actor, draft.id).data["metadata"]["title"]
    assert title == "From the first window"


def test_going_back_after_publishing_leads_to_the_record(
    context: BrowserContext, enter: Any, site: str, make_draft: Any, repository: Any, ada: Any
) -> None:
    draft = make_draft(title="Once only", files={"data.csv": b"1"})
    page = enter(context)
    page.goto(f"{site}/uploads/{draft.id}")
    page.locator("#missing .ready").wait_for()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.locator("#publish-dialog[open] button[type=submit]").click()
    page.get_by_text("It is published").wait_for()
    page.go_back()
    page.wait_for_url(f"**/records/{draft.id}**")
    assert page.get_by_text("Once only").first.is_visible()
    assert repository.records.read(ada.actor, draft.id).data["versions"]["index"] == 1


def test_a_session_that_ends_while_typing_loses_nothing(
    context: BrowserContext, enter: Any, site: str, repository: Any, ada: Any
) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    page.fill(TITLE, "Before")
    saved(page)
    cookie = next(one for one in context.cookies() if one["name"] == "muniment_session")
    repository.sessions.end(cookie["value"])
    page.fill(TITLE, "Typed while signed out")
    page.get_by_text("You are signed out").wait_for()
    other = enter(context)
    other.close()
    page.evaluate("dispatchEvent(new Event('focus'))")
    saved(page)
    title = repository.records.read_draft(ada.actor, number_of(page)).data["metadata"]["title"]
    assert title == "Typed while signed out"


def test_what_is_wrong_is_told_beside_its_field_without_taking_the_focus(
    context: BrowserContext, enter: Any, site: str
) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    date = page.locator("[id='f-metadata.publication_date']")
    date.fill("soon")
    saved(page)
    assert focused(page) == "f-metadata.publication_date"
    assert page.locator("[id='f-metadata.publication_date-error']").count() == 0  # still being written
    page.locator(TITLE).focus()
    error = page.locator("[id='f-metadata.publication_date-error']")
    error.wait_for()
    assert date.get_attribute("aria-invalid") == "true"
    assert focused(page) == "f-metadata.title"
    assert page.locator("#missing").get_by_role("link", name="Publication date").count() == 1
    page.locator("#missing").get_by_role("link", name="Publication date").click()
    assert focused(page) == "f-metadata.publication_date"
    date.fill("2026")
    error.wait_for(state="detached")
    assert date.get_attribute("aria-invalid") is None


def test_people_are_dragged_pasted_and_folded(context: BrowserContext, enter: Any, site: str) -> None:
    page = enter(context)
    # The mouse reaches only what is in the window, however long the page above the people is.
    page.set_viewport_size({"width": 1280, "height": 2400})
    page.goto(f"{site}/uploads/new")
    page.get_by_text("Paste a list of names").first.click()
    page.get_by_label("Names, one a line").first.fill("Curie, Marie\nAda Lovelace\nNorwegian Polar Institute")
    page.get_by_role("button", name="Add these").first.click()
    people = page.locator("[id='f-metadata.creators'] .entry")
    people.nth(2).wait_for()
    names = "[id='f-metadata.creators'] .entry-name"
    assert page.locator(names).all_inner_texts() == ["Curie, Marie", "Lovelace, Ada", "Norwegian Polar Institute"]
    saved(page)
    handle = people.nth(2).locator("[data-handle]").bounding_box()
    target = people.nth(0).bounding_box()
    assert handle is not None
    assert target is not None
    page.mouse.move(handle["x"] + 5, handle["y"] + 10)
    page.mouse.down()
    page.mouse.move(handle["x"] + 5, target["y"] + 40, steps=12)
    page.mouse.move(handle["x"] + 5, target["y"] + 6, steps=6)
    page.mouse.up()
    assert page.locator(names).first.inner_text() == "Norwegian Polar Institute"
    page.locator("m-autosave[data-state=unsaved]").wait_for()
    saved(page)
    page.reload()
    assert page.locator(names).first.inner_text() == "Norwegian Polar Institute"


def test_somebody_known_is_chosen_by_keyboard_and_brings_orcid_and_affiliation(
    context: BrowserContext, enter: Any, site: str, repository: Any, ada: Any, make_record: Any
) -> None:
    make_record()
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    people = page.locator("[id='f-metadata.creators']")
    page.locator("[id='b-metadata.creators:add']").click()
    family = people.locator("input[name$='.family_name']").last
    family.press_sequentially("adey")
    option = page.get_by_role("option", name="Adeyemi, Ngozi")
    option.wait_for()
    assert "0000-0002-1825-0097 · Institute of Polar Studies" in option.inner_text()
    family.press("ArrowDown")
    family.press("Enter")
    assert family.input_value() == "Adeyemi"
    assert people.locator("input[name$='.given_name']").last.input_value() == "Ngozi"
    assert people.locator(".entry-name").last.inner_text() == "Adeyemi, Ngozi"
    places = people.locator("input[name$='.affiliations.add']").last
    places.press_sequentially("polar st")
    page.get_by_role("option", name="Institute of Polar Studies").wait_for()
    places.press("Escape")
    places.fill("")
    saved(page)
    creator = repository.records.read_draft(ada.actor, number_of(page)).data["metadata"]["creators"][0]
    assert creator["person_or_org"]["name"] == "Adeyemi, Ngozi"
    assert creator["person_or_org"]["identifiers"][0]["identifier"] == "0000-0002-1825-0097"
    assert creator["affiliations"] == [{"name": "Institute of Polar Studies"}]


@pytest.mark.parametrize("width", [390, 900])
def test_the_bar_at_the_foot_never_covers_what_has_the_focus(
    width: int, context: BrowserContext, enter: Any, site: str
) -> None:
    page = enter(context)
    page.emulate_media(reduced_motion="reduce")
    page.set_viewport_size({"width": width, "height": 700})
    page.goto(f"{site}/uploads/new")
    edge = page.locator(".save-bar").bounding_box()
    assert edge is not None
    for name in ("metadata.title", "metadata.publication_date"):
        field = page.locator(f"[id='f-{name}']")
        under_the_bar = "scrollTo(0, scrollY + field.getBoundingClientRect().bottom - innerHeight + 4)"
        field.evaluate(f"field => {{ {under_the_bar}; field.focus(); }}")
        box = field.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= edge["y"], name


def test_copies_on_the_device_go_with_signing_out(context: BrowserContext, enter: Any, site: str) -> None:
    page = enter(context)
    page.goto(f"{site}/uploads/new")
    page.route("**/autosave", lambda route: route.abort())
    page.fill(TITLE, "Private thoughts")
    page.locator("m-autosave[data-state=offline]").wait_for()
    kept = "(async () => (await indexedDB.databases()).some(one => one.name === 'muniment-drafts'))()"
    assert page.evaluate(kept) is True
    page.goto(f"{site}/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url(lambda address: "/logout" not in address)
    assert page.evaluate(kept) is False
