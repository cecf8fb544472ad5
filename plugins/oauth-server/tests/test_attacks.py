"""What must not work, each by the name of the attack (RFC 9700, OWASP ASVS 5.0 chapter 10)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from muniment_oauth_server.service import OAuthServer

pytestmark = pytest.mark.plugins("oauth-server")

BACK = "https://app.example/back"
VERIFIER = "a-verifier-that-is-long-enough-for-rfc-7636-0123"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
PKCE = {"code_challenge": CHALLENGE, "code_challenge_method": "S256"}


def told(answer: Any) -> dict[str, str]:
    """What the application is told in its address."""
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def refusals(repository: Any) -> list[tuple[str, str]]:
    """Resource and reason of what the audit trail tells of, the oldest first."""
    told = [entry for entry in reversed(repository.audit.entries()) if entry.action == "oauth_server.refused"]
    return [(entry.resource, entry.details["reason"]) for entry in told]


def works(machine: Any, token: str) -> bool:
    return machine.get("/oauth/ping", token).status_code == 200


def test_code_replay_revokes_the_tokens(adas: Any, machine: Any, repository: Any) -> None:
    code = adas.answered(machine.registration.client_id)["code"]
    first = machine.exchange(code).json
    assert first is not None
    assert works(machine, first["access_token"])
    again = machine.exchange(code)
    assert (again.status_code, again.json["error"]) == (400, "invalid_grant")
    assert not works(machine, first["access_token"])
    assert machine.refresh(first["refresh_token"]).status_code == 400
    mine = f"application:{machine.registration.client_id}"
    assert refusals(repository) == [(mine, "invalid_grant"), ("application:none", "invalid_token")]
    assert "authorization.replay" in {entry.action for entry in repository.audit.entries()}


def test_a_code_of_another_application_is_worth_nothing(
    adas: Any, notebook: Any, register: Any, machine_of: Any, repository: Any
) -> None:
    code = adas.answered(notebook.client_id)["code"]
    thief = machine_of(register(name="Thief"))
    assert thief.exchange(code).json["error"] == "invalid_grant"
    assert refusals(repository) == [(f"application:{thief.registration.client_id}", "invalid_grant")]
    assert machine_of(notebook).exchange(code).status_code == 200


def test_a_code_ends_after_five_minutes(adas: Any, machine: Any, repository: Any) -> None:
    code = adas.answered(machine.registration.client_id)["code"]
    now = repository.database.now
    repository.database.now = lambda: now() + timedelta(minutes=5, seconds=1)
    assert machine.exchange(code).json["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "address",
    [
        "https://app.example/back/",
        "https://app.example/back?x=1",
        "https://app.example/Back",
        "https://app.example.evil.example/back",
        "https://app.example@evil.example/back",
        "https://evil.example/back",
        "http://app.example/back",
        "https://app.example/back#",
        "https://app.example/back/../evil",
        "https://app.example:444/back",
        "//app.example/back",
        "javascript:alert(1)",
        "",
    ],
)
def test_redirect_uri_mismatch_is_no_open_redirect(adas: Any, register: Any, address: str) -> None:
    """Neither the code nor the error goes to an address that is not registered."""
    one = register(addresses=f"{BACK}\nhttps://app.example/other")
    for extra in ({}, {"response_type": "token"}, {"scope": "nonsense"}):
        answer = adas.asked(one.client_id, redirect_uri=address, **extra)
        assert answer.status_code == 400
        assert "Location" not in answer.headers


def test_the_redirect_uri_of_the_exchange_must_be_that_of_the_question(
    adas: Any, register: Any, machine_of: Any
) -> None:
    one = register(addresses=f"{BACK}\nhttps://app.example/other")
    code = adas.answered(one.client_id)["code"]
    assert machine_of(one).exchange(code, redirect_uri="https://app.example/other").json["error"] == "invalid_grant"


def test_an_unknown_application_is_not_sent_anywhere(adas: Any, repository: Any) -> None:
    answer = adas.asked("nobody")
    assert answer.status_code == 400
    assert refusals(repository) == [("application:none", "invalid_client")]
    assert "Location" not in answer.headers


@pytest.mark.parametrize(
    "asked",
    [{}, {"code_challenge": PKCE["code_challenge"]}, {**PKCE, "code_challenge_method": "plain"}],
    ids=["none", "implied-plain", "plain"],
)
def test_pkce_downgrade_is_refused_when_asking(adas: Any, register: Any, asked: dict[str, str]) -> None:
    answer = adas.asked(register(public=True).client_id, **asked)
    assert answer.status_code == 303
    assert told(answer)["error"] == "invalid_request"
    assert "code" not in told(answer)


@pytest.mark.parametrize("verifier", [{}, {"code_verifier": "x" * 50}, {"code_verifier": PKCE["code_challenge"]}])
def test_a_code_with_a_challenge_needs_its_verifier(
    adas: Any, notebook: Any, machine: Any, register: Any, machine_of: Any, verifier: dict[str, str]
) -> None:
    """The secret of a confidential application does not make up for it."""
    assert machine.exchange(adas.answered(notebook.client_id, **PKCE)["code"], **verifier).status_code == 400
    public = register(public=True)
    assert machine_of(public).exchange(adas.answered(public.client_id, **PKCE)["code"], **verifier).status_code == 400


def test_a_verifier_without_a_challenge_is_refused(adas: Any, machine: Any) -> None:
    """An attacker who took the challenge out of the question is noticed (RFC 9700, 4.8)."""
    code = adas.answered(machine.registration.client_id)["code"]
    assert machine.exchange(code, code_verifier=VERIFIER).json["error"] == "invalid_request"


def test_refresh_replay_ends_the_family(tokens_for: Any, machine: Any, repository: Any) -> None:
    first = tokens_for()
    second = machine.refresh(first["refresh_token"]).json
    assert second is not None
    assert works(machine, second["access_token"])
    assert not works(machine, first["access_token"])
    assert machine.refresh(first["refresh_token"]).json["error"] == "invalid_grant"
    assert not works(machine, second["access_token"])
    assert machine.refresh(second["refresh_token"]).status_code == 400
    assert "authorization.replay" in {entry.action for entry in repository.audit.entries()}


def test_a_refresh_token_of_another_application_is_worth_nothing(
    tokens_for: Any, register: Any, machine_of: Any, machine: Any
) -> None:
    refresh = tokens_for()["refresh_token"]
    assert machine_of(register(name="Thief")).refresh(refresh).json["error"] == "invalid_grant"
    assert machine.refresh(refresh).status_code == 200


@pytest.mark.parametrize("act", ["block", "deactivate"])
def test_tokens_of_a_blocked_user_do_nothing(
    tokens_for: Any, machine: Any, repository: Any, ada: Any, adas: Any, act: str
) -> None:
    issued = tokens_for("openid deposit:write")
    code = adas.answered(machine.registration.client_id, prompt="consent")["code"]
    getattr(repository.users, act)(ada.subject)
    assert not works(machine, issued["access_token"])
    assert machine.get("/api/me", issued["access_token"]).status_code == 401
    assert machine.get("/oauth/userinfo", issued["access_token"]).status_code == 401
    assert machine.refresh(issued["refresh_token"]).status_code == 400
    assert machine.exchange(code).status_code == 400
    asked = machine.send("/oauth/introspect", token=issued["access_token"]).json
    assert asked == {"active": False}


def test_the_client_of_a_deleted_user_is_gone(
    tokens_for: Any, machine: Any, repository: Any, grace: Any, adas: Any, service: OAuthServer
) -> None:
    issued = tokens_for("openid deposit:write")
    repository.users.block(grace.subject)
    assert not works(machine, issued["access_token"])
    assert adas.asked(machine.registration.client_id).status_code == 400
    repository.users.restore(grace.subject)
    assert works(machine, issued["access_token"])
    repository.erasure.erase(grace.subject)
    assert not works(machine, issued["access_token"])
    assert machine.refresh(issued["refresh_token"]).status_code == 401
    assert list(service.applications.all()) == []


def test_scope_widening_when_refreshing_is_refused(tokens_for: Any, machine: Any) -> None:
    issued = tokens_for("openid deposit:write")
    wider = machine.refresh(issued["refresh_token"], scope="openid deposit:write deposit:actions")
    assert wider.json["error"] == "invalid_scope"
    narrower = machine.refresh(issued["refresh_token"], scope="openid").json
    assert narrower is not None
    assert narrower["scope"] == "openid"


def test_scope_widening_behind_a_consent_asks_again(adas: Any, tokens_for: Any, machine: Any) -> None:
    """What was allowed before is not asked again; anything more is."""
    tokens_for("openid")
    assert "Go on" in adas.asked(machine.registration.client_id, scope="openid").get_data(as_text=True)
    page = adas.asked(machine.registration.client_id, scope="openid deposit:write").get_data(as_text=True)
    assert "deposit:write" in page
    assert 'value="allow"' in page


def test_scopes_that_nobody_declared_are_refused(adas: Any, notebook: Any) -> None:
    assert told(adas.asked(notebook.client_id, scope="openid admin:all"))["error"] == "invalid_scope"


def test_a_scope_in_the_form_changes_nothing(adas: Any, notebook: Any, service: OAuthServer) -> None:
    """Mass assignment: what was shown in the address is what is allowed."""
    page = adas.asked(notebook.client_id, scope="openid")
    token = page.get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    answer = adas.client.post(
        page.request.full_path,
        data={"answer": "allow", "csrf_token": token, "scope": "openid deposit:actions", "user": "1"},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    allowed = [one.scopes for one in service.authorizations.of(adas.person.subject)]
    assert allowed in ([("openid",)], []), answer.headers.get("Location")


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}, {}])
def test_csrf_on_the_consent_is_refused(
    adas: Any, notebook: Any, service: OAuthServer, headers: dict[str, str]
) -> None:
    page = adas.asked(notebook.client_id)
    answer = adas.client.post(page.request.full_path, data={"answer": "allow"}, headers=headers)
    assert answer.status_code == 400
    same = adas.client.post(page.request.full_path, data={"answer": "allow"}, headers={"Sec-Fetch-Site": "same-origin"})
    assert same.status_code == 400
    assert list(service.authorizations.of(adas.person.subject)) == []


def test_nobody_is_made_to_click_on_the_consent(adas: Any, notebook: Any) -> None:
    """Clickjacking: no page of another site shows it in a frame."""
    headers = adas.asked(notebook.client_id).headers
    assert headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("kind", ["token", "id_token", "code token", "id_token token", "code id_token"])
def test_the_implicit_flow_is_refused(adas: Any, notebook: Any, kind: str) -> None:
    answer = adas.asked(notebook.client_id, response_type=kind, nonce="n")
    assert told(answer)["error"] == "unsupported_response_type"
    assert "#" not in answer.headers["Location"]


@pytest.mark.parametrize("grant", ["password", "client_credentials", "implicit", "", "authorization_code"])
def test_other_grants_are_refused(machine: Any, ada: Any, grant: str) -> None:
    answer = machine.send("/oauth/token", grant_type=grant, username=ada.email, password=ada.password)
    assert answer.status_code == 400
    assert "access_token" not in answer.get_data(as_text=True)


@pytest.mark.parametrize("secret", ["", "wrong", "x" * 5000])
def test_a_confidential_application_must_prove_itself(
    adas: Any, notebook: Any, machine_of: Any, secret: str, repository: Any
) -> None:
    code = adas.answered(notebook.client_id)["code"]
    liar = machine_of(replace(notebook, secret=secret))
    assert liar.exchange(code).status_code == 401
    assert refusals(repository) == [(f"application:{notebook.client_id}", "invalid_client")]
    assert machine_of(notebook).exchange(code).status_code == 200


def test_a_token_in_an_address_does_not_manage_applications(tokens_for: Any, machine: Any) -> None:
    token = tokens_for("openid deposit:write deposit:actions")["access_token"]
    for path in ("/account/settings/applications/clients", "/account/settings/applications/authorized"):
        assert machine.get(path, token).status_code == 403
    assert machine.client.get(f"/oauth/ping?access_token={token}").status_code == 401


def test_applications_of_others_are_not_there(browser_of: Any, ada: Any, notebook: Any) -> None:
    panel = browser_of(ada)
    base = f"/account/settings/applications/clients/{notebook.number}"
    for path in (base, f"{base}/remove"):
        panel.get(path, 404)
    for path in (base, f"{base}/secret", f"{base}/remove"):
        panel.post(path, 404, name="Mine", redirect_uris=BACK)


def test_the_answer_says_who_answers(adas: Any, notebook: Any) -> None:
    """Mixed-up servers (RFC 9207)."""
    assert adas.answered(notebook.client_id)["iss"] == "http://localhost:5000"


def test_a_state_comes_back_as_it_was(adas: Any, notebook: Any) -> None:
    state = "a b&c=d#é<script>"
    assert adas.answered(notebook.client_id, state=state)["state"] == state
    assert adas.answered(notebook.client_id, "deny", state=state, prompt="consent")["error"] == "access_denied"


@pytest.mark.parametrize("body", ["%", "grant_type=%ff", "a=" + "b" * 100_000, "\x00"])
def test_nonsense_is_a_400(machine: Any, body: str) -> None:
    for path in ("/oauth/token", "/oauth/revoke", "/oauth/introspect"):
        answer = machine.client.post(path, data=body, content_type="application/x-www-form-urlencoded")
        assert answer.status_code in (400, 401)
    basic = base64.b64encode(b"\xff\xfe:\x00").decode()
    answer = machine.client.post("/oauth/token", data={"grant_type": "x"}, headers={"Authorization": f"Basic {basic}"})
    assert answer.status_code == 400


def test_the_host_of_the_question_is_not_believed(adas: Any, notebook: Any) -> None:
    answer = adas.client.get("/.well-known/openid-configuration", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert urlsplit(adas.client.get("/.well-known/openid-configuration").json["issuer"]).hostname == "localhost"
