"""What the endpoints answer, and what a token opens."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet
from sqlalchemy import func, select

from muniment.api import SYSTEM
from muniment.testing.html_forms import forms_of
from muniment_oauth_server.models import Authorization, Code, SigningKey, Token

pytestmark = pytest.mark.plugins("oauth-server")


def told(answer: Any) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@pytest.fixture
def later(repository: Any) -> Any:
    """`later(days=3)`: move the clock."""
    now, moved = repository.database.now, [timedelta()]
    repository.database.now = lambda: now() + moved[0]

    def move(**span: float) -> None:
        moved[0] += timedelta(**span)

    return move


@pytest.mark.hook("register_blueprints", "register_jobs")
def test_the_description_names_what_is_there(client: Any) -> None:
    told = client.get("/.well-known/openid-configuration").json
    assert told == client.get("/.well-known/oauth-authorization-server").json
    assert told["issuer"] == "http://localhost:5000"
    for name in ("authorization", "token", "userinfo", "revocation", "introspection"):
        path = urlsplit(told[f"{name}_endpoint"]).path
        assert client.get(path).status_code != 404
    assert {"openid", "deposit:write", "user:email"} <= set(told["scopes_supported"])
    assert told["code_challenge_methods_supported"] == ["S256"]


@pytest.mark.hook("resolve_bearer", "register_scopes")
def test_a_token_opens_exactly_its_scopes(tokens_for: Any, machine: Any, make_draft: Any, ada: Any) -> None:
    """What only tells who somebody is opens no draft; what deposits does not publish; nothing gets a role's power."""
    draft = make_draft()
    who = tokens_for("openid")["access_token"]
    assert machine.get(f"/api/records/{draft.id}/draft", who).status_code == 403
    assert machine.get("/api/user/records", who).status_code == 403
    assert machine.get("/api/records", who).status_code == 200
    assert machine.get("/api/me", who).json["id"] == str(ada.subject)
    assert "email" not in machine.get("/api/me", who).json

    mail = tokens_for("user:email")["access_token"]
    assert machine.get("/api/me", mail).json["email"] == ada.email
    assert machine.get(f"/api/records/{draft.id}/draft", mail).status_code == 403

    writes = tokens_for("deposit:write")["access_token"]
    assert machine.get(f"/api/records/{draft.id}/draft", writes).status_code == 200
    headers = {"Authorization": f"Bearer {writes}"}
    assert machine.client.post("/api/records", json={"metadata": {}}, headers=headers).status_code == 201
    publish = f"/api/records/{draft.id}/draft/actions/publish"
    assert machine.client.post(publish, headers=headers).status_code == 403

    acts = {"Authorization": f"Bearer {tokens_for('deposit:actions')['access_token']}"}
    assert machine.client.post("/api/records", json={"metadata": {}}, headers=acts).status_code == 403
    assert machine.client.post(publish, headers=acts).status_code == 202


def test_the_powers_of_a_role_are_not_handed_on(
    browser_of: Any, administrator: Any, machine: Any, make_draft: Any
) -> None:
    browser = browser_of(administrator)
    code = browser.answered(machine.registration.client_id, scope="deposit:write deposit:actions user:email")["code"]
    token = machine.exchange(code).json["access_token"]
    assert machine.get(f"/api/records/{make_draft().id}/draft", token).status_code == 403
    assert machine.get("/api/users/all", token).status_code == 403
    assert machine.get("/control", token).status_code == 403


def test_who_somebody_is_by_scope(tokens_for: Any, machine: Any, ada: Any) -> None:
    assert machine.get("/oauth/userinfo", tokens_for("openid")["access_token"]).json == {"sub": str(ada.subject)}
    full = machine.get("/oauth/userinfo", tokens_for("openid profile email")["access_token"]).json
    assert (full["name"], full["email"], full["email_verified"]) == ("Ada Lovelace", ada.email, True)
    none = machine.get("/oauth/userinfo", tokens_for("deposit:write")["access_token"])
    assert none.status_code == 403
    assert 'error="insufficient_scope"' in none.headers["WWW-Authenticate"]


