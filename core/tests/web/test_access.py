"""Declarations of views: what they allow, and that nothing loads without them."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Blueprint, Flask

from muniment.hooks.caller import PluginFailure
from muniment.settings.config import Config
from muniment.web.access import UndeclaredEndpoint, access, session
from muniment.web.app import MunimentFlask
from muniment.web.blueprints import CORE_OWNER, BlueprintSpec, Mounting, Owned, RouteConflict


def _blueprint(name: str, rule: str, *decorators: Any, prefix: str | None = None) -> Blueprint:
    blueprint = Blueprint(name, __name__, url_prefix=prefix)

    def view(**_values: str) -> str:
        return ""

    for decorator in decorators:
        view = decorator(view)
    blueprint.add_url_rule(rule, "view", view)
    return blueprint


DECLARED = (access("public"), session("none"))


@pytest.fixture
def mounting() -> Mounting:
    return Mounting(MunimentFlask(Config()))


@pytest.mark.parametrize("decorators", [(), (access("public"),), (session("none"),)])
def test_an_undeclared_endpoint_does_not_load(mounting: Mounting, decorators: Any) -> None:
    with pytest.raises(UndeclaredEndpoint, match=r"things\.view"):
        mounting.mount(Owned(CORE_OWNER, BlueprintSpec(_blueprint("things", "/x", *decorators), "ui")))


def test_an_undeclared_endpoint_of_a_plugin_is_that_plugins_failure(mounting: Mounting) -> None:
    with pytest.raises(PluginFailure) as caught:
        mounting.mount(Owned("stats", BlueprintSpec(_blueprint("things", "/stats/x"), "ui"), ("/stats",)))
    assert (caught.value.plugin, caught.value.hook) == ("stats", "register_blueprints")


def test_a_blueprint_may_declare_access_for_all_its_views(mounting: Mounting) -> None:
    mounting.mount(Owned(CORE_OWNER, BlueprintSpec(_blueprint("things", "/x", session("none")), "ui", access="admin")))
    assert mounting.policies["things.view"].access == "admin"


def test_a_view_cannot_declare_an_unknown_use_of_the_session() -> None:
    with pytest.raises(ValueError, match="none"):
        session("sometimes")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("mount", "rule"), [("ui", "/stats"), ("ui", "/stats/x"), ("api", "/stats/x"), ("root", "/oai")]
)
def test_a_plugin_may_use_its_own_addresses_and_those_in_its_manifest(
    mounting: Mounting, mount: Any, rule: str
) -> None:
    prefixes = ("/stats", "/api/stats", "/oai")
    mounting.mount(Owned("stats", BlueprintSpec(_blueprint("things", rule, *DECLARED), mount), prefixes))
    assert mounting.owners["things.view"] == "stats"


@pytest.mark.parametrize(
    ("mount", "rule"), [("ui", "/other"), ("ui", "/statistics"), ("api", "/records"), ("root", "/")]
)
def test_a_plugin_may_use_no_other_address(mounting: Mounting, mount: Any, rule: str) -> None:
    prefixes = ("/stats", "/api/stats")
    with pytest.raises(PluginFailure, match=r"plugin\.toml"):
        mounting.mount(Owned("stats", BlueprintSpec(_blueprint("things", rule, *DECLARED), mount), prefixes))


def test_two_owners_of_an_address_are_both_named(mounting: Mounting) -> None:
    mounting.mount(Owned("first", BlueprintSpec(_blueprint("one", "/x/<id>", *DECLARED), "ui"), ("/x",)))
    with pytest.raises(PluginFailure, match="first and second"):
        mounting.mount(Owned("second", BlueprintSpec(_blueprint("two", "/x/<key>", *DECLARED), "ui"), ("/x",)))


def test_two_core_blueprints_of_one_name_do_not_load(mounting: Mounting) -> None:
    mounting.mount(Owned(CORE_OWNER, BlueprintSpec(_blueprint("one", "/x", *DECLARED), "ui")))
    with pytest.raises((ValueError, RouteConflict)):
        mounting.mount(Owned(CORE_OWNER, BlueprintSpec(_blueprint("one", "/y", *DECLARED), "ui")))


def _token(repository: Any, person: Any) -> dict[str, str]:
    return {"Authorization": f"Bearer {repository.tokens.create_for_subject(person.subject, 'test')}"}


def test_who_may_call_is_decided_by_the_declaration(
    probe_app: Flask, repository: Any, ada: Any, administrator: Any
) -> None:
    client = probe_app.test_client(use_cookies=False)
    callers = {"visitor": {}, "ada": _token(repository, ada), "admin": _token(repository, administrator)}
    answers = {
        (who, caller): (client.get(f"/api/probe/for-{who}", headers=headers).status_code)
        for who in ("public", "authenticated", "administration")
        for caller, headers in callers.items()
    }
    assert answers == {
        ("public", "visitor"): 200, ("public", "ada"): 200, ("public", "admin"): 200,
        ("authenticated", "visitor"): 403, ("authenticated", "ada"): 200, ("authenticated", "admin"): 200,
        ("administration", "visitor"): 403, ("administration", "ada"): 403, ("administration", "admin"): 200,
    }  # fmt: skip


def test_visitors_of_pages_are_led_to_sign_in_and_programs_are_told(probe: Any) -> None:
    page = probe.get("/probe/for-authenticated?x=1")
    assert page.status_code == 302
    assert page.headers["Location"].startswith("/login")
    api = probe.get("/api/probe/for-authenticated")
    assert api.json == {"status": 403, "message": "Permission denied."}


def test_a_signed_in_person_without_the_permission_is_refused_not_redirected(
    probe: Any, repository: Any, ada: Any
) -> None:
    response = probe.get("/api/probe/for-administration", headers=_token(repository, ada))
    assert response.status_code == 403


def test_an_unknown_token_is_a_401_wherever_it_is_looked_at(probe: Any) -> None:
    headers = {"Authorization": "Bearer nonsense"}
    assert probe.get("/api/probe/for-public", headers=headers).status_code == 401
    assert probe.get("/api/probe/who-none", headers=headers).status_code == 200
