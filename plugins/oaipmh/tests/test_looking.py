"""The pages of the plugin in a real Chromium, its answers as people see them too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from muniment.testing.page_checks import View, check_pages, views
from muniment.testing.page_types import PageType
from muniment.testing.showcase import Showcase

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.plugins("oaipmh")

_VERBS = (
    "Identify",
    "ListMetadataFormats",
    "ListSets",
    "ListIdentifiers&metadataPrefix=oai_dc",
    "ListRecords&metadataPrefix=oai_dc",
    "Nonsense",
)


@pytest.mark.parametrize("view", views(), ids=str)
def test_pages(browser: Browser, site: str, repository: Any, make_record: Any, panel: Any, view: View) -> None:
    make_record("Drift of ice")
    panel.post("/control/oaipmh/new", spec="polar", name="Polar", search_pattern="ice", description="Cold & white")
    pages = (
        *(PageType(f"answer {verb}", f"/oai2d?verb={verb}", "stranger") for verb in _VERBS),
        PageType("overview", "/control/oaipmh", "administrator"),
        PageType("new-set", "/control/oaipmh/new", "administrator"),
        PageType("set", "/control/oaipmh/1", "administrator"),
        PageType("question", "/control/oaipmh/1/delete", "administrator"),
    )
    assert check_pages(browser, site, Showcase(repository), pages, view) == {}
