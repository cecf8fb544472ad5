"""The pages of the plugin, and the pages that show an embargo, in a real Chromium: accessibility, width, autosave."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
from werkzeug.serving import make_server

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("embargo")


@pytest.fixture
def site(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def own_browser(chromium: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        yield opened
        opened.close()


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(own_browser: Browser, site: str, repository: Any, embargoed: Any, view: View) -> None:
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
    assert check_pages(own_browser, site, Showcase(repository), pages, view) == {}


def test_an_embargo_is_saved_while_it_is_written(
    own_browser: Browser, site: str, make_draft: Any, repository: Any, ada: Any
) -> None:
    number = make_draft(files={"data.csv": b"1"}).id
    page = own_browser.new_page(locale="en-GB")
    page.set_default_timeout(20_000)
    page.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    page.goto(f"{site}/login")
    page.fill("input[name=email]", ada.email)
    page.fill("input[name=password]", ada.password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)
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
