"""A person's journey in a real browser: sign up, confirm by the mailed link, sign in, find, filter, cite, download."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from muniment.testing.documents import document
from tests.deployment import Deployment

pytestmark = pytest.mark.browser

PASSWORD = "a very long sentence as password"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A served instance with two datasets and an article."""
    deployment = Deployment(tmp_path_factory.mktemp("journey") / "instance", "sqlite:///var/muniment.db")
    deployment.start()
    deposit(deployment, "Glacier velocities of the Alps", "dataset", {"data/velocities.csv": b"year,speed\n2024,31\n"})
    deposit(deployment, "Glacier names of the Alps", "publication-article", {"paper.txt": b"Names."})
    deposit(deployment, "Lichens of the coast", "dataset", {"lichens.csv": b"a\n"})
    yield deployment
    assert deployment.stop() == 0


def deposit(deployment: Deployment, title: str, kind: str, files: dict[str, bytes]) -> str:
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {deployment.token}"
    api = f"{deployment.url}/api/records"
    body = document(title, files_enabled=True, metadata={"resource_type": {"id": kind}})
    number = session.post(api, json=body, timeout=30).json()["id"]
    session.post(f"{api}/{number}/draft/files", json=[{"key": key} for key in files], timeout=30).raise_for_status()
    for key, content in files.items():
        session.put(f"{api}/{number}/draft/files/{key}/content", data=content, timeout=30).raise_for_status()
        session.post(f"{api}/{number}/draft/files/{key}/commit", timeout=30).raise_for_status()
    session.post(f"{api}/{number}/draft/actions/publish", timeout=30).raise_for_status()
    return number


@pytest.fixture
def page(site: Deployment, chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        context = browser.new_context(base_url=site.url, locale="en-GB", accept_downloads=True)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
        page = context.new_page()
        outside: list[str] = []
        problems: list[str] = []
        page.on(
            "request", lambda request: outside.append(request.url) if not request.url.startswith(site.url) else None
        )
        page.on("console", lambda message: problems.append(message.text) if message.type == "error" else None)
        yield page
        assert outside == [], "a page asked another host"
        assert problems == [], "the browser complained"
        browser.close()


def test_from_sign_up_to_sign_out(page: Any, site: Deployment, tmp_path: Path) -> None:
    page.goto("/")
    page.get_by_role("link", name="Sign up").click()
    page.get_by_label("E-mail").fill("marie@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign up").click()
    page.get_by_role("heading", name="Check your mail").wait_for()

    page.goto(site.mailed_link("marie@example.org"))
    page.get_by_role("button", name="Confirm this address").click()

    page.goto("/login")
    page.get_by_label("E-mail").fill("marie@example.org")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.url}/**")
    assert page.get_by_role("link", name="Sign in").count() == 0

    page.goto("/")
    page.get_by_role("searchbox").first.fill("glacier")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?*")
    results = page.locator("main article")
    assert results.count() == 2
    page.get_by_role("region", name="Type").get_by_role("link", name=re.compile("Dataset")).click()
    page.wait_for_url("**resource_type=dataset**")
    assert page.locator("main article").count() == 1

    page.get_by_role("link", name="Glacier velocities of the Alps").click()
    page.get_by_role("heading", level=1, name="Glacier velocities of the Alps").wait_for()
    page.locator("m-copy button").first.click()
    page.wait_for_timeout(300)
    assert "Glacier velocities of the Alps" in page.evaluate("navigator.clipboard.readText()")
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(r"Download .*velocities\.csv")).click()
    download.value.save_as(tmp_path / "velocities.csv")
    assert (tmp_path / "velocities.csv").read_bytes() == b"year,speed\n2024,31\n"

    page.goto("/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/account/settings/profile")
    assert "/login" in page.url
