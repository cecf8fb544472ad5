"""The whole way in a real browser: to the certified provider, back, agreeing, linking, and in again."""

from __future__ import annotations

from typing import Any

import pytest

pytestmark = [pytest.mark.plugins("oidc"), pytest.mark.browser]


@pytest.fixture
def page(browser: Any, site: str) -> Any:
    page = browser.new_context(base_url=site, locale="en-GB").new_page()
    page.set_default_timeout(20_000)
    return page


def sign_in_there(page: Any, login: str) -> None:
    """What a person does at the provider: its pages for signing in and for allowing it."""
    page.get_by_placeholder("Enter any login").fill(login)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()


def test_a_person_signs_in_links_and_comes_back(page: Any, site: str, provider: Any, repository: Any, ada: Any) -> None:
    page.goto("/login?next=/help")
    page.get_by_role("link", name="University").click()
    sign_in_there(page, "ada")
    page.wait_for_url(f"{site}/oidc/welcome")
    assert page.get_by_label("Name").input_value() == "Ada Lovelace"
    assert page.get_by_label("Affiliation").input_value() == "Analytical Engines"
    page.get_by_role("link", name="Sign in and link").click()
    page.get_by_label("E-mail").fill(ada.email)
    page.get_by_label("Password", exact=True).fill(ada.password)
    page.locator("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site}/oidc/welcome")
    page.get_by_role("button", name="Link it to my account").click()
    page.wait_for_url("**/account/settings/linked?done=linked")
    assert repository.users.identities_of(ada.subject) == [(provider.issuer, "ada")]

    page.goto("/logout")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.goto("/login?next=/help")
    page.get_by_role("link", name="University").click()
    page.wait_for_url(f"{site}/help")
    assert page.get_by_role("link", name="Sign in").count() == 0


def test_who_says_no_there_is_told_so_here(page: Any, site: str, provider: Any) -> None:
    page.goto("/login")
    page.get_by_role("link", name="University").click()
    page.get_by_role("link", name="Cancel").click()
    page.wait_for_url(f"{site}/oidc/uni/refused?why=denied")
    assert page.get_by_role("alert").inner_text() == (
        "You did not allow University to tell us who you are, so you are not signed in."
    )