def test_ping_and_info_as_zenodo_has_them(tokens_for: Any, machine: Any, ada: Any, client: Any) -> None:
    token = tokens_for("openid deposit:write")["access_token"]
    assert machine.get("/oauth/ping", token).json == {"ping": "pong"}
    assert machine.get("/oauth/info", token).json == {
        "client": machine.registration.client_id,
        "user": str(ada.subject),
        "scopes": ["openid", "deposit:write"],
    }
    for path in ("/oauth/ping", "/oauth/info", "/oauth/userinfo"):
        assert client.get(path).headers["WWW-Authenticate"] == "Bearer"
        assert machine.get(path, "nonsense").status_code == 401


def test_introspection_tells_an_application_about_its_own_tokens(
    tokens_for: Any, machine: Any, register: Any, machine_of: Any, ada: Any, later: Any
) -> None:
    issued = tokens_for("openid deposit:write")
    asked = machine.send("/oauth/introspect", token=issued["access_token"]).json
    assert (asked["active"], asked["sub"], asked["scope"]) == (True, str(ada.subject), "openid deposit:write")
    assert asked["exp"] - asked["iat"] == 3600
    assert machine.send("/oauth/introspect", token=issued["refresh_token"]).json["active"] is True
    other = machine_of(register(name="Other"))
    assert other.send("/oauth/introspect", token=issued["access_token"]).json == {"active": False}
    public = machine_of(register(public=True, name="Public"))
    assert public.send("/oauth/introspect", token=issued["access_token"]).status_code == 401
    assert machine.send("/oauth/introspect", token="x").json == {"active": False}
    assert machine.send("/oauth/introspect").status_code == 400
    later(hours=2)
    assert machine.send("/oauth/introspect", token=issued["access_token"]).json == {"active": False}


def test_revocation(tokens_for: Any, machine: Any, register: Any, machine_of: Any) -> None:
    issued = tokens_for()
    assert machine_of(register(name="Other")).send("/oauth/revoke", token=issued["access_token"]).status_code == 400
    assert machine.get("/oauth/ping", issued["access_token"]).status_code == 200
    assert machine.send("/oauth/revoke", token=issued["access_token"]).status_code == 200
    assert machine.get("/oauth/ping", issued["access_token"]).status_code == 401
    assert machine.refresh(issued["refresh_token"]).status_code == 400
    assert machine.send("/oauth/revoke", token="unknown").status_code == 200


def test_nothing_lives_longer_than_a_year(tokens_for: Any, machine: Any, later: Any, repository: Any) -> None:
    refresh = tokens_for()["refresh_token"]
    for _ in range(3):
        later(days=100)
        refresh = machine.refresh(refresh).json["refresh_token"]
    later(days=64.99)
    last = machine.refresh(refresh).json
    assert last["refresh_token"]
    later(days=0.02)
    assert machine.get("/oauth/ping", last["access_token"]).status_code == 401
    assert machine.refresh(last["refresh_token"]).status_code == 400
    repository.privacy.sweep()
    later(days=2)
    repository.privacy.sweep()
    with repository.database.read() as session:
        for model in (Code, Token, Authorization):
            assert session.execute(select(func.count()).select_from(model)).scalar_one() == 0


def test_only_hashes_are_kept(tokens_for: Any, machine: Any, repository: Any, service: Any) -> None:
    issued = tokens_for("openid profile")
    secrets = {issued["access_token"], issued["refresh_token"], machine.registration.secret}
    with repository.database.read() as session:
        for model in (Code, Token, Authorization, SigningKey):
            for row in session.execute(select(model)).scalars():
                values = {str(getattr(row, column.key)) for column in model.__table__.columns}
                assert values.isdisjoint(secrets)
                assert not any('"d":' in value or "'d':" in value for value in values)
        assert service.applications.find(machine.registration.client_id).secret_hash not in secrets


