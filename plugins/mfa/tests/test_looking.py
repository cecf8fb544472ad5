"""The pages of the plugin in a real Chromium: accessibility and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("mfa")


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, repository: Any, recovery_codes: list[str], view: View) -> None:
    pages = (
        PageType("settings", "/mfa/settings", "owner"),
        PageType("setup", "/mfa/setup", "owner"),
        PageType("anew", "/mfa/step", "administrator"),
        PageType("people", "/control/mfa", "administrator"),
    )
    assert check_pages(browser, site, Showcase(repository), pages, view) == {}
