"""Applications of Grace's, and people who allow them something."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from muniment.testing.html_forms import forms_of
from muniment.testing.panel import Panel
from muniment_oauth_server.applications import ApplicationForm
from muniment_oauth_server.service import OAuthServer

BACK = "https://app.example/back"


@dataclass(frozen=True)
class Registration:
    """An application as its developer knows it."""

    client_id: str
    secret: str
    number: int


@pytest.fixture
def service(repository: Any) -> OAuthServer:
    """The plugin's services, as its pages use them."""
    (plugin,) = [one for one in repository.generation.plugins if one.name == "oauth-server"]
    found: OAuthServer = plugin.plugin.service
    return found


@pytest.fixture
def register(service: OAuthServer, grace: Any) -> Callable[..., Registration]:
    """`register(public=True, addresses="https://…")`: an application of Grace's."""

    def make(*, public: bool = False, addresses: str = BACK, name: str = "Notebook") -> Registration:
        form = ApplicationForm(name, "Keeps notes", "https://app.example", addresses)
        made = service.applications.create(grace.actor, form, public=public)
        return Registration(made.application.client_id, made.secret, made.application.id)

    return make


@pytest.fixture
def notebook(register: Callable[..., Registration]) -> Registration:
    return register()


class Browser(Panel):
    """A person's browser that comes from an application."""

    def asked(self, client_id: str, **parameters: str) -> TestResponse:
        """The answer to the request of an application, which asks for `openid` unless told otherwise."""
        asked = {"response_type": "code", "client_id": client_id, "redirect_uri": BACK, "scope": "openid", "state": "s"}
        return self.client.get(f"/oauth/authorize?{urlencode({**asked, **parameters})}")

    def answered(self, client_id: str, answer: str = "allow", **parameters: str) -> dict[str, str]:
        """Say yes (or no) on the page of the question; what the application gets in its address."""
        page = self.asked(client_id, **parameters)
        assert page.status_code == 200, page.get_data(as_text=True)
        (form,) = [one for one in forms_of(page.get_data(as_text=True)) if one.action.startswith("/oauth/authorize")]
        sent = {**dict(form.pairs), "answer": answer}
        done = self.client.post(form.action, data=sent, headers={"Sec-Fetch-Site": "same-origin"})
        assert done.status_code == 303, done.get_data(as_text=True)
        return told(done)


def told(answer: TestResponse) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@pytest.fixture
def browser_of(app: Any) -> Callable[[Any], Browser]:
    return lambda person: Browser(app.test_client(), person)


@pytest.fixture
def adas(browser_of: Callable[[Any], Browser], ada: Any) -> Browser:
    return browser_of(ada)


class Machine:
    """The program of an application, which talks to the endpoints."""

    def __init__(self, client: FlaskClient, registration: Registration) -> None:
        self.client = client
        self.registration = registration

    def send(self, path: str, **form: str) -> TestResponse:
        one = self.registration
        headers = {}
        if one.secret:
            basic = base64.b64encode(f"{one.client_id}:{one.secret}".encode()).decode()
            headers["Authorization"] = f"Basic {basic}"
        else:
            form = {"client_id": one.client_id, **form}
        return self.client.post(path, data=form, headers=headers)

    def exchange(self, code: str, **form: str) -> TestResponse:
        sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, **form}
        return self.send("/oauth/token", **sent)

    def refresh(self, token: str, **form: str) -> TestResponse:
        return self.send("/oauth/token", grant_type="refresh_token", refresh_token=token, **form)

    def get(self, path: str, token: str) -> TestResponse:
        return self.client.get(path, headers={"Authorization": f"Bearer {token}"})


@pytest.fixture
def machine_of(app: Any) -> Callable[[Registration], Machine]:
    return lambda registration: Machine(app.test_client(), registration)


@pytest.fixture
def machine(machine_of: Callable[[Registration], Machine], notebook: Registration) -> Machine:
    return machine_of(notebook)


@pytest.fixture
def tokens_for(adas: Browser, machine: Machine) -> Callable[..., dict[str, Any]]:
    """`tokens_for("openid deposit:write")`: Ada allows it and the notebook has its tokens."""

    def get(scope: str = "openid") -> dict[str, Any]:
        code = adas.answered(machine.registration.client_id, scope=scope, prompt="consent")["code"]
        answer = machine.exchange(code)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        found: dict[str, Any] = answer.json  # type: ignore[assignment]
        return found

    return get
