"""Long forms of settings and of the control panel that are sent after the session ended: nothing typed is lost."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import Schema, fields

from muniment.access.actor import SYSTEM
from muniment.testing.lost_sessions import send_after_the_session_ended
from muniment.testing.panel import Panel
from muniment.web.app import create_app

SAME = {"Sec-Fetch-Site": "same-origin"}

FORMS = [
    ("/account/settings/profile", {"full_name": "Ada & “Byron”"}, "/account/settings/profile"),
    ("/account/settings/preferences", {"timezone": "Europe/Vienna"}, "/account/settings/preferences"),
    ("/account/settings/applications", {"name": "Laptop & lab"}, None),
    ("/control/users/invite", {"email": "new@example.org", "full_name": "Grace & Co"}, None),
    ("/control/roles", {"name": "curator", "title": "Curators & friends"}, "/control/roles/curator"),
    ("/control/vocabularies/licenses/new", {"id": "ice", "title__en": "Ice & drift"}, None),
    ("/control/banners/new", {"text__en": "Closed & dark"}, None),
    ("/control/pages/new", {"slug": "terms", "title__en": "Terms & more", "body__en": "One\n\nTwo"}, None),
    ("/control/texts", {"about__en": "For all & sundry"}, "/control/texts"),
    ("/control/menus", {"1__href": "/pages/a?b&c", "1__title__en": "This & that"}, "/control/menus"),
    ("/control/appearance", {"description": "Papers & data"}, "/control/appearance"),
]


@pytest.mark.parametrize(("path", "typed", "stored_at"), FORMS, ids=[path for path, *_ in FORMS])
def test_what_was_typed_comes_back_and_is_saved(
    path: str, typed: dict[str, str], stored_at: str | None, panel: Any
) -> None:
    answer = send_after_the_session_ended(panel, path, **typed)
    assert answer.status_code in (200, 303), answer.get_data(as_text=True)
    if answer.status_code == 303:
        answer = panel.client.get(stored_at or answer.headers["Location"])
    page = answer.get_data(as_text=True)
    for said in typed.values():
        assert said.replace("&", "&amp;") in page.replace("&#10;", "\n"), said


class Settings(Schema):
    """A password, a long secret, and what is neither."""

    host = fields.String(load_default="", metadata={"label": "Host"})
    password = fields.String(load_default="", metadata={"secret": True, "label": "Pass phrase"})
    key = fields.String(load_default="", metadata={"secret": True, "multiline": True, "label": "Key"})


def test_secrets_are_in_no_page_and_the_page_says_so(repository: Any, fake_plugin: Any, administrator: Any) -> None:
    fake_plugin("probe", settings=Settings)
    repository.plugins.enable("probe", SYSTEM)
    panel = Panel(create_app(repository).test_client(), administrator)
    seen = []
    post = panel.client.post

    def watched(*given: Any, **more: Any) -> Any:
        answer = post(*given, **more)
        seen.append(answer.get_data(as_text=True))
        return answer

    panel.client.post = watched  # type: ignore[method-assign]
    answer = send_after_the_session_ended(
        panel,
        "/control/plugins/probe/settings",
        host="mail.example.org",
        password="hush hush 1",
        key="-----BEGIN KEY-----",
    )
    assert answer.status_code == 303
    assert not any("hush hush 1" in page or "BEGIN KEY" in page for page in seen)
    assert "mail.example.org" in seen[0]
    assert "Type them once more" in seen[1]
    stored = {item.key: item.value for item in repository.plugin_settings.form("probe").fields}
    assert stored["host"] == "mail.example.org"
    assert not stored["password"]


def test_who_may_not_send_a_form_may_not_after_signing_in_either(panel_of: Any, administrator: Any, ada: Any) -> None:
    answer = send_after_the_session_ended(panel_of(administrator), "/control/texts", as_whom=ada, about__en="Theirs")
    assert answer.status_code == 403
    assert "Theirs" not in panel_of(administrator).get("/control/texts")


@pytest.mark.parametrize("path", ["/account/settings/security/password", "/account/settings/deactivate"])
def test_forms_with_nothing_but_secrets_lead_to_sign_in(path: str, client: Any) -> None:
    answer = client.post(path, data={"password": "hush hush 1"}, headers=SAME)
    assert answer.headers["Location"] == "/login"
