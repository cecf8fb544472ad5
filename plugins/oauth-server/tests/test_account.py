"""Pages of the settings, filled in without scripts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from muniment.api import hash_secret
from muniment_oauth_server.addresses import problem_with

pytestmark = pytest.mark.plugins("oauth-server")
CLIENTS = "/account/settings/applications/clients"
BACK = "https://app.example/back"


def secret_on(page: str) -> str:
    found = re.search(r'id="new-secret">([^<]+)<', page)
    assert found is not None, page
    return found[1]


def test_an_application_from_its_registration_to_its_end(adas: Any, service: Any) -> None:
    assert "You have registered none" in adas.get(CLIENTS)
    adas.get(f"{CLIENTS}/new")
    page = adas.post(f"{CLIENTS}/new", 200, name="Lab", website="https://lab.example", redirect_uris=BACK, kind="")
    (application,) = service.applications.of(adas.person.subject)
    first = secret_on(page)
    assert all(f'<m-copy for="{id}"' in page for id in ("new-secret", "client-id", "issuer"))
    assert application.secret_hash == hash_secret(first)
    address = f"{CLIENTS}/{application.id}"
    assert first not in adas.get(address)
    assert application.client_id in adas.get(CLIENTS)

    second = secret_on(adas.post(f"{address}/secret", 200))
    assert second != first
    page = adas.post(address, name="Laboratory", redirect_uris=f"{BACK}\n\n {BACK}\nhttps://app.example/two")
    assert "Your changes are saved." in page
    changed = service.applications.get(adas.person.subject, application.id)
    assert (changed.name, changed.redirect_uris) == ("Laboratory", [BACK, "https://app.example/two"])
    assert changed.secret_hash == hash_secret(second)

    assert "This cannot be taken back." in adas.get(f"{address}/remove")
    assert "The application is removed" in adas.post(f"{address}/remove")
    assert list(service.applications.of(adas.person.subject)) == []


def test_a_public_application_has_no_secret(adas: Any, service: Any) -> None:
    adas.get(f"{CLIENTS}/new")
    page = adas.post(f"{CLIENTS}/new", 200, name="App", redirect_uris="org.example.app:/back", kind="public")
    assert "new-secret" not in page
    (application,) = service.applications.of(adas.person.subject)
    assert (application.public, application.secret_hash) == (True, "")
    adas.post(f"{CLIENTS}/{application.id}/secret", 400)


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"name": ""}, "Give the application the name"),
        ({"name": "x" * 101}, "100 characters"),
        ({"name": "bad\x07name"}, "the control character"),
        ({"redirect_uris": ""}, "Name the address"),
        ({"redirect_uris": "\n".join(f"https://a.example/{n}" for n in range(11))}, "At most 10 addresses"),
        ({"redirect_uris": "http://app.example/back"}, "Only https"),
        ({"redirect_uris": "https://app.example/<script>"}, "that can be compared"),
        ({"website": "javascript:alert(1)"}, "begins with https://"),
    ],
)
def test_what_is_wrong_is_told_beside_the_control(adas: Any, service: Any, sent: dict[str, str], message: str) -> None:
    adas.get(f"{CLIENTS}/new")
    page = adas.post(f"{CLIENTS}/new", 422, **{"name": "Lab", "redirect_uris": BACK, "kind": "", **sent})
    assert message in page
    assert list(service.applications.of(adas.person.subject)) == []


def test_a_change_that_is_wrong_changes_nothing(adas: Any, service: Any) -> None:
    adas.get(f"{CLIENTS}/new")
    adas.post(f"{CLIENTS}/new", 200, name="Lab", redirect_uris=BACK, kind="")
    (application,) = service.applications.of(adas.person.subject)
    page = adas.post(f"{CLIENTS}/{application.id}", 422, name="Other", redirect_uris="ftp://x")
    assert 'value="Other"' in page
    assert service.applications.get(adas.person.subject, application.id).name == "Lab"


@pytest.mark.configuration("plugin", **{"oauth-server": {"most_applications": 1}})
def test_there_is_a_limit(adas: Any) -> None:
    adas.get(f"{CLIENTS}/new")
    adas.post(f"{CLIENTS}/new", 200, name="One", redirect_uris=BACK, kind="")
    assert "remove one first" in adas.post(f"{CLIENTS}/new", 422, name="Two", redirect_uris=BACK, kind="")


@pytest.mark.parametrize(
    ("address", "public", "good"),
    [
        ("https://app.example/back?x=1", False, True),
        ("http://127.0.0.1/back", False, True),
        ("http://[::1]:8000/back", True, True),
        ("http://localhost:3000/", False, True),
        ("org.example.app:/back", True, True),
        ("org.example.app:/back", False, False),
        ("javascript:alert(1)", True, False),
        ("data:text/html,x", True, False),
        ("https://", False, False),
        ("https://user:pw@app.example/", False, False),
        ("https://app.example/#x", False, False),
        ("https://*.example/back", False, False),
        ("https://app.example\\@evil.example/", False, False),
        ("https://app.example/a b", False, False),
        ("https://app.example:99999/", False, False),
        ("https://äpp.example/", False, False),
        ("/back", False, False),
        ("https://a.example/" + "x" * 500, False, False),
    ],
)
def test_addresses_that_can_be_registered(address: str, public: bool, good: bool) -> None:
    assert (problem_with(address, public=public) == "") is good


@pytest.mark.hook("register_nav")
def test_what_was_allowed_is_listed_and_taken_back(adas: Any, notebook: Any, tokens_for: Any, machine: Any) -> None:
    page = adas.get("/account/settings/applications/authorized")
    assert "No application has access" in page
    token = tokens_for("openid deposit:write")["access_token"]
    page = adas.get("/account/settings/applications/authorized")
    assert "Notebook" in page
    assert "deposit:write" in page
    assert "also drafts and what is restricted" in page
    found = re.search(r'action="(/account/settings/applications/authorized/\d+/revoke)"', page)
    assert found is not None
    assert "no access any more" in adas.post(found[1])
    assert machine.get("/api/me", token).status_code == 401
    adas.post(found[1], 404)


def test_nobody_takes_back_for_others(
    browser_of: Any, notebook: Any, tokens_for: Any, machine: Any, make_user: Any, service: Any, ada: Any
) -> None:
    token = tokens_for()["access_token"]
    (allowed,) = service.authorizations.of(ada.subject)
    other = browser_of(make_user("eve@example.org"))
    other.get("/account/settings/applications/authorized")
    other.post(f"/account/settings/applications/authorized/{allowed.number}/revoke", 404)
    assert machine.get("/oauth/ping", token).status_code == 200
