"""The life of a submission in a real browser by three people: the curator invites, the depositor submits, is declined,
changes the draft and is accepted; a published record is put in; an outsider finds both, but no request and no draft."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from muniment.testing.documents import document
from tests.deployment import Deployment

pytestmark = pytest.mark.browser

PASSWORD = "quite long 4711 words"
TITLE = "[id='f-metadata.title']"
PLUGINS = ["requests", "communities", "curation", "notifications"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployment]:
    """A served instance with a published record of Ada's, the depositor, beside Carl, the curator, and Olga."""
    changes = {"plugins": {"enabled": PLUGINS}}
    deployment = Deployment(tmp_path_factory.mktemp("submission") / "instance", "sqlite:///var/muniment.db", changes)
    for name in ("carl", "olga"):
        address = f"{name}@example.org"
        deployment.command("users", "create", address, "--password-stdin", "--confirmed", text=f"{PASSWORD}\n")
    deployment.start()
    headers, api = {"Authorization": f"Bearer {deployment.token}"}, f"{deployment.url}/api/records"
    made = requests.post(api, json=document("Tides of Brest"), headers=headers, timeout=60)
    made.raise_for_status()
    requests.post(f"{api}/{made.json()['id']}/draft/actions/publish", headers=headers, timeout=60).raise_for_status()
    yield deployment
    assert deployment.stop() == 0


@contextmanager
def people(site: Deployment, chromium: str) -> Iterator[dict[str, Any]]:
    """A page for each of the three, who have signed in; no script fails, no other host is asked."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        )
        problems: list[str] = []
        pages: dict[str, Any] = {}
        for name in ("ada", "carl", "olga"):
            context = browser.new_context(base_url=site.url, locale="en-GB", viewport={"width": 1280, "height": 900})
            context.set_default_timeout(60_000)
            page = pages[name] = context.new_page()
            page.on("pageerror", lambda error: problems.append(str(error)))
            page.on("request", lambda one: None if one.url.startswith(site.url) else problems.append(one.url))
            page.goto("/login")
            page.get_by_label("E-mail").fill(f"{name}@example.org")
            page.get_by_label("Password", exact=True).fill(PASSWORD)
            page.locator("main").get_by_role("button", name="Sign in").click()
            page.wait_for_url(lambda address: "/login" not in address)
        yield pages
        assert problems == []
        browser.close()


def press(page: Any, name: str) -> None:
    page.locator("main").get_by_role("button", name=name, exact=True).first.click()


def follow(page: Any, name: str) -> None:
    page.locator("main").get_by_role("link", name=name, exact=True).first.click()


def saved(page: Any) -> None:
    page.locator("m-autosave[data-state=saved]").wait_for()


def submit(page: Any) -> None:
    """Submit for review by the button and the dialog."""
    page.locator("#missing .ready").wait_for()
    press(page, "Submit for review to Coast and tides")
    page.locator("#publish-dialog[open]").wait_for()
    page.locator("#publish-dialog button[type=submit]").click()
    page.wait_for_url("**/me/requests/**")


def decide(page: Any, button: str, title: str, comment: str) -> None:
    """Open the request with this title from the inbox and decide it."""
    page.goto("/me/requests")
    follow(page, title)
    page.locator("#f-content").fill(comment)
    press(page, button)


def test_from_the_invitation_to_the_second_record(site: Deployment, chromium: str) -> None:
    with people(site, chromium) as pages:
        ada, carl, olga = pages["ada"], pages["carl"], pages["olga"]

        carl.goto("/communities/new")
        carl.get_by_label("Name", exact=True).fill("Coast and tides")
        carl.get_by_label("Address", exact=True).fill("coast")
        press(carl, "Make the community")
        carl.wait_for_url(re.compile("/communities/(?!new)"))
        community = re.sub(r"(/communities/[^/?#]+).*", r"\1", carl.url.removeprefix(site.url))
        carl.goto(f"{community}/members")
        carl.get_by_label("E-mail addresses").fill("ada@example.org")
        press(carl, "Send invitations")
        carl.get_by_text("The invitations are sent").wait_for()

        ada.goto(site.mailed_link("ada@example.org"))
        press(ada, "Join")
        ada.get_by_role("heading", level=1, name="Coast and tides").wait_for()

        ada.goto("/uploads/new")
        ada.fill(TITLE, "Sea levels at Roscoff")
        ada.get_by_role("combobox", name="Type").first.fill("datas")
        ada.get_by_role("option", name="Dataset").click()
        ada.get_by_label("Family name").first.fill("Lovelace")
        ada.get_by_label("There are no files: this only describes").check()
        saved(ada)
        draft = ada.url.split("?")[0].removeprefix(site.url)
        follow(ada, "Choose a community")
        ada.get_by_label("Coast and tides").check()
        press(ada, "Choose this community")
        submit(ada)

        decide(carl, "Decline", "Sea levels at Roscoff", "Which gauge? Please say.")
        carl.get_by_text("declined the request").wait_for()

        ada.goto(draft)
        ada.get_by_text("It was declined").wait_for()
        ada.fill(TITLE, "Sea levels at Roscoff, gauge 7")
        saved(ada)
        submit(ada)

        olga.goto("/search?q=Roscoff")
        assert olga.get_by_text("gauge 7").count() == 0
        assert olga.goto(draft).status == 403

        decide(carl, "Accept", "Sea levels at Roscoff, gauge 7", "Thank you.")
        carl.get_by_text("accepted the request").wait_for()
        request = carl.url.removeprefix(site.url)
        assert olga.goto(request).status == 404

        olga.goto(community)
        follow(olga, "Sea levels at Roscoff, gauge 7")
        olga.get_by_role("heading", level=1, name="Sea levels at Roscoff, gauge 7").wait_for()
        assert olga.get_by_role("link", name="Coast and tides").first.is_visible()
        assert olga.get_by_text("Add to a community").count() == 0

        ada.goto("/me/uploads?tab=published")
        follow(ada, "Tides of Brest")
        follow(ada, "Add to a community …")
        ada.get_by_label("Coast and tides").check()
        ada.get_by_label("Comment").fill("From the same coast.")
        press(ada, "Add the record, or ask for it")
        ada.wait_for_url("**/me/requests/**")
        decide(carl, "Accept", "Tides of Brest", "Welcome.")
        carl.get_by_text("accepted the request").wait_for()
        olga.goto(f"{community}?q=tides")
        olga.locator("main").get_by_role("link", name="Tides of Brest").first.wait_for()
        ada.goto("/me/notifications?show=all")
        ada.locator("main").get_by_role("link", name="“Tides of Brest” was accepted").wait_for()
