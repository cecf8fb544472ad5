"""The pages of the plugin, and the deposit form with its section, in a real Chromium: accessibility and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGES = (
    PageType("start", "/importers/start", "owner"),
    PageType("start-of-a-draft", lambda show: f"/importers/start?draft={show.draft}", "owner"),
    PageType("new-upload", "/uploads/new#importers", "owner"),
    PageType("draft-with-files", lambda show: f"/uploads/{show.full_draft}", "owner"),
)


@pytest.mark.plugins("importers")
@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, repository: Any, view: View) -> None:
    assert check_pages(browser, site, Showcase(repository), PAGES, view) == {}
