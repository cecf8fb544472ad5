"""The pages of the plugin, and the pages that show an embargo, in a real Chromium: accessibility, width, autosave."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, sign_in, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("embargo")


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, repository: Any, embargoed: Any, view: View) -> None:
    number = embargoed("2099-03-03", reason="Until the thesis is defended").id
    pages = (
        PageType("record", f"/records/{number}", "visitor"),
        PageType("list", "/search?access_status=embargoed", "visitor"),
        PageType("new-upload", "/uploads/new#embargo", "owner"),
        PageType("embargoes", "/control/embargoes", "administrator"),
        PageType("day", f"/control/embargoes/{number}", "administrator"),
        PageType("question", f"/control/embargoes/{number}/lift", "administrator"),
        PageType("disabling", "/control/plugins/embargo/disable", "administrator"),
    )
    assert check_pages(browser, site, Showcase(repository), pages, view) == {}


def test_an_embargo_is_saved_while_it_is_written(
    browser: Browser, site: str, make_draft: Any, repository: Any, ada: Any
) -> None:
    number = make_draft(files={"data.csv": b"1"}).id
    context = browser.new_context(locale="en-GB")
    sign_in(context, site, ada)
    page = context.new_page()
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(f"{site}/uploads/{number}")
    page.click("#embargo summary")
    page.fill("[id='f-access.embargo.until']", "2099-03-03")
    page.press("[id='f-access.embargo.until']", "Tab")
    page.locator("[id='f-access.choice-error']", has_text="must be restricted").wait_for()
    page.check("input[name='access.choice'][value='files']")
    page.locator("[id='f-access.choice-error']").wait_for(state="detached")
    page.wait_for_function("document.querySelector('m-autosave').dataset.state === 'saved'")
    access = repository.records.read_draft(ada.actor, number).data["access"]
    assert (access["status"], access["embargo"]["until"]) == ("embargoed", "2099-03-03")
    assert re.search(r"/uploads/\d+$", page.url)
