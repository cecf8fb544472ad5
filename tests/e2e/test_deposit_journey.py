"""A depositor on a served instance: deposit, cut network, preview, publish, correct, publish a new version."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.deployment import Deployment

pytestmark = pytest.mark.browser

TITLE = "[id='f-metadata.title']"
PASSWORD = "quite long 4711 words"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    deployment = Deployment(tmp_path_factory.mktemp("deposit") / "instance", "sqlite:///var/muniment.db")
    deployment.start()
    yield deployment
    assert deployment.stop() == 0


@pytest.fixture
def page(site: Deployment, chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        context = browser.new_context(base_url=site.url, locale="en-GB", viewport={"width": 1280, "height": 900})
        context.set_default_timeout(30_000)
        opened = context.new_page()
        failures: list[str] = []
        opened.on("pageerror", lambda error: failures.append(str(error)))
        yield opened
        assert failures == [], "a script failed"
        browser.close()


def saved(page: Any) -> None:
    page.locator("m-autosave[data-state=saved]").wait_for()


def publish(page: Any) -> str:
    """Publish by the button and the dialog; the id of the record."""
    page.locator("#missing .ready").wait_for()
    page.get_by_role("button", name="Publish", exact=True).click()
    page.locator("#publish-dialog[open]").wait_for()
    page.locator("#publish-dialog button[type=submit]").click()
    page.get_by_text("It is published").wait_for()
    found = re.search(r"/records/(\d+)", page.url)
    assert found is not None
    return found[1]


def test_from_an_empty_form_to_a_second_version(page: Any, site: Deployment, tmp_path: Path) -> None:
    page.goto("/login")
    page.get_by_label("E-mail").fill("ada@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda address: "/login" not in address)

    page.goto("/uploads/new")
    page.fill(TITLE, "Tide tables")
    page.get_by_role("combobox", name="Type").first.fill("datas")
    page.get_by_role("option", name="Dataset").click()
    saved(page)
    page.context.set_offline(True)
    page.get_by_label("Family name").first.fill("Lovelace")
    page.get_by_text("Offline, kept on this device").wait_for()
    page.context.set_offline(False)
    saved(page)
    (tmp_path / "tides.csv").write_bytes(b"hour,height\n0,1.5\n")
    page.set_input_files("#upload-files", tmp_path / "tides.csv")
    page.get_by_text("All files have been uploaded").wait_for(state="attached")

    page.get_by_role("button", name="Preview", exact=True).click()
    page.get_by_role("heading", level=1, name="Tide tables").wait_for()
    assert page.get_by_text("It has not been published").is_visible()
    page.get_by_role("link", name="Back to the form").click()
    first = publish(page)
    assert page.get_by_role("link", name="tides.csv").first.is_visible()

    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("#edit-record").get_by_role("button", name="Correct the description").click()
    page.get_by_text("You are correcting the description").wait_for()
    page.fill(TITLE, "Tide tables of Brest")
    saved(page)
    assert publish(page) == first
    page.get_by_role("heading", level=1, name="Tide tables of Brest").wait_for()

    page.get_by_role("link", name="Edit", exact=True).click()
    page.locator("#edit-record").get_by_role("button", name="Start a new version").click()
    page.get_by_role("heading", level=1, name="New version").wait_for()
    assert page.get_by_text("tides.csv").first.is_visible()
    page.fill(TITLE, "Tide tables of Brest, second edition")
    saved(page)
    second = publish(page)
    assert second != first
    page.goto(f"/records/{first}")
    assert page.get_by_text("There is a newer version of this record").is_visible()
