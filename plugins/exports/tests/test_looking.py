"""A record with all formats and a choice of citations, in a real Chromium: accessibility and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("exports")


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, repository: Any, view: View) -> None:
    pages = (
        PageType("record", lambda show: f"/records/{show.newest}"),
        PageType("cited", lambda show: f"/records/{show.newest}?style=ieee&locale=de-DE#cite"),
        PageType("no-such-style", lambda show: f"/records/{show.newest}?style=nothing#cite"),
    )
    assert check_pages(browser, site, Showcase(repository), pages, view) == {}
