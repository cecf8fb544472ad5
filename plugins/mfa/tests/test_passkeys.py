"""Passkeys, with an authenticator that Chromium plays; and what is refused without one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest

from muniment.api import ValidationFailed
from muniment_mfa.passkeys import Place

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.plugins("mfa")
HERE = Place("localhost", "http://localhost:5000")


@pytest.fixture
def here(site: str) -> str:
    """The site by its name: keys are bound to names, and an address is none."""
    return site.replace("127.0.0.1", "localhost")


@pytest.fixture
def page(browser: Browser) -> Page:
    """A page with a phone at hand that always says yes."""
    context = browser.new_context(locale="en-GB")
    found = context.new_page()
    found.set_default_timeout(20_000)
    found.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    session = context.new_cdp_session(found)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return found


def sign_in(page: Page, here: str, person: Any) -> None:
    page.goto(f"{here}/login?next=/mfa/settings")
    page.fill("input[name=email]", person.email)
    page.fill("input[name=password]", person.password)
    page.click("main form button[type=submit]")
    page.wait_for_url(lambda address: "/login" not in address)


def add_key(page: Page, name: str) -> None:
    page.fill("m-passkey input[name=name]", name)
    page.get_by_role("button", name="Add a passkey").click()


def test_a_passkey_is_added_used_and_removed(page: Page, here: str, ada: Any, factors: Any, clock: Any) -> None:
    sign_in(page, here, ada)
    add_key(page, "My phone")
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    assert len(page.locator("#recovery-codes li").all()) == 10
    (key,) = factors.standing(ada.subject).keys
    assert (key.name, key.used) == ("My phone", None)
    page.context.clear_cookies()
    clock.pass_by(minutes=1)
    sign_in(page, here, ada)
    page.get_by_role("heading", name="One more step").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove My phone").wait_for()
    assert factors.standing(ada.subject).keys[0].used is not None
    page.get_by_role("button", name="Remove My phone").click()
    page.get_by_text("This is your only second step.").first.wait_for()
    page.get_by_role("button", name="Turn it off").click()
    page.get_by_text("Two-step sign-in is off.").wait_for()
    assert factors.standing(ada.subject).keys == ()


def test_an_answer_counts_once(page: Page, here: str, ada: Any, factors: Any, clock: Any, browser_of: Any) -> None:
    """Whoever reads along is too late, also with a sign count that stays at 0, as that of most passkeys does."""
    sign_in(page, here, ada)
    add_key(page, "My phone")
    page.get_by_role("heading", name="Keep your recovery codes").wait_for()
    page.context.clear_cookies()
    clock.pass_by(minutes=1)
    sign_in(page, here, ada)
    sent: dict[str, str] = {}
    page.on("request", lambda request: sent.update(request.post_data_json or {}) if request.method == "POST" else None)
    page.get_by_role("button", name="Use a passkey").click()
    page.get_by_role("button", name="Remove My phone").wait_for()
    assert sent["answer"]
    place = Place("localhost", here)
    with pytest.raises(ValidationFailed, match="used already"):
        factors.check_key(ada.subject, place, sent["answer"], sent["sealed"], "")


@pytest.mark.parametrize("answer", ["", "{", "[]", "{}", '{"id": 3}', '{"id": "AAAA"}', "[" * 20_000])
def test_what_is_no_answer_is_told(another: Any, answer: str, factors: Any, ada: Any, repository: Any) -> None:
    question = factors.passkeys.ask_for_new(ada.subject, HERE)
    with pytest.raises(ValidationFailed, match="could not be checked"):
        factors.add_key(ada.subject, HERE, answer, question.sealed, "")
    another.sign_in()
    refused = another.post("/mfa/step", answer=answer or "x", sealed="nothing")
    assert refused.status_code == 422
    assert not another.signed_in
    assert "mfa.refused" in {entry.action for entry in repository.audit.entries(f"user:{ada.subject}")}


def test_a_question_is_for_one_account_and_one_purpose_and_not_for_long(
    factors: Any, ada: Any, grace: Any, clock: Any
) -> None:
    question = factors.passkeys.ask_for_new(ada.subject, HERE)
    told = json.loads(question.options)
    assert (told["rp"]["id"], told["user"]["name"]) == ("localhost", ada.email)
    with pytest.raises(ValidationFailed, match="took too long"):
        factors.add_key(grace.subject, HERE, '{"id": "AAAA"}', question.sealed, "")
    with pytest.raises(ValidationFailed, match="took too long"):
        factors.check_key(ada.subject, HERE, '{"id": "AAAA"}', question.sealed, "")
    clock.pass_by(minutes=6)
    with pytest.raises(ValidationFailed, match="took too long"):
        factors.add_key(ada.subject, HERE, '{"id": "AAAA"}', question.sealed, "")


def test_keys_are_bound_to_the_name_of_the_site(repository: Any) -> None:
    assert Place.of(repository, "http://localhost:8080/mfa/step") == Place("localhost", "http://localhost:8080")
    assert Place.of(repository, "http://127.0.0.1:8080/mfa/step") is None


def test_who_only_knows_the_password_adds_no_key(another: Any, factors: Any, ada: Any) -> None:
    another.sign_in()
    assert another.post("/mfa/keys", "/mfa/step", answer="{}", sealed="x").headers["Location"] == "/mfa/step"
    assert factors.standing(ada.subject).keys == ()


def test_a_key_of_somebody_else_is_none(adas: Any, recovery_codes: list[str]) -> None:
    assert adas.post("/mfa/settings/keys/999/remove", "/mfa/settings").status_code == 404


def test_without_scripts_nothing_of_it_shows(adas: Any) -> None:
    page = adas.get("/mfa/settings").text
    assert re.search(r"<m-passkey [^>]* hidden>", page)
