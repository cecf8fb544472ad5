"""Signing in by more than one step, which a plugin asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Blueprint, Response, redirect

from muniment.errors import NotFound
from muniment.testing.people import Person
from muniment.users.sign_in_steps import FurtherStep, SignIn
from muniment.web.access import access, session
from muniment.web.authentication import complete_sign_in, unfinished_session
from muniment.web.blueprints import BlueprintSpec

pytestmark = [pytest.mark.plugins("gate"), pytest.mark.usefixtures("gate", "repository")]
SAME = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def gate(fake_plugin: Any, request: Any) -> list[SignIn]:
    """A plugin that asks everybody for a second step, and remembers what it was asked."""
    request.getfixturevalue("instance")
    asked: list[SignIn] = []
    pages = Blueprint("gate", __name__, url_prefix="/gate")

    @pages.get("")
    @access("public")
    @session("required")
    def step() -> Response:
        return Response(f"{unfinished_session() is not None}")

    @pages.get("/pass")
    @access("public")
    @session("required")
    def passed() -> Any:
        complete_sign_in("gate")
        return redirect("/")

    def further_step(sign_in: SignIn) -> FurtherStep | None:
        asked.append(sign_in)
        return None if "gate" in sign_in.methods else FurtherStep("gate.step")

    fake_plugin("gate", further_step=further_step, register_blueprints=lambda: [BlueprintSpec(pages, "ui")])
    return asked


def sign_in(client: Any, person: Person, next_path: str = "/me/uploads") -> Any:
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    sent = {"email": person.email, "password": person.password, "csrf_token": token, "next": next_path}
    return client.post("/login", data=sent, headers=SAME)


@pytest.mark.hook("further_step")
def test_whoever_misses_a_step_is_a_visitor_until_it_is_taken(client: Any, ada: Person, gate: list[SignIn]) -> None:
    assert sign_in(client, ada).headers["Location"] == "/gate?next=/me/uploads"
    assert (gate[0].subject, gate[0].methods, gate[0].starting) == (ada.subject, ("password",), True)
    before = client.get_cookie("muniment_session").value
    assert client.get("/api/me").status_code == 403
    assert client.get("/me/uploads").headers["Location"] == "/gate?next=/me/uploads"
    assert client.get("/login").headers["Location"] == "/gate"
    assert client.get("/gate").text == "True"
    client.get("/gate/pass")
    assert client.get_cookie("muniment_session").value != before
    assert client.get("/api/me").json["id"] == str(ada.subject)
    assert gate[-1].starting is False
    client.set_cookie("muniment_session", before)
    assert client.get("/api/me").status_code == 403


def test_a_step_whose_plugin_was_switched_off_meanwhile_is_no_dead_end(
    client: Any, repository: Any, ada: Person, gate: list[SignIn]
) -> None:
    """The page of the step is gone: whoever was on the way to it signs in anew, and nothing was opened for them."""
    from sqlalchemy import update

    from muniment.users.credential_models import SessionRow as Row

    sign_in(client, ada)
    with repository.database.write() as unit:
        unit.session.execute(update(Row).values(step="switched_off.step"))
    assert client.get("/api/me").status_code == 403
    assert client.get("/login").status_code == 200
    assert client.get_cookie("muniment_session") is None
    assert sign_in(client, ada).headers["Location"] == "/gate?next=/me/uploads"


def test_a_step_is_taken_within_ten_minutes(client: Any, repository: Any, ada: Person) -> None:
    sign_in(client, ada)
    session_row = repository.sessions.resolve(client.get_cookie("muniment_session").value)
    now = repository.database.now
    repository.database.now = lambda: now() + timedelta(minutes=10, seconds=1)
    assert repository.sessions.resolve(session_row.secret) is None
    with pytest.raises(NotFound):
        repository.sessions.complete(session_row, "gate")


def test_an_unfinished_session_is_no_device_and_no_sign_in(client: Any, repository: Any, ada: Person) -> None:
    sign_in(client, ada)
    assert repository.sessions.devices(ada.subject) == []
    assert repository.users.get(ada.subject).login_count == 0
    client.get("/gate/pass")
    assert len(repository.sessions.devices(ada.subject)) == 1
    assert repository.users.get(ada.subject).login_count == 1


def test_tokens_are_not_asked(api: Any, ada: Person) -> None:
    assert api.as_(ada).get("/api/me").status_code == 200


def test_the_api_does_not_sign_in_by_half(client: Any, ada: Person) -> None:
    page = client.get("/login").get_data(as_text=True)
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    answer = client.post(
        "/api/login",
        json={"email": ada.email, "password": ada.password},
        headers={**SAME, "X-CSRFToken": token},
    )
    assert answer.status_code == 403
    assert "second step" in answer.json["message"]
    assert client.get("/api/me").status_code == 403


def test_somebody_can_still_sign_out(client: Any, ada: Person) -> None:
    sign_in(client, ada)
    from muniment.web.csrf import form_token

    secret = client.get_cookie("muniment_session").value
    client.post("/logout", data={"csrf_token": form_token(secret)}, headers=SAME)
    assert client.get("/login").status_code == 200