@pytest.mark.configuration("plugin", **{"oauth-server": {"key_days": 7}})
def test_keys_are_replaced_and_stay_readable_for_a_while(
    tokens_for: Any, client: Any, service: Any, later: Any
) -> None:
    before = tokens_for("openid")["id_token"]

    def readable(token: str) -> bool:
        return _kid(token) in {key["kid"] for key in client.get("/oauth/jwks").json["keys"]}

    assert service.keys.tend() == "0 keys forgotten"
    later(days=8)
    assert service.keys.tend() == "a new key; 0 keys forgotten"
    after = tokens_for("openid")["id_token"]
    assert _kid(after) != _kid(before)
    assert readable(before)
    assert readable(after)
    jwt.decode(after, KeySet.import_key_set(client.get("/oauth/jwks").json), algorithms=["RS256"])
    later(days=3)
    assert service.keys.tend() == "1 keys forgotten"
    assert not readable(before)
    service.keys.rotate(SYSTEM, at_once=True)
    assert not readable(after)


def _kid(token: str) -> str:
    head = token.split(".")[0]
    return str(json.loads(base64.urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"])


def test_an_id_token_is_renewed_without_the_nonce(adas: Any, machine: Any, client: Any) -> None:
    issued = machine.exchange(adas.answered(machine.registration.client_id, nonce="once")["code"]).json
    keys = KeySet.import_key_set(client.get("/oauth/jwks").json)
    first = jwt.decode(issued["id_token"], keys, algorithms=["RS256"]).claims
    second = jwt.decode(machine.refresh(issued["refresh_token"]).json["id_token"], keys, algorithms=["RS256"]).claims
    assert first["nonce"] == "once"
    assert first["at_hash"]
    assert "nonce" not in second
    assert first["sub"] == second["sub"]


def test_asking_without_a_page(adas: Any, client: Any, notebook: Any, tokens_for: Any, later: Any) -> None:
    """`prompt=none`: the answer at once, or an error that says what is missing."""
    address = "/oauth/authorize?response_type=code&scope=openid&prompt=none&state=s&client_id=" + notebook.client_id
    assert told(client.get(address)) == {"error": "login_required", "state": "s", "iss": "http://localhost:5000"}
    assert told(adas.asked(notebook.client_id, prompt="none"))["error"] == "consent_required"
    tokens_for("openid")
    assert "code" in told(adas.asked(notebook.client_id, prompt="none"))
    assert told(adas.asked(notebook.client_id, prompt="none login"))["error"] == "invalid_request"
    later(minutes=10)
    assert told(adas.asked(notebook.client_id, max_age="60", prompt="none"))["error"] == "login_required"
    assert "code" in told(adas.asked(notebook.client_id, max_age="6000", prompt="none"))


@pytest.mark.parametrize("wanted", [{"prompt": "login"}, {"max_age": "60"}, {"max_age": "0"}])
def test_a_person_signs_in_again_when_an_application_wants_it(
    adas: Any, notebook: Any, machine: Any, later: Any, repository: Any, client: Any, wanted: dict[str, str]
) -> None:
    later(minutes=10)
    answer = adas.asked(notebook.client_id, nonce="n", **wanted)
    assert answer.status_code == 303
    page = adas.get(answer.headers["Location"])
    assert "You are signed in already." in page
    assert "No account yet?" not in page
    following = parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]
    assert "nonce=n" in following

    assert f'value="{adas.person.email}"' in page
    wrong = adas.post("/login", 422, email=adas.person.email, password="wrong", next=following, again="1")
    assert "You are signed in already." in wrong
    assert adas.client.get(following).status_code == 303, "nobody has signed in again"

    later(seconds=90)
    adas.post("/login", email=adas.person.email, password=adas.person.password, next=following, again="1")
    (form,) = [one for one in forms_of(adas.get(following)) if one.action.startswith("/oauth/authorize")]
    later(seconds=90)
    own = {"Sec-Fetch-Site": "same-origin"}
    sent = {**dict(form.pairs), "answer": "allow"}
    done = adas.client.post(form.action, data=sent, headers=own)
    issued = machine.exchange(told(done)["code"]).json
    keys = KeySet.import_key_set(client.get("/oauth/jwks").json)
    claims = jwt.decode(issued["id_token"], keys, algorithms=["RS256"]).claims
    age = repository.now().timestamp() - claims["auth_time"]
    assert 90 <= age < 180, "the moment of signing in again"

    later(minutes=40)
    assert adas.client.get(following).status_code == 303, "the address of then counts no more"
    assert adas.client.post(form.action, data=sent, headers=own).status_code == 303
    assert "/login?" in adas.client.post(form.action, data=sent, headers=own).headers["Location"]


def test_who_allowed_before_goes_on_by_a_page(adas: Any, notebook: Any, tokens_for: Any, register: Any) -> None:
    """Browsers follow no redirect to another site after a form; that of signing in comes before this page."""
    tokens_for("openid")
    page = adas.asked(notebook.client_id)
    assert page.status_code == 200
    assert 'http-equiv="refresh" content="0; url=https://app.example/back?code=' in page.get_data(as_text=True)


def test_a_public_application_is_asked_about_each_time(adas: Any, register: Any) -> None:
    """Anybody can say that they are it (RFC 8252, 8.6)."""
    challenge = {"code_challenge": "x" * 43, "code_challenge_method": "S256"}
    public = register(public=True)
    assert "code" in adas.answered(public.client_id, **challenge)
    assert 'value="allow"' in adas.asked(public.client_id, **challenge).get_data(as_text=True)


def test_visitors_sign_in_first_and_come_back(client: Any, notebook: Any) -> None:
    answer = client.get(f"/oauth/authorize?response_type=code&client_id={notebook.client_id}&scope=openid&state=a%26b")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/login?next=/oauth/authorize%3Fresponse_type%3Dcode")
    assert "a%2526b" in answer.headers["Location"]


@pytest.mark.parametrize("path", ["/oauth/token", "/oauth/userinfo", "/oauth/revoke"])
def test_programs_in_browsers_may_ask(client: Any, path: str) -> None:
    answer = client.options(path, headers={"Origin": "https://spa.example", "Access-Control-Request-Method": "POST"})
    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_too_long_is_refused(adas: Any, notebook: Any) -> None:
    assert adas.asked(notebook.client_id, state="s" * 2001).status_code == 400
    assert told(adas.asked(notebook.client_id, nonce="n" * 501))["error"] == "invalid_request"


def test_switching_off_closes_and_on_again_opens(tokens_for: Any, machine: Any, repository: Any, instance: Any) -> None:
    from muniment.web.app import create_app

    token = tokens_for("deposit:write")["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    repository.plugins.disable("oauth-server", SYSTEM)
    off = create_app(repository.successor()).test_client()
    assert off.get("/api/me", headers=headers).status_code == 401
    assert off.get("/oauth/authorize").status_code == 404
    repository.plugins.enable("oauth-server", SYSTEM)
    assert create_app(repository.successor()).test_client().get("/api/me", headers=headers).status_code == 200


@pytest.mark.hook("register_commands")
def test_commands(instance: Any, repository: Any, notebook: Any, service: Any) -> None:
    repository.hooks.contributions("register_commands")

    def run(*words: str) -> str:
        command = [sys.executable, "-m", "muniment", "--instance", str(instance.path), "oauth-server", *words]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        return done.stdout + done.stderr

    assert notebook.client_id in run("applications")
    assert '"kind": "confidential"' in run("applications", "--json")
    assert "A new key signs" in run("rotate-keys")
    assert "Removed" in run("remove", notebook.client_id)
    assert "no such application" in run("remove", notebook.client_id)
    assert "Nobody has registered" in run("applications")
    assert list(service.applications.all()) == []
