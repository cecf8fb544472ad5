"""Where people find the pages of the plugin, and in which language."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale, gettext

pytestmark = pytest.mark.plugins("oidc")


@pytest.fixture
def issuer() -> str:
    return "https://id.example.org"


@pytest.mark.hook("register_blueprints")
@pytest.mark.hook("register_nav")
@pytest.mark.hook("register_identity_providers")
def test_the_settings_lead_to_the_linked_accounts(visitor: Any, ada: Any) -> None:
    assert 'href="/oidc/uni/sign-in?next=/help' in visitor.get("/login?next=/help").text
    visitor.enter(ada)
    assert 'href="/account/settings/linked"' in visitor.get("/account/settings/profile").text
    page = visitor.get("/account/settings/linked").text
    assert "No account elsewhere is linked" in page
    assert "/oidc/uni/sign-in?next=/account/settings/linked" in page


def test_tokens_may_not_change_how_one_signs_in(api: Any, ada: Any) -> None:
    token = api.as_(ada)
    assert token.get("/account/settings/linked").status_code == 403


def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Linked accounts") == "Verknüpfte Konten"


@pytest.mark.hook("privacy_categories")
@pytest.mark.hook("register_event_handlers")
def test_what_is_kept_and_for_how_long_is_told(repository: Any) -> None:
    told = {entry["id"]: entry["retention"]["until"] for entry in repository.privacy.notice()}
    assert "sign_in.begun + PT30M" in told["oidc.arrivals"]
    assert told["oidc.roles"] == ["account.deleted", "group.left"]
    repository.deliveries.run_until_idle()


@pytest.mark.any_database
def test_operators_see_how_it_is_with_their_providers(panel_of: Any, administrator: Any, ada: Any) -> None:
    operators = panel_of(administrator)
    page = operators.get("/control/oidc")
    assert "https://id.example.org" in page
    assert "/oidc/uni/callback" in page
    assert "none lately" in page
    panel_of(ada).get("/control/oidc", 403)
