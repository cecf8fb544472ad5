"""The account pages, used as a browser without JavaScript uses them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from muniment.access.actor import SYSTEM
from muniment.repository import Repository
from muniment.testing.people import Person
from muniment.web.ui.account_messages import MESSAGES

SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
NEW = "quite another password"


@pytest.fixture
def browser(forms: Any) -> Any:
    return forms


@pytest.fixture
def second(app: Flask, forms: Any) -> Any:
    """Another device."""
    return type(forms)(app.test_client())


def mailed_link(mailbox: Path, name: str) -> str:
    """The path of the link in the newest stored message of a kind."""
    newest = sorted(mailbox.glob(f"*-{name}-*.eml"))[-1]
    (address,) = re.findall(r"^http\S+token=\S+$", newest.read_text(), re.MULTILINE)
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


def test_sign_up_confirm_sign_in_and_out(browser: Any, run_jobs: Callable[[], int], mailbox: Path) -> None:
    browser.open("/signup").send(email="ada@example.org", password=NEW, full_name="Ada Lovelace")
    assert browser.address == "/signup/sent"
    assert "var/mail" in browser.text
    run_jobs()
    browser.open(mailed_link(mailbox, "confirm-email"))
    assert "ada@example.org" in browser.text
    browser.send()
    assert "confirmed" in browser.text
    browser.send("/login", email="ada@example.org", password=NEW)
    assert browser.address == "/"
    browser.open("/account/settings/profile")
    assert browser.page.xpath("//input[@name='full_name']/@value") == ["Ada Lovelace"]
    browser.open("/logout").send("/logout")
    assert browser.cookie is None
    assert browser.open("/account/settings/profile").address.startswith("/login?next=")


@pytest.mark.configuration("mail", host="mail.example.org")
def test_pages_do_not_speak_of_a_folder_where_there_is_a_mail_server(browser: Any) -> None:
    assert "var/mail" not in browser.open("/signup/sent").text


def test_opening_a_link_changes_nothing_until_the_button_is_pressed(browser: Any, repository: Repository) -> None:
    user = repository.users.create("ada@example.org")
    link = repository.users.one_time_link(user, "confirm-email").removeprefix("http://localhost:5000")
    browser.open(link).open(link)
    assert repository.users.get(user.subject_id).confirmed_at is None
    browser.send()
    assert repository.users.get(user.subject_id).confirmed_at is not None


@pytest.mark.parametrize("path", ["/confirm", "/reset-password", "/set-password", "/confirm-address"])
@pytest.mark.parametrize("token", ["", "?token=", "?token=unknown", "?token=%00", "?token=%F0%28"])
def test_links_that_are_not_valid_say_what_to_do(browser: Any, path: str, token: str) -> None:
    browser.open(path + token)
    assert browser.seen == [422]
    assert browser.problems == ["This link is not valid any more. Ask for a new one."]


def test_signing_in_leads_back_to_where_one_was(browser: Any, ada: Person) -> None:
    assert browser.sign_in(ada, "/login?next=/search%3Fq%3Dice").address == "/search?q=ice"


@pytest.mark.parametrize(
    "target", ["//evil.example", "/%5Cevil.example", "https://evil.example", "javascript:alert(1)"]
)
def test_signing_in_never_leads_elsewhere_cve_2023_49438_cve_2021_32618_cve_2024_45399(
    browser: Any, ada: Person, target: str
) -> None:
    browser.open(f"/login?next={target}")
    assert browser.page.xpath("//input[@name='next']/@value") == ["/"]
    assert browser.send("/login", email=ada.email, password=ada.password, next=target).address == "/"


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.org", "wrong password"),
        ("nobody@example.org", "wrong password"),
        ("", ""),
        ("x" * 5000, "y" * 5000),
    ],
)
def test_a_failed_sign_in_says_the_same_whatever_was_wrong(
    browser: Any, ada: Person, email: str, password: str
) -> None:
    browser.open("/login").send("/login", email=email, password=password)
    assert browser.seen == [422]
    assert browser.problems == ["The e-mail address or the password is wrong."]
    assert browser.page.xpath("//input[@name='password']/@value") == []
    assert browser.cookie is None


def test_too_many_failures_answer_429_with_the_time_to_wait(browser: Any, ada: Person) -> None:
    with time_machine.travel("2026-11-21T10:00:15Z", tick=False):
        for _ in range(5):
            browser.open("/login").send("/login", email=ada.email, password="wrong password")
        browser.send("/login", email=ada.email, password=ada.password)
    assert browser.response is not None
    assert browser.response.status_code == 429
    assert browser.response.headers["Retry-After"] == "45"
    assert browser.problems == ["Too many attempts. Please wait and try again."]


def test_the_session_cookie_is_new_at_sign_in_and_worthless_after_sign_out_cve_2025_64100(
    browser: Any, second: Any, ada: Person
) -> None:
    browser.client.set_cookie("muniment_session", "planted-by-somebody")
    browser.open("/login")
    browser.client.set_cookie("muniment_session", "planted-by-somebody")
    browser.sign_in(ada)
    first = browser.cookie
    assert first not in (None, "planted-by-somebody")
    browser.open("/logout").send("/logout")
    second.client.set_cookie("muniment_session", first or "")
    assert second.open("/account/settings/profile").address.startswith("/login")


@pytest.mark.configuration("site", url="https://repo.example.org")
def test_the_session_cookie_is_kept_from_scripts_and_other_sites(app: Flask, ada: Person) -> None:
    client = app.test_client()
    base = "https://repo.example.org"
    page = html.fromstring(client.get("/login", base_url=base).get_data(as_text=True))
    data = dict(page.xpath("//main//form")[0].form_values()) | {"email": ada.email, "password": ada.password}
    answer = client.post("/login", base_url=base, data=data, headers={"Origin": base})
    (cookie,) = [line for line in answer.headers.getlist("Set-Cookie") if line.startswith("muniment_session=")]
    for attribute in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert attribute in cookie


def test_sign_up_says_the_same_for_a_known_address(
    browser: Any, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    known = browser.open("/signup").send(email=ada.email, password=NEW).text
    unknown = browser.open("/signup").send(email="new@example.org", password=NEW).text
    assert known == unknown


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"email": "nonsense", "password": NEW}, "Not a valid email address."),
        ({"email": "ada@example.org", "password": "short"}, "The password needs at least 8 characters."),
        (
            {"email": "ada@example.org", "password": "password1"},
            "This password is among the most common ones; choose another.",
        ),
        (
            {"email": "ada@example.org", "password": NEW, "full_name": "x" * 201},
            "Shorten this: at most 200 characters or entries are taken.",
        ),
    ],
)
def test_a_sign_up_form_comes_back_with_what_is_wrong(browser: Any, values: dict[str, str], problem: str) -> None:
    browser.open("/signup").send(**values)
    assert browser.seen == [422]
    assert browser.problems == [problem]
    assert browser.page.xpath("//input[@name='email']/@value") == [values["email"]]
    assert browser.page.xpath("//input[@aria-invalid='true']")


def test_extra_fields_at_sign_up_are_ignored_cve_2022_43685(browser: Any, repository: Repository, ada: Person) -> None:
    browser.open("/signup").send(
        email="eve@example.org",
        password=NEW,
        id=str(ada.subject),
        roles="administrator",
        confirmed_at="2026-01-01",
        active="1",
    )
    eve = repository.users.find("eve@example.org")
    assert eve is not None
    assert (eve.subject_id != ada.subject, eve.roles, eve.confirmed_at) == (True, [], None)


@pytest.mark.configuration("site", registration=False)
def test_a_site_without_registration_has_no_such_page(browser: Any) -> None:
    assert browser.open("/signup").seen == [404]
    assert "Sign up" not in browser.open("/login").text


def test_a_forgotten_password_is_set_anew_and_signs_in(
    browser: Any, second: Any, ada: Person, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    second.sign_in(ada)
    browser.open("/lost-password").send(email=ada.email)
    assert browser.address == "/lost-password/sent"
    same = browser.text
    assert browser.open("/lost-password").send(email="nobody@example.org").text == same
    run_jobs()
    browser.open(mailed_link(mailbox, "reset-password")).send(password=NEW, password_again="something else")
    assert browser.problems == ["The two passwords are not the same."]
    browser.send(password=NEW, password_again=NEW)
    assert browser.address.startswith("/account/settings/profile")
    assert browser.cookie
    assert second.open("/account/settings/profile").address.startswith("/login")


def test_a_link_for_a_password_confirms_an_address_that_then_waits_for_approval(
    browser: Any, repository: Repository, run_jobs: Callable[[], int], mailbox: Path
) -> None:
    repository.users.domains.create(SYSTEM, {"domain": "mail.example", "status_name": "moderated"})
    repository.users.register("ada@mail.example", NEW)
    browser.open("/lost-password").send(email="ada@mail.example")
    run_jobs()
    browser.open(mailed_link(mailbox, "reset-password")).send(password=NEW, password_again=NEW)
    assert browser.seen[-1] == 200
    assert "look at new accounts" in browser.text
    assert browser.cookie is None


def test_the_first_link_of_an_administrator_sets_the_password(browser: Any, repository: Repository) -> None:
    link = repository.users.ensure_administrator("admin@example.org")
    assert link is not None
    browser.open(link.removeprefix("http://localhost:5000")).send(password=NEW, password_again=NEW)
    assert browser.open("/account/settings/security").seen == [200]
    assert browser.open(link.removeprefix("http://localhost:5000")).problems == ["This link has been used already."]


def test_profile_and_preferences_are_saved(browser: Any, ada: Person, repository: Repository) -> None:
    browser.sign_in(ada).open("/account/settings/profile").send(
        full_name="Ada King", username="countess", visibility="public", affiliations="Analytical Engines"
    )
    assert "saved" in browser.text
    browser.open("/account/settings/preferences").send(locale="de", timezone="Europe/London")
    user = repository.users.get(ada.subject)
    assert (user.full_name, user.username, user.visibility) == ("Ada King", "countess", "public")
    assert (user.locale, user.timezone) == ("de", "Europe/London")
    assert browser.page.get("lang") == "de"


def test_a_profile_that_cannot_be_saved_comes_back(browser: Any, ada: Person, repository: Repository) -> None:
    browser.sign_in(ada).open("/account/settings/profile").send(username="no spaces", full_name="Ada King")
    assert browser.seen == [422]
    assert browser.page.xpath("//input[@name='full_name']/@value") == ["Ada King"]
    assert repository.users.get(ada.subject).full_name == "Ada Lovelace"


def test_devices_are_listed_and_signed_out(browser: Any, second: Any, ada: Person) -> None:
    second.sign_in(ada)
    browser.sign_in(ada).open("/account/settings/security")
    assert len(browser.page.xpath("//ul[@class='rows']/li")) == 2
    assert browser.page.xpath("count(//ul[@class='rows']//*[contains(., 'this device') and @class='chip active'])") == 1
    browser.send("/account/settings/security/devices/end-others")
    assert second.open("/account/settings/profile").address.startswith("/login")
    assert len(browser.page.xpath("//ul[@class='rows']/li")) == 1


def test_a_device_of_somebody_else_cannot_be_signed_out_cve_2021_43781(
    browser: Any, second: Any, ada: Person, grace: Person, repository: Repository
) -> None:
    second.sign_in(grace)
    (hers,) = repository.sessions.devices(grace.subject)
    browser.sign_in(ada).open("/account/settings/security")
    token = browser.page.xpath("//main//input[@name='csrf_token']/@value")[0]
    for number in (str(hers.id), "999999", "9" * 30):
        answer = browser.client.post(
            f"/account/settings/security/devices/{number}/end", data={"csrf_token": token}, headers=SAME_ORIGIN
        )
        assert answer.status_code == 404
    assert second.open("/account/settings/profile").seen == [200]


def test_changing_the_password_renews_the_cookie_and_signs_others_out_cve_2025_64100(
    browser: Any, second: Any, ada: Person, repository: Repository
) -> None:
    second.sign_in(ada)
    browser.sign_in(ada)
    before = browser.cookie
    browser.open("/account/settings/security").send(
        "/account/settings/security/password", current_password=ada.password, new_password=NEW, new_password_again=NEW
    )
    assert browser.address == "/account/settings/security?done=password"
    assert browser.cookie not in (None, before)
    assert second.open("/account/settings/profile").address.startswith("/login")
    assert repository.users.authenticate(ada.email, NEW)


def test_the_address_is_changed_by_a_mailed_link(
    browser: Any, ada: Person, run_jobs: Callable[[], int], mailbox: Path, repository: Repository
) -> None:
    browser.sign_in(ada).open("/account/settings/security").send(
        "/account/settings/security/email", email="new@example.org", password=ada.password
    )
    assert "waits for its confirmation" in browser.text
    run_jobs()
    browser.open(mailed_link(mailbox, "change-email")).send()
    assert repository.users.get(ada.subject).email == "new@example.org"


def test_an_account_is_closed_with_its_password(browser: Any, ada: Person, repository: Repository) -> None:
    browser.sign_in(ada).open("/account/settings/deactivate").send(password="wrong password")
    assert browser.problems == ["The password is wrong."]
    browser.send(password=ada.password)
    assert not repository.users.get(ada.subject).active
    assert "deactivated" in browser.text
    browser.send("/login", email=ada.email, password=ada.password)
    assert browser.problems == ["This account is deactivated. Please contact the operators of this site."]


def test_a_token_is_shown_once_works_and_is_revoked(browser: Any, ada: Person, app: Flask) -> None:
    browser.sign_in(ada).open("/account/settings/applications").send(
        "/account/settings/applications", name="laptop", scopes=["user:email"], days="30"
    )
    (token,) = browser.page.xpath("//code[@id='new-token']/text()")
    bearer = {"Authorization": f"Bearer {token}"}
    assert app.test_client().get("/api/me", headers=bearer).json["email"] == ada.email  # type: ignore[index]
    browser.open("/account/settings/applications")
    assert token not in browser.page.text_content()
    assert "laptop" in browser.text
    browser.send(browser.page.xpath("//ul[@class='rows']//form/@action")[0])
    assert app.test_client().get("/api/me", headers=bearer).status_code == 401


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"name": ""}, "Give the token a name by which you will know it again."),
        ({"days": "9999"}, "A token ends in the future, after a year at the latest."),
        ({"days": "x"}, "A token ends in the future, after a year at the latest."),
    ],
)
def test_a_token_that_cannot_be_made_says_why(browser: Any, ada: Person, values: dict[str, str], problem: str) -> None:
    browser.sign_in(ada).open("/account/settings/applications")
    browser.send("/account/settings/applications", **{"name": "laptop", "days": "30", **values})
    assert browser.problems == [problem]


def test_names_of_people_are_text_on_every_page_cve_2019_1020005(
    browser: Any, make_user: Callable[..., Person], repository: Repository
) -> None:
    evil = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
    person = make_user("eve@example.org", full_name=evil)
    repository.tokens.create(person.subject, evil)
    browser.sign_in(person)
    for path in ("profile", "preferences", "security", "applications", "deactivate"):
        browser.open(f"/account/settings/{path}")
        assert not browser.page.xpath("//script[not(@src)] | //img[@onerror]"), path


SETTINGS = ("profile", "preferences", "security", "applications", "privacy", "deactivate", "delete")


@pytest.mark.parametrize("name", SETTINGS)
def test_settings_are_for_people_who_are_signed_in(browser: Any, name: str) -> None:
    assert browser.open(f"/account/settings/{name}").address == f"/login?next=/account/settings/{name}"


@pytest.mark.parametrize("name", SETTINGS)
def test_a_token_does_not_open_settings(client: FlaskClient, ada: Person, repository: Repository, name: str) -> None:
    token = repository.tokens.create(ada.subject, "laptop")
    answer = client.get(f"/account/settings/{name}", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 403


def test_account_pages_are_never_kept_by_caches(browser: Any, ada: Person) -> None:
    paths = ["/login", "/signup", "/lost-password", *(f"/account/settings/{name}" for name in SETTINGS)]
    for path in paths:
        browser.open(path)
        assert browser.response is not None
        assert browser.response.headers["Cache-Control"] == "private, no-store"
        browser.sign_in(ada) if path == "/lost-password" else None


def test_a_page_opened_by_a_link_tells_the_address_to_nobody(browser: Any, repository: Repository, ada: Person) -> None:
    link = repository.users.one_time_link(ada.subject, "reset-password").removeprefix("http://localhost:5000")
    browser.open(link)
    assert browser.response is not None
    assert browser.response.headers["Referrer-Policy"] == "no-referrer"


def test_every_message_of_the_password_policy_can_be_translated() -> None:
    from muniment.builtin.password.policy import problem_with

    known = {str(message._args[0]) for message in MESSAGES}
    for password in ("", "short", "x" * 200, "password", "with\x00control", "adalovelace"):
        problem = problem_with(password, own=["Ada Lovelace"])
        assert problem is not None
        assert problem.message in known
