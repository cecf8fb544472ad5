"""The pages of the plugin, and the deposit form with its section, in a real Chromium: accessibility and width."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.serving import make_server

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

PAGES = (
    PageType("start", "/importers/start", "owner"),
    PageType("start-of-a-draft", lambda show: f"/importers/start?draft={show.draft}", "owner"),
    PageType("new-upload", "/uploads/new#importers", "owner"),
    PageType("draft-with-files", lambda show: f"/uploads/{show.full_draft}", "owner"),
)


@pytest.fixture
def site(app: Any) -> Iterator[str]:
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.plugins("importers")
@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(chromium: str, site: str, repository: Any, view: View) -> None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        try:
            assert check_pages(browser, site, Showcase(repository), PAGES, view) == {}
        finally:
            browser.close()
