"""The page of the plugin, and the pages that show DOIs, in a real Chromium: accessibility and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("datacite")


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(
    browser: Browser, site: str, repository: Any, make_record: Any, play: Any, run_jobs: Any, view: View
) -> None:
    make_record("Registered")
    run_jobs()
    play("away")
    number = make_record("Waits for DataCite").id
    run_jobs()
    pages = (
        PageType("record", f"/records/{number}"),
        PageType("new-upload", "/uploads/new#files", "owner"),
        PageType("overview", "/control", "administrator"),
        PageType("outstanding", "/control/datacite", "administrator"),
        PageType("findable", "/control/datacite?state=findable", "administrator"),
    )
    assert check_pages(browser, site, Showcase(repository), pages, view) == {}
