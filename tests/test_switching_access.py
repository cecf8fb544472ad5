"""What gives access or asks for more goes off and on: nothing that was open closes, nothing that was closed opens, and
whatever people allowed is there again."""

from __future__ import annotations

import base64
from collections.abc import Callable
from html import unescape
from typing import Any, Final
from urllib.parse import parse_qs, urlencode, urlsplit

import pyotp
import pytest
from flask.testing import FlaskClient

from muniment.api import SYSTEM
from muniment.testing.html_forms import forms_of
from muniment.web.app import create_app
from muniment_oauth_server.applications import ApplicationForm

SWITCHED: Final = ("sharing", "requests", "access-requests", "quota", "oidc", "orcid", "oauth-server", "mfa")
pytestmark = [pytest.mark.plugins(*SWITCHED), pytest.mark.any_database]
BACK: Final = "https://app.example/back"
OWN: Final = {"Sec-Fetch-Site": "same-origin"}
#: A page of each that is there while it is on.
PAGES: Final = {
    "sharing": "/me/shared",
    "requests": "/me/requests",
    "quota": "/account/settings/quota",
    "oidc": "/oidc/welcome",
    "oauth-server": "/oauth/jwks",
    "mfa": "/mfa/step",
}


@pytest.fixture
def plugin_of(repository: Any) -> Callable[[str], Any]:
    return {plugin.name: plugin.plugin for plugin in repository.generation.plugins}.__getitem__


@pytest.fixture
def token(plugin_of: Any, panel_of: Any, app: Any, ada: Any, grace: Any) -> str:
    """What Ada allowed an application of Grace's."""
    form = ApplicationForm("Notebook", "Keeps notes", "https://app.example", BACK)
    made = plugin_of("oauth-server").service.applications.create(grace.actor, form, public=False)
    asked = {"response_type": "code", "client_id": made.application.client_id, "scope": "deposit:write", "state": "s"}
    panel = panel_of(ada)
    page = panel.client.get(f"/oauth/authorize?{urlencode({**asked, 'redirect_uri': BACK})}").get_data(as_text=True)
    (form_sent,) = [one for one in forms_of(page) if one.action.startswith("/oauth/authorize")]
    fields = {**dict(form_sent.pairs), "answer": "allow"}
    answer = panel.client.post(unescape(form_sent.action), data=fields, headers=OWN)
    (code,) = parse_qs(urlsplit(answer.headers["Location"]).query)["code"]
    basic = base64.b64encode(f"{made.application.client_id}:{made.secret}".encode()).decode()
    sent = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK}
    issued = app.test_client().post("/oauth/token", data=sent, headers={"Authorization": f"Basic {basic}"})
    return str(issued.json["access_token"])


def test_what_people_may_is_the_same_after_each_was_off(
    app: Any, repository: Any, plugin_of: Any, make_record: Any, make_user: Any, panel_of: Any, ada: Any, token: str
) -> None:
    hidden, public = make_record("Hidden", record_access="restricted"), make_record("Public")
    lin, sharing = make_user("lin@example.org"), plugin_of("sharing").sharing
    link = sharing.links.create(ada.actor, hidden.id, {"permission": "view"})
    invited = {"permission": "view", "subject": {"type": "email", "id": lin.email}}
    sharing.grants.create(ada.actor, hidden.id, {"grants": [invited]})
    factors, two_steps = plugin_of("mfa").factors, make_user("two@example.org")
    browsers: dict[str, FlaskClient] = {
        "owner": panel_of(ada).client,
        "shared with": panel_of(lin).client,
        "in for long": panel_of(two_steps).client,
        "half way": app.test_client(),
        "by link": app.test_client(),
        "outsider": app.test_client(),
    }
    offer = factors.offer(two_steps.subject)
    factors.set_up(two_steps.subject, offer, pyotp.TOTP(offer.secret).at(repository.now()), "")

    def begin(browser: FlaskClient) -> str:
        """Where somebody with two steps is led by their password."""
        page = browser.get("/login").get_data(as_text=True)
        (form,) = [one for one in forms_of(page) if one.action == "/login"]
        sent = {**dict(form.pairs), "email": two_steps.email, "password": two_steps.password, "next": "/help"}
        return str(browser.post("/login", data=sent, headers=OWN).headers["Location"])

    def standing() -> dict[str, int]:
        address = f"/records/{hidden.id}"
        bearer = {"Authorization": f"Bearer {token}"}
        found = {name: browsers[name].get(address).status_code for name in ("owner", "shared with", "outsider")}
        found["by link"] = browsers["by link"].get(f"{address}?token={link.token}", follow_redirects=True).status_code
        found["application"] = browsers["outsider"].get("/api/me", headers=bearer).status_code
        found |= {name: browsers[name].get("/api/me").status_code for name in ("in for long", "half way")}
        return found | {"public": browsers["outsider"].get(f"/records/{public.id}").status_code}

    def switched(act: str, name: str) -> None:
        getattr(repository.plugins, act)(name, SYSTEM, **({"with_dependents": True} if act == "disable" else {}))
        renewed = create_app(repository.successor())
        for browser in browsers.values():
            browser.application = renewed

    assert begin(browsers["half way"]).startswith("/mfa/step")
    before = standing()
    assert before == {
        "owner": 200,
        "shared with": 200,
        "outsider": 403,
        "by link": 200,
        "application": 200,
        "in for long": 200,
        "half way": before["half way"],
        "public": 200,
    }
    assert before["half way"] in (401, 403)
    closed = {
        "sharing": {"shared with": 403, "by link": 403},
        "oauth-server": {"application": 401},
    }
    for name, page in PAGES.items():
        switched("disable", name)
        assert browsers["owner"].get(page).status_code == 404, name
        assert standing() == {**before, **closed.get(name, {})}, f"{name} is off"
        switched("enable", name)
        assert browsers["owner"].get(page).status_code != 404 or name == "oidc", name
        assert standing() == before, f"{name} is on again"
    assert begin(browsers["half way"]).startswith("/mfa/step"), "the second step is asked for as before"
    assert factors.standing(two_steps.subject).codes_left > 0
