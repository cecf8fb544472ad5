"""The pages of the plugin, and the pages that show funding, in a real Chromium: accessibility and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("openaire")


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, funded: Any, make_record: Any, view: View) -> None:
    award = {"funder": {"id": "00k4n6c32"}, "award": {"id": "00k4n6c32::777483"}}
    number = make_record("Drift of ice", metadata={"funding": [award]}).id
    funded.jobs.run_now("openaire.check")
    pages = (
        PageType("record", f"/records/{number}", "visitor"),
        PageType("new-upload", "/uploads/new#section-funding", "owner"),
        PageType("guidelines", "/control/openaire", "administrator"),
        PageType("lacking", "/control/openaire/data/identifier", "administrator"),
    )
    assert check_pages(browser, site, Showcase(funded), pages, view) == {}
