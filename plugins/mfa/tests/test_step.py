"""The second step: who is asked, what passes, and what does not."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import select

from muniment.api import SYSTEM, hash_secret
from muniment_mfa.codes import normalized
from muniment_mfa.models import AppSecret, RecoveryCode

pytestmark = pytest.mark.plugins("mfa")
NEEDED = pytest.mark.configuration("plugin", mfa={"required_roles": ["administrator"]})


def codes_on(answer: Any) -> list[str]:
    return re.findall(r"<code class=\"once\">([a-z2-7-]{19})</code>", answer.get_data(as_text=True))


@pytest.mark.hook("further_step")
def test_a_code_of_the_app_is_asked_for_after_the_password(another: Any, clock: Any) -> None:
    clock.pass_by(minutes=1)
    assert another.sign_in().headers["Location"] == "/mfa/step?next=/me/uploads"
    assert not another.signed_in
    answer = another.post("/mfa/step", "/mfa/step?next=/me/uploads", code=another.shown())
    assert (answer.status_code, answer.headers["Location"]) == (303, "/me/uploads")
    assert another.signed_in


def test_without_a_second_step_nothing_changes(adas: Any) -> None:
    assert adas.signed_in
    assert "Set it up" in adas.get("/mfa/settings").text


def test_a_code_is_refused_when_it_is_shown_again(another: Any, clock: Any, browser_of: Any, ada: Any) -> None:
    """Whoever looked over a shoulder is too late (ASVS 6.5.1)."""
    clock.pass_by(minutes=1)
    code = another.shown()
    another.sign_in()
    assert another.post("/mfa/step", code=code).status_code == 303
    thief = browser_of(ada)
    thief.sign_in()
    assert thief.post("/mfa/step", code=code).status_code == 422
    assert thief.post("/mfa/step", code=another.shown(-1)).status_code == 422
    assert not thief.signed_in
    clock.pass_by(seconds=30)
    assert thief.post("/mfa/step", code=another.shown()).status_code == 303


def test_the_code_that_set_it_up_does_not_sign_in(another: Any) -> None:
    another.sign_in()
    assert another.post("/mfa/step", code=another.shown()).status_code == 422


@pytest.mark.parametrize("code", ["", "000000", "abcdef", "１２３４５６", "\x00", "x" * 2000, "aaaa-aaaa-aaaa-aaaa"])
def test_wrong_codes_are_told(another: Any, code: str) -> None:
    another.sign_in()
    answer = another.post("/mfa/step", code=code)
    assert answer.status_code == 422
    assert "The code is wrong" in answer.text
    assert not another.signed_in


def test_nobody_guesses_six_digits(another: Any, clock: Any, repository: Any, ada: Any) -> None:
    another.sign_in()
    for _ in range(5):
        assert another.post("/mfa/step", code="000000").status_code == 422
    refused = another.post("/mfa/step", code=another.shown(1))
    assert refused.status_code == 429
    assert int(refused.headers["Retry-After"]) > 0
    told = [entry for entry in repository.audit.entries(f"user:{ada.subject}") if entry.action == "mfa.refused"]
    assert [entry.details["reason"] for entry in told] == ["throttled", "wrong"]
    clock.pass_by(minutes=2)
    assert another.post("/mfa/step", code=another.shown()).status_code == 303


def test_a_recovery_code_works_once(
    another: Any, recovery_codes: list[str], browser_of: Any, ada: Any, run_jobs: Any, mail_server: Any
) -> None:
    another.sign_in()
    assert another.post("/mfa/step", code=f" {recovery_codes[0].upper()} ").status_code == 303
    assert another.signed_in
    again = browser_of(ada)
    again.sign_in()
    assert again.post("/mfa/step", code=recovery_codes[0]).status_code == 422
    assert "9 codes are left" in another.get("/mfa/settings").text
    run_jobs()
    letters = [message for message in mail_server.messages if "Two-step sign-in" in message["Subject"]]
    assert len(letters) == 2
    assert letters[0]["To"] == ada.email
    for text in mail_server.parts(letters[0]):
        assert "sign-in of your account at Test Repository was set up" in " ".join(text.split())


def test_secrets_are_not_readable(repository: Any, adas: Any, recovery_codes: list[str]) -> None:
    with repository.database.read() as session:
        (row,) = session.execute(select(AppSecret)).scalars()
        kept = {one.code_hash for one in session.execute(select(RecoveryCode)).scalars()}
    assert adas.key not in str(row.secret)
    assert kept == {hash_secret(normalized(code)) for code in recovery_codes}


def test_the_password_alone_does_not_connect_another_app(another: Any) -> None:
    another.sign_in()
    assert another.get("/mfa/setup").headers["Location"] == "/mfa/step"
    answer = another.post("/mfa/setup", "/mfa/step", code="000000", offer="x")
    assert answer.headers["Location"] == "/mfa/step"
    assert not another.signed_in
    for path in ("/mfa/settings/off", "/mfa/settings/codes"):
        assert another.post(path, "/mfa/step").headers["Location"].startswith("/mfa/step")


def test_an_offer_belongs_to_one_person_and_half_an_hour(adas: Any, browser_of: Any, grace: Any, clock: Any) -> None:
    page = adas.get("/mfa/setup").text
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert offer is not None
    hers = browser_of(grace)
    hers.sign_in()
    for sent in (offer[1], "nonsense", "a.b"):
        answer = hers.post("/mfa/setup", offer=sent, code=hers.shown)
        assert answer.status_code == 422
        assert "The picture has expired" in answer.text
    clock.pass_by(minutes=31)
    answer = adas.post("/mfa/setup", offer=offer[1], code=adas.shown)
    assert "The picture has expired" in answer.text


def test_setting_up_asks_for_the_password_when_signing_in_was_long_ago(adas: Any, clock: Any) -> None:
    clock.pass_by(minutes=16)
    assert adas.set_up().status_code == 422
    assert adas.set_up(password="wrong").status_code == 422
    assert len(codes_on(adas.set_up(password=adas.person.password))) == 10


def test_changing_it_asks_for_a_code_when_that_was_long_ago(adas: Any, recovery_codes: list[str], clock: Any) -> None:
    clock.pass_by(minutes=16)
    for path in ("/mfa/settings/codes", "/mfa/settings/off"):
        assert adas.post(path, "/mfa/settings").headers["Location"] == "/mfa/step?next=/mfa/settings"
    page = "/mfa/step?next=/mfa/settings"
    assert "Confirm that it is you" in adas.get(page).text
    assert adas.post("/mfa/step", page, code=adas.shown()).headers["Location"] == "/mfa/settings"
    fresh = codes_on(adas.post("/mfa/settings/codes", "/mfa/settings"))
    assert len(fresh) == 10
    assert not set(fresh) & set(recovery_codes)
    assert adas.post("/mfa/settings/off", "/mfa/settings").headers["Location"] == "/mfa/settings?done=mfa-off"
    assert "Two-step sign-in is off." in adas.get("/mfa/settings?done=mfa-off").text


@NEEDED
def test_a_role_that_needs_it_sets_it_up_before_anything_else(
    browser_of: Any, administrator: Any, api: Any, clock: Any
) -> None:
    browser = browser_of(administrator)
    assert browser.sign_in("/control").headers["Location"] == "/mfa/step?next=/control"
    assert browser.get("/mfa/step?next=/control").headers["Location"] == "/mfa/setup?next=/control"
    assert browser.get("/control").status_code == 302
    assert not browser.signed_in
    assert api.as_(administrator).get("/api/me").status_code == 200, "tokens keep working"
    answer = browser.post("/mfa/setup", "/mfa/setup?next=/control", code=browser.shown)
    assert len(codes_on(answer)) == 10
    assert 'href="/control"' in answer.text
    assert browser.signed_in
    assert browser.get("/control").status_code == 200
    refused = browser.post("/mfa/settings/off", "/mfa/settings")
    assert refused.status_code == 422
    assert "Your role on this site needs two-step sign-in." in refused.text


def test_a_session_from_before_the_rule_is_asked_too(
    browser_of: Any, administrator: Any, repository: Any, ada: Any
) -> None:
    from muniment.web.app import create_app

    browser, adas = browser_of(administrator), browser_of(ada)
    browser.sign_in()
    adas.sign_in()
    assert browser.signed_in
    repository.plugin_settings.change("mfa", {"required_roles": ["administrator"]}, SYSTEM)
    after = create_app(repository.successor())
    cookie = browser.client.get_cookie("muniment_session").value
    browser.client, adas.client = after.test_client(), _moved(adas.client, after)
    browser.client.set_cookie("muniment_session", cookie)
    assert not browser.signed_in
    assert browser.get("/me/uploads").headers["Location"] == "/mfa/step?next=/me/uploads"
    assert adas.signed_in


def _moved(client: Any, app: Any) -> Any:
    fresh = app.test_client()
    fresh.set_cookie("muniment_session", client.get_cookie("muniment_session").value)
    return fresh


@pytest.mark.parametrize("asked", [False, True])
def test_other_ways_of_signing_in_by_setting(
    repository: Any, ada: Any, adas: Any, recovery_codes: list[str], asked: bool
) -> None:
    repository.plugin_settings.change("mfa", {"other_ways": asked}, SYSTEM)
    later = repository.successor()
    session = later.sessions.resolve(later.sessions.start(ada.subject, method="orcid"))
    assert bool(session.step) is asked


def test_an_operator_resets_it(
    panel: Any, adas: Any, recovery_codes: list[str], repository: Any, ada: Any, run_jobs: Any, mailbox: Any
) -> None:
    assert "Ada Lovelace" in panel.get("/control/mfa")
    panel.get(f"/control/mfa/{ada.subject}/reset")
    assert "is taken away" in panel.post(f"/control/mfa/{ada.subject}/reset")
    assert "Nobody has a second step" in panel.get("/control/mfa")
    assert not adas.signed_in
    assert "/me/uploads" in adas.sign_in().headers["Location"]
    entry = next(entry for entry in repository.audit.entries() if entry.action == "mfa.reset")
    assert entry.resource == f"user:{ada.subject}"
    run_jobs()
    assert any("mfa-reset" in path.name for path in mailbox.iterdir())
    panel.post(f"/control/mfa/{ada.subject}/reset", 404)
    panel.get("/control/mfa/nobody/reset", 404)


def test_only_administrators_reset(browser_of: Any, adas: Any, recovery_codes: list[str], grace: Any, ada: Any) -> None:
    hers = browser_of(grace)
    hers.sign_in()
    assert hers.get("/control/mfa").status_code == 403
    assert hers.post(f"/control/mfa/{ada.subject}/reset", "/account/settings/profile").status_code == 403


@pytest.mark.hook("register_commands")
def test_commands(instance: Any, repository: Any, adas: Any, recovery_codes: list[str], ada: Any) -> None:
    repository.hooks.contributions("register_commands")

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "mfa", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert '"people": 1' in run("status", "--json")
    assert "tells the person" in run("reset", ada.email)
    assert "has no second step" in run("reset", ada.email)
    assert "no account" in run("reset", "nobody@example.org")
    assert "0 people" in run("status")


@pytest.mark.hook("register_blueprints", "register_nav")
def test_a_visitor_has_no_step(client: Any) -> None:
    for path in ("/mfa/step", "/mfa/setup"):
        assert client.get(path).headers["Location"] == "/login"
    assert client.get("/mfa/settings").status_code == 302


@pytest.mark.hook("privacy_categories")
def test_it_goes_with_the_account(repository: Any, ada: Any, adas: Any, recovery_codes: list[str]) -> None:
    repository.erasure.erase(ada.subject)
    with repository.database.read() as session:
        assert session.execute(select(AppSecret)).first() is None
        assert session.execute(select(RecoveryCode)).first() is None


def test_the_next_page_is_one_of_this_site(another: Any, clock: Any) -> None:
    clock.pass_by(minutes=1)
    another.sign_in()
    answer = another.post("/mfa/step", "/mfa/step?next=//evil.example/", code=another.shown())
    assert answer.headers["Location"] == "/"
