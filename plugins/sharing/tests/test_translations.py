"""The pages and letters of the plugin speak German to those who ask for it."""

from __future__ import annotations

from typing import Any

import pytest
from flask_babel import force_locale, gettext

pytestmark = pytest.mark.plugins("sharing")


def test_a_page_of_the_plugin_is_german_for_those_who_ask_for_it(app: Any) -> None:
    with app.test_request_context("/"), force_locale("de"):
        assert gettext("Shared with me") == "Mit mir geteilt"
        assert gettext("Sign in") == "Anmelden", "texts of the core stay"


def test_a_letter_is_written_in_the_language_of_who_gets_it(repository: Any) -> None:
    values = {"site_name": "Test", "site_url": "", "title": "Moose", "person": "Ada", "note": "", "permission": ""}
    found = repository.mail.templates.render(
        "sharing-granted", to="a@example.org", language="de", values=values, links={"record": "https://example.org/1"}
    )
    assert found.subject == "Sie haben Zugang zu „Moose“"
    assert "Ada hat Ihnen Zugang" in found.text
